// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel

/// A key or a secret as an operator registers it for an identity. Of a secret nothing is held but its fingerprint.
struct CredentialRegistration: Sendable {
    let holder: String
    let fingerprint: Fingerprint
    private let type: Credential.Kind
    /// The public key; nil for a secret.
    private let jwk: JSONObject?
    private let terms: JSONObject

    init(_ value: JSONValue) throws(CommandRefusal) {
        var terms = JSONObject()
        let (key, secret): (JSONValue?, String?)
        do throws(ShapeError) {
            var reader = try ObjectReader(value)
            holder = try reader.string("holder")
            secret = try reader.optionalString("secret")
            key = secret == nil ? try reader.required("jwk") : reader.optional("jwk")
            guard secret == nil || key == nil else {
                throw ShapeError(.value, "/jwk", "a credential is a 'jwk' or a 'secret', one of them")
            }
            for name in ["owner", "purpose", "boundary", "expires_at", "expires_in"] {
                if let term = reader.optional(name) { terms[name] = term }
            }
            try reader.finish()
        } catch {
            throw CommandRefusal(error)
        }
        self.terms = terms
        if let secret {
            if let refusal = ClientSecret.refusal(of: secret) { throw CommandRefusal(.value, "/secret", refusal) }
            type = .secret
            fingerprint = Fingerprint(of: secret)
            jwk = nil
            return
        }
        type = .key
        let read: VerificationKey
        do throws(JOSEError) { read = try VerificationKey(jwk: key ?? .null) } catch {
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
            type: type,
            holder: id,
            fingerprint: fingerprint,
            custody: try custody(state, now, present: nil),
            jwk: jwk
        )
    }

    /// What is said of its custody, and of the rest what is said of its holder.
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
