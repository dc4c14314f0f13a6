// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
public import StrictJSON
public import TrustModel

/// What a redeemed link made.
public struct Enrolled: Sendable {
    /// Whose key was registered.
    public let `operator`: Record<Operator>
    /// The credential.
    public let credential: Record<Credential>
    /// What the holder names as `aud` in client assertions: the origin of the control log.
    public let audience: String
}

extension Engine {
    /// Lets an operator register a key, by a link that lives 15 minutes; an earlier link of theirs ends.
    ///
    /// - Returns: The outcome and, when it is done, the link's secret; it is nowhere else.
    public func invite(
        _ reference: String,
        by operator: ObjectID
    ) async -> (outcome: CommandOutcome, secret: EnrolmentSecret?) {
        var secret = EnrolmentSecret(expiresAt: now())
        let fingerprint = secret.fingerprint
        let outcome = await carryOut(
            Command(by: `operator`, collection: "operators", answersSecret: true) { state, now throws(CommandRefusal) in
                guard let id = state.find(reference, kind: .operator) else {
                    throw CommandRefusal(.notFound, "", "no operator has this name or id")
                }
                return [.putEnrolment(Self.enrolment(of: id, fingerprint, at: now))]
            }
        )
        guard case .done(_, let view) = outcome, let put = view.state.enrolment(fingerprint: fingerprint) else {
            return (outcome, nil)
        }
        secret.expiresAt = put.object.expiresAt
        return (outcome, secret)
    }

    static func enrolment(of operator: ObjectID, _ fingerprint: Fingerprint, at now: Timestamp) -> Enrolment {
        var generator = SystemRandomNumberGenerator()
        return Enrolment(
            id: ObjectID(kind: .enrolment, at: now, using: &generator),
            operator: `operator`,
            fingerprint: fingerprint,
            expiresAt: now.advanced(byMilliseconds: Enrolment.longestMilliseconds)
        )
    }

    /// Registers the key of whoever holds a link's secret, once.
    ///
    /// - Parameters:
    ///   - secret: The link's secret.
    ///   - jwk: The public key (RFC 7517): P-256 or Ed25519.
    ///   - proof: A JWS by the key, `typ` `safeconduct-enrolment+jwt`, with the claim `enrolment`: the SHA-256 of the
    ///     secret, in hexadecimal digits.
    /// - Returns: What was made; ``CommandRefusal`` with `.notFound` for every link that is unknown, used or out of time.
    public func redeem(
        secret: String,
        jwk: JSONValue,
        proof: String
    ) async -> Result<Enrolled, CommandRefusal> {
        let unknown = CommandRefusal(.notFound, "", "this link is unknown, used or out of time")
        // Looked up before anything costly: a stranger without a link costs at most a read of the head, which all who
        // come together share.
        let fingerprint = EnrolmentSecret.fingerprint(of: secret)
        if let fingerprint, view.state.enrolment(fingerprint: fingerprint) == nil {
            // Another node may have made the link a moment ago.
            await followHead()
        }
        guard let fingerprint, let enrolment = view.state.enrolment(fingerprint: fingerprint), !enrolment.retired,
            enrolment.object.expiresAt > now()
        else {
            commandCounts.enrolmentsRefused.add()
            return .failure(unknown)
        }
        let (thumbprint, members): (Fingerprint, JSONObject)
        do throws(CommandRefusal) {
            let key = try EnrolmentProof.key(jwk, proof: proof, secret: fingerprint)
            (thumbprint, members) = (key.keyID.flatMap { Fingerprint(thumbprint: $0) } ?? fingerprint, key.bareJWK)
        } catch {
            return .failure(error)
        }
        let id = enrolment.object.id
        let outcome = await carryOut(
            Command(by: enrolment.object.operator, collection: "enrolments") { state, now throws(CommandRefusal) in
                guard let holder = state.enrolments[id]?.object.operator,
                    let custody = state.operators[holder]?.object.custody
                else { throw unknown }
                var generator = SystemRandomNumberGenerator()
                let credential = Credential(
                    id: ObjectID(kind: .credential, at: now, using: &generator),
                    type: .key,
                    holder: holder,
                    fingerprint: thumbprint,
                    custody: custody,
                    jwk: members
                )
                return [.redeemEnrolment(EnrolmentRedemption(enrolment: id, credential: credential))]
            }
        )
        switch outcome {
        case .done(_, let view):
            guard let credential = view.state.credential(fingerprint: thumbprint),
                let holder = view.state.operators[credential.object.holder]
            else { return .failure(unknown) }
            commandCounts.enrolled.add()
            return .success(
                Enrolled(operator: holder, credential: credential, audience: view.state.opening?.origin ?? "")
            )
        case .refused(let refusal):
            // On hold, retired, expired, used by another just now: all the same to who tries.
            if refusal.code == .conflict || refusal.code == .value { return .failure(refusal) }
            commandCounts.enrolmentsRefused.add()
            return .failure(unknown)
        case .failed(let error):
            return .failure(CommandRefusal(CommandRefusal.Code(description: "unavailable"), "", error.message))
        }
    }
}
