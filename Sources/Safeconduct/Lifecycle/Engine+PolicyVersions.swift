// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

// A policy set's life: put, tried beside what decides, activated, taken back, retired.
extension Engine {
    /// Puts a policy set into the log that decides nothing yet. It has to compile; whether all that an activation asks
    /// for holds is noted.
    ///
    /// - Parameters:
    ///   - value: The set as people write it.
    ///   - operator: Who commands it.
    public func putPolicies(_ value: JSONValue, by operator: ObjectID) async -> CommandOutcome {
        // What names no realm that exists is refused below.
        let realm = value["realm"]?.stringValue.flatMap(PolicySet.Realm.init) ?? .calls
        let question = CommandQuestion(action: "policy.put", target: .policies(realm))
        if let refused = await refusal(of: question, by: `operator`, collection: "policies") { return refused }
        let review: PolicyReview
        switch await reviewed({ engine in engine.reviewDraft(value) }) {
        case .success(let made): review = made
        case .failure(let refusal): return .refused(refusal)
        }
        let input = ObjectInput<PolicySet>(value, sealer: sealer)
        let isValidated = review.isSound
        var command = Command(by: `operator`, collection: "policies") { state, now throws(CommandRefusal) in
            var generator = SystemRandomNumberGenerator()
            let id = ObjectID(kind: .policySet, at: now, using: &generator)
            let references = NamedReferences(state: state, now: now, presentExpiry: nil, own: nil)
            let set = try input.object(id: id, references: references, present: nil)
            return [.putPolicies(PolicyDraft(set, isValidated: isValidated))]
        }
        command.question = question
        command.draft = { _, _ in [] }
        return await carryOut(command)
    }

    /// Makes a policy set that is in the log decide, under the conditions of any activation.
    ///
    /// - Parameters:
    ///   - reference: Its id.
    ///   - value: `{"realm"?, "confirm"?, "reason"?}`; nil for none of them. A set of another realm is refused.
    ///   - operator: Who commands it.
    public func enforcePolicies(_ reference: String, _ value: JSONValue?, by operator: ObjectID) async -> CommandOutcome
    {
        await move(reference, value, by: `operator`, action: "policy.activate") {
            move,
            state,
            confirmed,
            review throws(CommandRefusal) in
            try review.check(confirmed: confirmed, active: state.activePolicies(of: review.realm))
            return [.enforcePolicies(move)]
        }
    }

    /// Has a policy set evaluated and recorded beside the one that decides.
    public func shadowPolicies(_ reference: String, _ value: JSONValue?, by operator: ObjectID) async -> CommandOutcome
    {
        await move(reference, value, by: `operator`, action: "policy.shadow") {
            move,
            _,
            _,
            review throws(CommandRefusal) in
            try review.checkTests()
            return [.shadowPolicies(move)]
        }
    }

    /// Takes back the policy set that decides: the one that did before, or a named one, decides again.
    ///
    /// - Parameters:
    ///   - value: `{"realm"?, "to"?, "confirm"?, "reason"?}`.
    ///   - operator: Who commands it.
    public func rollBackPolicies(_ value: JSONValue, by operator: ObjectID) async -> CommandOutcome {
        guard case .object(var object) = value else {
            return .refused(CommandRefusal(CommandRefusal.Code(description: "wrong_type"), "", "an object is expected"))
        }
        let realm = object["realm"]?.stringValue.flatMap(PolicySet.Realm.init) ?? .calls
        if let stated = object["realm"], stated != .string(realm.rawValue) {
            return .refused(CommandRefusal(.value, "/realm", "calls or commands is expected"))
        }
        let to = object["to"]
        object["to"] = nil
        let question = CommandQuestion(action: "policy.activate", target: .policies(realm))
        if let refused = await refusal(of: question, by: `operator`, collection: "policies") { return refused }
        let reference: String
        if let to {
            guard let text = to.stringValue else {
                return .refused(CommandRefusal(.value, "/to", "the id of a policy set is expected"))
            }
            reference = text
        } else if let before = view.state.policiesBefore(of: realm)?.object.id {
            reference = before.description
        } else {
            // Refused where commands are, so that one that was carried out and is sent again is answered as it was.
            var command = Command(by: `operator`, collection: "policies") { _, _ throws(CommandRefusal) in
                throw CommandRefusal(.conflict, "", "no policy set decided before this one")
            }
            command.question = question
            command.draft = { _, _ in [] }
            return await carryOut(command)
        }
        object["realm"] = .string(realm.rawValue)
        return await move(reference, .object(object), by: `operator`, action: "policy.activate", isReturn: true) {
            move,
            state,
            confirmed,
            review throws(CommandRefusal) in
            let active = state.activePolicies(of: review.realm)
            try review.check(confirmed: confirmed, active: active, isReturn: true)
            return [.rollBackPolicies(move)]
        }
    }

    /// One step of a set that is in the log.
    ///
    /// - Parameter entries: What it means at the head, given what was confirmed and found.
    private func move(
        _ reference: String,
        _ value: JSONValue?,
        by operator: ObjectID,
        action: String,
        isReturn: Bool = false,
        entries:
            @escaping @Sendable (
                PolicyMove, TrustState, _ confirmed: [String], PolicyReview
            ) throws(CommandRefusal) -> [EntryBody]
    ) async -> CommandOutcome {
        let found = view.state.find(reference, kind: .policySet).flatMap { view.state.policySets[$0]?.object }
        let question = CommandQuestion(action: action, target: .policies(found?.realm ?? .calls))
        if let refused = await refusal(of: question, by: `operator`, collection: "policies") { return refused }
        guard let found else { return .refused(CommandRefusal(.notFound, "", "no policy set has this id")) }
        let terms: MoveTerms
        do throws(CommandRefusal) { terms = try MoveTerms(value) } catch { return .refused(error) }
        if let realm = terms.realm, realm != found.realm {
            return .refused(CommandRefusal(.value, "/realm", "this policy set is about \(found.realm.rawValue)"))
        }
        let review: PolicyReview
        switch await reviewed({ engine in engine.review(found, isReturn: isReturn) }) {
        case .success(let made): review = made
        case .failure(let refusal): return .refused(refusal)
        }
        let sealer = sealer
        var command = Command(by: `operator`, collection: "policies") { state, now throws(CommandRefusal) in
            let move = PolicyMove(set: found.id, sealed: try terms.sealed(for: found.id, at: now, sealer))
            return try entries(move, state, terms.confirmed, review)
        }
        command.question = question
        command.draft = { _, _ in [] }
        return await carryOut(command)
    }

    /// A review made on a thread that may take its time: tests are run for it.
    func reviewed(
        _ make: @escaping @Sendable (Engine) -> Result<PolicyReview, CommandRefusal>
    ) async -> Result<PolicyReview, CommandRefusal> {
        let made = try? await blocking { make(self) }
        return made ?? .failure(CommandRefusal(.conflict, "", "the policies could not be reviewed"))
    }

    /// What is to be said of a set that is in the log, against the one that decided before a revision; nil when it does
    /// not compile.
    ///
    /// - Parameter state: The state that knows what decided then: no set was activated between the two.
    public func review(_ set: PolicySet, before rev: UInt64, in state: TrustState) -> PolicyReview? {
        let base = state.policies(of: set.realm, decidingBefore: rev)?.object
        do throws(CommandRefusal) {
            return try review(set, against: base.flatMap { try? CompiledPolicies($0) }, isLenient: true)
        } catch { return nil }
    }

    private func review(_ set: PolicySet, isReturn: Bool) -> Result<PolicyReview, CommandRefusal> {
        do throws(CommandRefusal) { return .success(try review(set, isLenient: isReturn)) } catch {
            return .failure(error)
        }
    }
}

/// What a step of a policy set comes with.
private struct MoveTerms: Sendable {
    let confirmed: [String]
    /// What the set has to be about; nil when nobody said.
    let realm: PolicySet.Realm?
    private let reason: String?

    init(_ value: JSONValue?) throws(CommandRefusal) {
        let (rest, confirmed) = try Engine.confirmation(in: value ?? .object(JSONObject()))
        self.confirmed = confirmed
        do throws(ShapeError) {
            var reader = try ObjectReader(rest)
            reason = try reader.optionalString("reason")
            let stated = try reader.optionalString("realm")
            realm = stated.flatMap(PolicySet.Realm.init)
            guard stated == nil || realm != nil else {
                throw ShapeError(.value, "/realm", "calls or commands is expected")
            }
            try reader.finish()
            guard reason?.utf8.count ?? 0 <= 4096 else {
                throw ShapeError(.value, "/reason", "at most 4096 bytes are allowed")
            }
        } catch {
            throw CommandRefusal(CommandRefusal.Code(description: error.code.description), error.pointer, error.message)
        }
    }

    func sealed(for set: ObjectID, at now: Timestamp, _ sealer: Sealer) throws(CommandRefusal) -> SealedText? {
        guard let reason else { return nil }
        let plain = JSONValue.object(JSONObject([("reason", .string(reason))])).serialized()
        do throws(EngineError) { return try sealer.seal(plain, for: set, at: now) } catch {
            throw CommandRefusal(CommandRefusal.Code(description: "unavailable"), "", error.message)
        }
    }
}
