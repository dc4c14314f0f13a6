// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

extension Engine {
    /// Registers a new enforcement point and issues its token: one command, so that neither stands without the other.
    ///
    /// - Parameters:
    ///   - name: Its name, which nobody has or had.
    ///   - value: The point as people write it.
    ///   - operator: Who commands it.
    /// - Returns: The outcome and, when it is done, the token; it is nowhere else.
    public func createPoint(
        named name: String,
        _ value: JSONValue,
        by operator: ObjectID
    ) async -> (outcome: CommandOutcome, token: BearerToken?) {
        guard case .object(var object) = value else {
            let refusal = CommandRefusal(CommandRefusal.Code(description: "wrong_type"), "", "an object is expected")
            return (.refused(refusal), nil)
        }
        object["name"] = .string(name)
        let input = JSONValue.object(object)
        let token = BearerToken(kind: .enforcementPoint)
        let outcome = await carryOut(
            Command(by: `operator`, collection: "enforcement-points", answersSecret: true, sealingWith: sealer) {
                state,
                now,
                sealer throws(CommandRefusal) in
                guard state.find(name, kind: .enforcementPoint) == nil else {
                    throw CommandRefusal(
                        .conflict,
                        "/name",
                        "an enforcement point has this name; its token can be rotated"
                    )
                }
                let body = try Self.body(.enforcementPoint, name, input, state, now, sealer)
                guard let point = body.object(EnforcementPoint.self) else { return [body] }
                var generator = SystemRandomNumberGenerator()
                let credential = Credential(
                    id: ObjectID(kind: .credential, at: now, using: &generator),
                    type: .bearer,
                    holder: point.id,
                    fingerprint: token.fingerprint,
                    custody: point.custody
                )
                return [body, .putCredential(credential)]
            }
        )
        if case .done = outcome { return (outcome, token) }
        return (outcome, nil)
    }
}
