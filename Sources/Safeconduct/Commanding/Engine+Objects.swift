// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

extension Engine {
    /// Registers or replaces the object that `value` describes (`PUT`): one command, idempotent.
    ///
    /// - Parameters:
    ///   - kind: What is described.
    ///   - name: Its name; the member `name` of `value`, when present, must be the same.
    ///   - value: The object as people write it.
    ///   - operator: Who commands it.
    public func put(
        _ kind: ObjectKind,
        named name: String,
        _ value: JSONValue,
        by operator: ObjectID
    ) async -> CommandOutcome {
        let input: JSONValue
        do throws(CommandRefusal) { input = try Self.described(value, as: kind, named: name, besides: ownIssuer) } catch
        {
            return .refused(error)
        }
        return await carryOut(
            askingFirst: Command(by: `operator`, collection: kind.collection, sealingWith: sealer) {
                state,
                now,
                sealer throws(CommandRefusal) in [try Self.body(kind, name, input, state, now, sealer)]
            }
        )
    }

    /// What is put under a name, as it is read.
    ///
    /// - Parameter own: Our own issuer, which nobody else is: its tokens are verified with our own keys alone.
    static func described(
        _ value: JSONValue,
        as kind: ObjectKind,
        named name: String,
        besides own: OwnIssuer
    ) throws(CommandRefusal) -> JSONValue {
        guard case .object(var object) = value else {
            throw CommandRefusal(CommandRefusal.Code(description: "wrong_type"), "", "an object is expected")
        }
        if let stated = object["name"], stated != .string(name) {
            throw CommandRefusal(.value, "/name", "this is not the name that it is put under")
        }
        object["name"] = .string(name)
        if kind == .issuer, let url = object["url"]?.stringValue, own.isAddress(url) {
            throw CommandRefusal(.conflict, "/url", "this server itself is the issuer of this URL")
        }
        // An operator for whom nobody else answers answers for itself.
        if kind == .operator, object["owner"]?.isNull ?? true { object["owner"] = .string(name) }
        return .object(object)
    }

    /// The entry that registers or replaces an object.
    ///
    /// - Parameters:
    ///   - sealer: Nil leaves its free text out.
    ///   - fresh: The id of a new one; nil makes one up.
    static func body(
        _ kind: ObjectKind,
        _ name: String,
        _ value: JSONValue,
        _ state: TrustState,
        _ now: Timestamp,
        _ sealer: Sealer?,
        fresh: ObjectID? = nil
    ) throws(CommandRefusal) -> EntryBody {
        var generator = SystemRandomNumberGenerator()
        let present = state.find(name, kind: kind)
        let id = present ?? fresh ?? ObjectID(kind: kind, at: now, using: &generator)
        let references = NamedReferences(
            state: state,
            now: now,
            presentExpiry: state.summary(of: id)?.custody?.expiresAt,
            own: (name, id)
        )
        switch kind {
        case .operator:
            return .putOperator(
                try ObjectInput(value, sealer: sealer).object(
                    id: id,
                    references: references,
                    present: state.operators[id]?.object
                )
            )
        case .identity:
            let present = state.identities[id]?.object
            return .putIdentity(
                try ObjectInput(value, sealer: sealer).object(
                    id: id,
                    references: references,
                    present: present
                ).keepingOrder(of: present)
            )
        case .api:
            let present = state.apis[id]?.object
            var value = value
            if let kept = Api.keepingOperations(of: present, value) {
                // What is wrong is told of where it was written.
                _ = try ObjectInput<Api>(value, sealer: nil).read(id: id, references: references)
                value = kept
            }
            return .putApi(
                try ObjectInput(value, sealer: sealer).object(
                    id: id,
                    references: references,
                    present: present
                ).keepingOrder(of: present)
            )
        case .issuer:
            let present = state.issuers[id]?.object
            return .putIssuer(
                try ObjectInput(value, sealer: sealer).object(
                    id: id,
                    references: references,
                    present: present
                ).keepingOrder(of: present)
            )
        case .enforcementPoint:
            return .putEnforcementPoint(
                try ObjectInput(value, sealer: sealer).object(
                    id: id,
                    references: references,
                    present: state.enforcementPoints[id]?.object
                )
            )
        case .backEnd:
            return .putBackEnd(
                try ObjectInput(value, sealer: sealer).object(
                    id: id,
                    references: references,
                    present: state.backEnds[id]?.object
                )
            )
        default: throw CommandRefusal(.value, "", "a \(kind.noun) is not put")
        }
    }

    /// Retires the object of this id or name.
    public func retire(_ kind: ObjectKind, _ reference: String, by operator: ObjectID) async -> CommandOutcome {
        await carryOut(
            Command(by: `operator`, collection: kind.collection) { state, _ throws(CommandRefusal) in
                guard let id = state.find(reference, kind: kind) else {
                    throw CommandRefusal(.notFound, "", "no \(kind.noun) has this name or id")
                }
                return [.retire(id)]
            }
        )
    }

    /// Issues a bearer token to an operator or enforcement point; earlier tokens of that holder end with it.
    ///
    /// - Returns: The outcome and, when it is done, the token; it is nowhere else.
    public func issueBearer(
        to reference: String,
        kind: ObjectKind,
        by operator: ObjectID
    ) async -> (outcome: CommandOutcome, token: BearerToken?) {
        let token = BearerToken(kind: kind)
        let outcome = await carryOut(
            Command(
                by: `operator`,
                collection: kind.collection,
                action: "credential.issue",
                answersSecret: true
            ) { state, now throws(CommandRefusal) in
                guard let holder = state.find(reference, kind: kind), let summary = state.summary(of: holder),
                    let custody = summary.custody
                else { throw CommandRefusal(.notFound, "", "no \(kind.noun) has this name or id") }
                var generator = SystemRandomNumberGenerator()
                let id = ObjectID(kind: .credential, at: now, using: &generator)
                var bodies: [EntryBody] = []
                if state.hasLiveCredential(of: holder, at: now) {
                    let cut = ObjectID(kind: .cut, at: now, using: &generator)
                    bodies.append(.cut(Cut(id: cut, scope: Scope(identity: holder))))
                }
                bodies.append(
                    .putCredential(
                        Credential(
                            id: id,
                            type: .bearer,
                            holder: holder,
                            fingerprint: token.fingerprint,
                            custody: Custody(
                                owner: custody.owner,
                                purpose: custody.purpose,
                                boundary: custody.boundary,
                                expiresAt: custody.expiresAt
                            )
                        )
                    )
                )
                return bodies
            }
        )
        if case .done = outcome { return (outcome, token) }
        return (outcome, nil)
    }

    /// Activates a policy set, once it parses, its remedies are known ones and only help, and what it weakens is
    /// confirmed by name (`confirm`).
    public func activatePolicies(_ value: JSONValue, by operator: ObjectID) async -> CommandOutcome {
        // What names no realm that exists is refused below.
        let realm = value["realm"]?.stringValue.flatMap(PolicySet.Realm.init) ?? .calls
        let question = CommandQuestion(action: "policy.activate", target: .policies(realm))
        // Nobody has megabytes parsed, or is told what is wrong with them, who may not activate them.
        if let refused = await refusal(of: question, by: `operator`, collection: "policies") { return refused }
        let input: ObjectInput<PolicySet>
        let confirmed: [String]
        do throws(CommandRefusal) {
            let (set, names) = try Self.confirmation(in: value)
            input = ObjectInput<PolicySet>(set, sealer: sealer)
            confirmed = names
        } catch {
            return .refused(error)
        }
        // Up to 16 MiB of policies are parsed and tested here, not while the head is held: a cut must not wait for that.
        let review: PolicyReview
        switch await reviewed({ engine in engine.review(value) }) {
        case .success(let made): review = made
        case .failure(let refusal): return .refused(refusal)
        }
        var command = Command(by: `operator`, collection: "policies") { state, now throws(CommandRefusal) in
            // Before anything is sealed: activating the active set again makes no key for a note that nobody keeps.
            let active = state.activePolicies(of: review.realm)
            if let active, state.policySets[active]?.object.digest == review.digest { return [] }
            try review.check(confirmed: confirmed, active: active)
            var generator = SystemRandomNumberGenerator()
            let id = ObjectID(kind: .policySet, at: now, using: &generator)
            let references = NamedReferences(state: state, now: now, presentExpiry: nil, own: nil)
            return [.activatePolicies(try input.object(id: id, references: references, present: nil))]
        }
        command.question = question
        command.draft = { _, _ in [] }
        return await carryOut(command)
    }

    /// Cuts everything in a scope that is older than this command.
    public func cut(_ value: JSONValue, by operator: ObjectID) async -> CommandOutcome {
        await carryOut(
            Command(by: `operator`, isUrgent: true, collection: "cuts", sealingWith: sealer) {
                state,
                now,
                sealer throws(CommandRefusal) in [.cut(try Self.revocation(value, .cut, state, now, sealer))]
            }
        )
    }

    /// Places a hold on a scope.
    public func hold(_ value: JSONValue, by operator: ObjectID) async -> CommandOutcome {
        await carryOut(
            Command(by: `operator`, isUrgent: true, collection: "holds", sealingWith: sealer) {
                state,
                now,
                sealer throws(CommandRefusal) in [.placeHold(try Self.revocation(value, .hold, state, now, sealer))]
            }
        )
    }

    private static func revocation<Object: TrustObject>(
        _ value: JSONValue,
        _ kind: ObjectKind,
        _ state: TrustState,
        _ now: Timestamp,
        _ sealer: Sealer?
    ) throws(CommandRefusal) -> Object {
        var generator = SystemRandomNumberGenerator()
        let references = NamedReferences(state: state, now: now, presentExpiry: nil, own: nil)
        do throws(CommandRefusal) {
            return try ObjectInput<Object>(value, sealer: sealer).object(
                id: ObjectID(kind: kind, at: now, using: &generator),
                references: references,
                present: nil,
                // What is cut is cut, whether or not there is room to say why.
                mayDropText: true
            )
        } catch {
            // A name or id as such that is refused is one that nothing has.
            guard error.pointer == "/scope/id", let text = value["scope"]?["id"]?.stringValue,
                Name.isValid(text) || ObjectID(text) != nil
            else { throw error }
            throw CommandRefusal(.notFound, error.pointer, error.message)
        }
    }

    /// Lifts a hold, which leaves a cut over the same scope.
    public func lift(_ hold: String, reason: String?, by operator: ObjectID) async -> CommandOutcome {
        await carryOut(
            Command(by: `operator`, collection: "holds", sealingWith: sealer) {
                state,
                now,
                sealer throws(CommandRefusal) in
                guard let id = ObjectID(hold), id.kind == .hold else {
                    throw CommandRefusal(.notFound, "", "no hold has this id")
                }
                var generator = SystemRandomNumberGenerator()
                let cut = ObjectID(kind: .cut, at: now, using: &generator)
                var sealed: SealedText?
                if let reason, let sealer {
                    let plain = JSONValue.object(JSONObject([("reason", .string(reason))])).serialized()
                    do throws(EngineError) { sealed = try sealer.seal(plain, for: cut, at: now) } catch {
                        throw CommandRefusal(CommandRefusal.Code(description: "unavailable"), "", error.message)
                    }
                }
                return [.liftHold(HoldLift(hold: id, cut: cut, sealed: sealed))]
            }
        )
    }
}

extension TrustState {
    /// Whether some credential of `holder` still counts, or would if a hold were lifted.
    func hasLiveCredential(of holder: ObjectID, at now: Timestamp) -> Bool {
        credentials.sorted.contains { record in
            guard record.object.holder == holder, record.object.custody.expiresAt > now else { return false }
            if case .cut = revocations.standing(of: CredentialFacts(record)) { return false }
            return true
        }
    }
}
