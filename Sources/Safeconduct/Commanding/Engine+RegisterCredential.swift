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

    /// The credential that is registered for what an operator writes of one, a key or a secret; nil when there is none.
    public func credential(registeredBy value: JSONValue, in state: TrustState) -> ObjectID? {
        guard let secret = value["secret"]?.stringValue else { return credential(of: value["jwk"], in: state) }
        return state.credential(fingerprint: Fingerprint(of: secret))?.object.id
    }

    /// Registers that by which an identity proves itself as a client: the public key that its assertions are verified with
    /// (RFC 7523 section 3), or the secret of a client that comes from elsewhere, of which the SHA-256 is all that is kept.
    ///
    /// - Parameters:
    ///   - value: `{"holder", "jwk"}` or `{"holder", "secret"}`, the identity by name or id, and the key without its private
    ///     half; what is left out of `owner`, `purpose`, `boundary` and expiry is the identity's.
    ///   - operator: Who commands it.
    public func registerCredential(_ value: JSONValue, by operator: ObjectID) async -> CommandOutcome {
        let wanted: CredentialRegistration
        do throws(CommandRefusal) { wanted = try CredentialRegistration(value) } catch { return .refused(error) }
        return await carryOut(
            Command(by: `operator`, collection: "credentials") { state, now throws(CommandRefusal) in
                // The same for the same identity is there already. For another one, or once it was cut, it is refused.
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
