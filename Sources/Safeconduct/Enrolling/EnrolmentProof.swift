// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import StrictJSON
internal import TrustModel

/// The proof that who redeems a link holds the private half of the key: a JWS by it over the SHA-256 of the link's
/// secret, which binds the one to the other.
enum EnrolmentProof {
    /// The `typ` of the proof: no other token that the key signs can pass for one.
    static let type = "safeconduct-enrolment+jwt"

    /// The key of a JWK, once `proof` shows that its holder redeems this very link.
    ///
    /// - Throws: ``CommandRefusal`` that says what to mend.
    static func key(_ jwk: JSONValue, proof: String, secret: Fingerprint) throws(CommandRefusal) -> VerificationKey {
        let anonymous: VerificationKey
        do throws(JOSEError) {
            anonymous = try VerificationKey(jwk: jwk)
        } catch {
            throw CommandRefusal(.value, "/jwk", error.message)
        }
        guard !anonymous.algorithms.isDisjoint(with: VerificationKey.operatorAlgorithms) else {
            throw CommandRefusal(.value, "/jwk", "a P-256 or Ed25519 key is expected")
        }
        let wrong = CommandRefusal(.value, "/proof", "the proof is not a signature by this key over this link")
        var named = anonymous.bareJWK
        named["kid"] = .string(Base64URL.string(anonymous.thumbprint))
        guard let key = try? VerificationKey(jwk: .object(named)),
            let unverified = try? UnverifiedJWS(compact: proof),
            TokenType(unverified.header.type) == TokenType(type),
            case .success(let verified) = unverified.verified(with: key, allowing: VerificationKey.operatorAlgorithms),
            let payload = try? JSONValue(parsing: verified.payload), case .object(let claims) = payload,
            claims["enrolment"]?.stringValue == secret.description
        else { throw wrong }
        return key
    }
}
