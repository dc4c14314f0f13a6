// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON
internal import TrustModel

extension Engine {
    /// Makes an operator an owner, or a new one, and gives the link with which they register a key.
    ///
    /// For whoever holds the data directory and the master key, and nobody else: for the first owner of a new control
    /// plane, and for one whose owners are gone. It leaves its entries, by the node.
    ///
    /// - Parameters:
    ///   - name: The operator's name.
    ///   - boundary: The boundary of a new one.
    ///   - resettingPolicies: Whether the shipped policies of commands are activated again.
    /// - Throws: ``EngineError`` when the operator can't be an owner.
    public func provideOwner(
        named name: String,
        boundary: String,
        resettingPolicies: Bool = false
    ) async throws(EngineError) -> EnrolmentSecret {
        var secret = EnrolmentSecret(expiresAt: now())
        let fingerprint = secret.fingerprint
        let outcome = await carryOut(
            Command(by: node.id) { state, now throws(CommandRefusal) in
                var generator = SystemRandomNumberGenerator()
                let present = state.find(name, kind: .operator).flatMap { state.operators[$0] }
                var bodies: [EntryBody] = []
                if resettingPolicies { bodies.append(.activatePolicies(Self.shippedPolicies(at: now))) }
                let id: ObjectID
                if let present {
                    guard present.object.type == .human, !present.retired else {
                        throw CommandRefusal(.conflict, "", "'\(name)' is retired or no person; name another operator")
                    }
                    id = present.object.id
                    var owner = present.object
                    owner.roles = Set(owner.roles + [.owner]).sorted()
                    if owner.custody.expiresAt <= now { owner.custody.expiresAt = Self.ownerExpiry(from: now) }
                    bodies.append(.putOperator(owner))
                } else {
                    guard Name.isValid(name), Name.isTerm(boundary) else {
                        throw CommandRefusal(.value, "", "a name is 1 to 63 of a-z 0-9 . _ -")
                    }
                    id = ObjectID(kind: .operator, at: now, using: &generator)
                    let custody = Custody(
                        owner: id,
                        purpose: "administration",
                        boundary: boundary,
                        expiresAt: Self.ownerExpiry(from: now)
                    )
                    bodies.append(
                        .putOperator(Operator(id: id, name: name, type: .human, custody: custody, roles: [.owner]))
                    )
                }
                // A hold would keep the recovered owner out; lifting it leaves a cut, which ends the keys of before.
                for hold in state.holds.sorted where !hold.retired && hold.object.scope == Scope(identity: id) {
                    let cut = ObjectID(kind: .cut, at: now, using: &generator)
                    bodies.append(.liftHold(HoldLift(hold: hold.object.id, cut: cut)))
                }
                bodies.append(.putEnrolment(Self.enrolment(of: id, fingerprint, at: now)))
                return bodies
            }
        )
        switch outcome {
        case .done(_, let view):
            guard let put = view.state.enrolment(fingerprint: fingerprint) else {
                throw EngineError(.internal, "the enrolment is lost")
            }
            secret.expiresAt = put.object.expiresAt
            return secret
        case .refused(let refusal): throw EngineError(.configuration, refusal.description)
        case .failed(let error): throw error
        }
    }

    private static func ownerExpiry(from now: Timestamp) -> Timestamp {
        now.advanced(byMilliseconds: 365 * 86_400_000)
    }
}
