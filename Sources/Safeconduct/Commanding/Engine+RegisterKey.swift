// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
public import StrictJSON
public import TrustModel

extension Engine {
    /// The credential that is registered for a key (RFC 7517); nil when there is none.
    public func credential(of jwk: JSONValue?, in state: TrustState) -> ObjectID? {
        guard let jwk, let key = try? VerificationKey(jwk: jwk), let fingerprint = Fingerprint(bytes: key.thumbprint)
        else { return nil }
        return state.credential(fingerprint: fingerprint)?.object.id
    }

    /// Registers the public key by which an identity proves itself with client assertions (RFC 7523 section 3).
    ///
    /// - Parameters:
    ///   - value: `{"holder", "jwk"}`, the identity by name or id, and the key without its private half; what is left out of
    ///     `owner`, `purpose`, `boundary` and expiry is the identity's.
    ///   - operator: Who commands it.
    public func registerKey(_ value: JSONValue, by operator: ObjectID) async -> CommandOutcome {
        let wanted: KeyRegistration
        do throws(CommandRefusal) { wanted = try KeyRegistration(value) } catch { return .refused(error) }
        return await carryOut(
            Command(by: `operator`, collection: "credentials") { state, now throws(CommandRefusal) in
                // The same key for the same identity is there already. For another one, or once it was cut, it is refused.
                if let present = state.credential(fingerprint: wanted.fingerprint),
                    state.find(wanted.holder, kind: .identity) == present.object.holder,
                    state.revocations.standing(of: CredentialFacts(present)) == .good,
                    present.object.custody == (try wanted.custody(state, now, present: present.object.custody))
                {
                    return []
                }
                return [.putCredential(try wanted.credential(state, now))]
            }
        )
    }
}

/// A key as an operator registers it for an identity.
private struct KeyRegistration: Sendable {
    let holder: String
    let fingerprint: Fingerprint
    private let jwk: JSONObject
    private let terms: JSONObject

    init(_ value: JSONValue) throws(CommandRefusal) {
        var terms = JSONObject()
        let key: JSONValue
        do throws(ShapeError) {
            var reader = try ObjectReader(value)
            holder = try reader.string("holder")
            key = try reader.required("jwk")
            for name in ["owner", "purpose", "boundary", "expires_at", "expires_in"] {
                if let term = reader.optional(name) { terms[name] = term }
            }
            try reader.finish()
        } catch {
            throw CommandRefusal(error)
        }
        self.terms = terms
        let read: VerificationKey
        do throws(JOSEError) { read = try VerificationKey(jwk: key) } catch {
            throw CommandRefusal(.value, "/jwk", error.message)
        }
        guard let fingerprint = Fingerprint(bytes: read.thumbprint) else {
            throw CommandRefusal(.value, "/jwk", "the key has no thumbprint")
        }
        self.fingerprint = fingerprint
        jwk = read.bareJWK
    }

    func credential(_ state: TrustState, _ now: Timestamp) throws(CommandRefusal) -> Credential {
        guard let id = state.find(holder, kind: .identity) else {
            throw CommandRefusal(.reference, "/holder", "no identity has this name or id")
        }
        var generator = SystemRandomNumberGenerator()
        return Credential(
            id: ObjectID(kind: .credential, at: now, using: &generator),
            type: .key,
            holder: id,
            fingerprint: fingerprint,
            custody: try custody(state, now, present: nil),
            jwk: jwk
        )
    }

    /// What is said of the key's custody, and of the rest what is said of its holder.
    func custody(_ state: TrustState, _ now: Timestamp, present: Custody?) throws(CommandRefusal) -> Custody {
        guard let id = state.find(holder, kind: .identity), let holder = state.identities[id]?.object.custody else {
            throw CommandRefusal(.reference, "/holder", "no identity has this name or id")
        }
        var whole = terms
        for (name, value) in [
            ("owner", holder.owner.description), ("purpose", holder.purpose), ("boundary", holder.boundary),
        ] where whole[name] == nil {
            whole[name] = .string(value)
        }
        if whole["expires_at"] == nil, whole["expires_in"] == nil {
            whole["expires_at"] = .string((present ?? holder).expiresAt.description)
        }
        let references = NamedReferences(state: state, now: now, presentExpiry: present?.expiresAt, own: nil)
        do throws(ShapeError) {
            var reader = try ObjectReader(.object(whole))
            return try Custody(&reader, references: references)
        } catch {
            throw CommandRefusal(error)
        }
    }
}

extension CommandRefusal {
    /// What is wrong with the shape of something that people write.
    fileprivate init(_ error: ShapeError) {
        self.init(Code(description: error.code.description), error.pointer, error.message)
    }
}
