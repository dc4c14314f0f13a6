// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

/// Invariant 1 over random command sequences, with a second, naive bookkeeping beside the state.
struct InvariantTests {
    @Test(arguments: Seeds.some(10))
    func nothingIsAdmittedWithoutTheFour(seed: UInt64) throws {
        var commands = RandomCommands(seed: seed)
        var state = TrustState()
        var books = Books()
        var accepted = 0
        for _ in 0..<350 {
            let entry = try commands.next(for: state)
            let before = (state.digest, state.size, state.time)
            guard state.refusal(of: entry.body, at: entry.time) == nil else {
                // What the head refuses, the fold need not; but whatever it does, it does wholly or not at all.
                var unchanged = state
                if (try? unchanged.apply(entry)) == nil {
                    #expect((unchanged.digest, unchanged.size, unchanged.time) == before)
                    #expect(unchanged.snapshot() == state.snapshot())
                }
                continue
            }
            accepted += 1
            books.admit(entry, to: state)
            let owners = state.liveOwners(at: entry.time)
            // What was validated is foldable, and so is what a reader of its stored bytes sees.
            let stored = entry.stored()
            let read = try Entry(stored: stored)
            #expect(read.stored() == stored)
            try state.apply(read)
            books.check(state)
            // Somebody always answers for it all: only holds and time can leave nobody.
            switch entry.body {
            case .putOperator, .retire: #expect(owners.isEmpty || !state.liveOwners(at: entry.time).isEmpty)
            default: break
            }
        }
        #expect(accepted > 100, "the generator should mostly propose what can be accepted")
        books.checkAll(state)
        for _ in 0..<100 {
            let facts = commands.facts(state)
            books.check(state.revocations.standing(of: facts), of: facts)
        }
    }
}

/// What has happened, kept by an independent and slower method.
private struct Books {
    private struct Mark {
        let scope: Scope
        let id: ObjectID
        let rev: UInt64
        let time: Timestamp
    }

    private var owners: [String: ObjectID] = [:]
    private var retired: Set<ObjectID> = []
    private var cuts: [Mark] = []
    private var holds: [ObjectID: Scope] = [:]
    private var secrets: Set<Fingerprint> = []
    /// The newest link of each operator, until it is used.
    private var links: [ObjectID: ObjectID] = [:]
    /// The tasks that are known: the one that each is a part of, and the end of its window.
    private var tasks: [ObjectID: (parent: ObjectID?, until: Timestamp)] = [:]
    private var taskEnds: [ObjectID: Mark] = [:]

    /// Checks what an accepted entry may say, against the state before it, and notes it.
    mutating func admit(_ entry: Entry, to state: TrustState) {
        defer {
            // A day and a minute after its window nothing is known of a task any more.
            for (id, task) in tasks where task.until.milliseconds + 86_460_000 < entry.time.milliseconds {
                tasks[id] = nil
                taskEnds[id] = nil
            }
        }
        switch entry.body {
        case .putOperator(let object): admit(object, entry, state)
        case .putIdentity(let object): admit(object, entry, state)
        case .putApi(let object): admit(object, entry, state)
        case .putIssuer(let object): admit(object, entry, state)
        case .putEnforcementPoint(let object): admit(object, entry, state)
        case .putBackEnd(let object):
            admit(object, entry, state)
            let operations = Set(state.apis[object.api]?.object.operations.map(\.name) ?? [])
            #expect(object.roles.allSatisfy { operations.contains($0.operation) })
        case .putCredential(let object): admit(object, entry, state)
        case .putEnrolment(let object):
            let holder = state.operators[object.operator]
            #expect(holder?.retired == false && holder?.object.type != .team)
            #expect(object.expiresAt > entry.time)
            #expect(object.expiresAt.milliseconds - entry.time.milliseconds <= 15 * 60_000)
            links[object.operator] = object.id
        case .redeemEnrolment(let redemption):
            let key = redemption.credential
            #expect(links[key.holder] == redemption.enrolment, "the newest link of its operator, once")
            links[key.holder] = nil
            #expect(key.type == .key)
            #expect(state.enrolments[redemption.enrolment].map { $0.object.expiresAt > entry.time } == true)
            admit(key, entry, state)
        case .retire(let id):
            #expect(retired.insert(id).inserted)
        case .cut(let cut):
            cuts.append(Mark(scope: cut.scope, id: cut.id, rev: state.size, time: entry.time))
            if cut.scope.kind == .task, let id = ObjectID(cut.scope.value) { end(id, entry, state) }
        case .putTask(let task):
            #expect(tasks[task.id] == nil)
            #expect(state.identities[task.identity]?.retired == false)
            #expect(task.notBefore < task.expiresAt && entry.time < task.expiresAt)
            #expect(task.expiresAt.milliseconds - task.notBefore.milliseconds <= 86_400_000)
            if let parent = task.parent { #expect(tasks[parent] != nil && taskEnds[parent] == nil) }
            tasks[task.id] = (task.parent, task.expiresAt)
        case .endTask(let ended):
            #expect(tasks[ended.task] != nil && taskEnds[ended.task] == nil)
            end(ended.task, entry, state)
        case .spendTask(let spend): #expect(tasks[spend.task] != nil && taskEnds[spend.task] == nil)
        case .placeHold(let hold):
            #expect(holds[hold.id] == nil)
            holds[hold.id] = hold.scope
        case .liftHold(let lift):
            if let scope = holds.removeValue(forKey: lift.hold) {
                cuts.append(Mark(scope: scope, id: lift.cut, rev: state.size, time: entry.time))
            } else {
                Issue.record("a hold was lifted that was not in force")
            }
        case .putTokenKey(let key):
            #expect(secrets.insert(key.fingerprint).inserted)
            #expect(entry.time <= key.signsFrom && key.signsFrom < key.signsUntil && key.signsUntil < key.acceptedUntil)
        case .logOpen: #expect(state.size == 0)
        case .putNode, .activatePolicies, .putPolicies, .enforcePolicies, .rollBackPolicies, .shadowPolicies,
            .stateDigest, .anchorEvidence, .confirmGeneration:
            break
        }
    }

    private mutating func end(_ id: ObjectID, _ entry: Entry, _ state: TrustState) {
        guard tasks[id] != nil, taskEnds[id] == nil else { return }
        taskEnds[id] = Mark(scope: Scope(.task, id.description), id: id, rev: state.size, time: entry.time)
        for (part, task) in tasks where task.parent == id { end(part, entry, state) }
    }

    private mutating func admit(_ object: Credential, _ entry: Entry, _ state: TrustState) {
        let holder = state.summary(of: object.holder)
        #expect([.identity, .operator, .enforcementPoint].contains(object.holder.kind))
        #expect(holder?.isLive(at: entry.time) == true, "no credential before admission")
        #expect(object.custody.expiresAt <= holder?.custody?.expiresAt ?? Timestamp(milliseconds: 0))
        #expect(secrets.insert(object.fingerprint).inserted)
        #expect(object.ancestors.count <= 8)
        check(object.custody, of: object.id, entry, state)
    }

    private mutating func admit(_ object: some NamedObject, _ entry: Entry, _ state: TrustState) {
        #expect(!retired.contains(object.id), "what was retired stays retired")
        let name = "\(type(of: object).kind)/\(object.name)"
        #expect(owners[name] ?? object.id == object.id, "a name is never used again")
        owners[name] = object.id
        check(object.custody, of: object.id, entry, state)
    }

    private func check(_ custody: Custody, of id: ObjectID, _ entry: Entry, _ state: TrustState) {
        let ownsItself = custody.owner == id && id.kind == .operator
        #expect(custody.owner.kind == .operator)
        #expect(ownsItself || state.operators[custody.owner].map { !$0.retired } == true)
        #expect(ownsItself || state.summary(of: custody.owner)?.isLive(at: entry.time) == true)
        #expect(Name.isTerm(custody.purpose) && Name.isTerm(custody.boundary))
        #expect(custody.expiresAt > entry.time)
        #expect(custody.expiresAt.milliseconds - entry.time.milliseconds <= Custody.longestMilliseconds)
    }

    func check(_ state: TrustState) {
        #expect(state.cuts.count == cuts.count)
        #expect(state.tasks.sorted.map(\.object.id) == tasks.keys.sorted())
        #expect(state.tasks.sorted.filter(\.retired).map(\.object.id) == taskEnds.keys.sorted())
        #expect(state.holds.sorted.filter { !$0.retired }.map(\.object.id) == holds.keys.sorted())
    }

    /// Every registered object, one by one.
    func checkAll(_ state: TrustState) {
        func check<Object: NamedObject>(_ register: Register<Object>) {
            for record in register.sorted {
                #expect(record.retired == retired.contains(record.object.id))
                #expect(state.find(record.object.name, kind: Object.kind) == record.object.id)
                #expect(state.find(record.object.id.description, kind: Object.kind) == record.object.id)
                #expect(record.created <= record.rev && record.rev < state.size)
                #expect(state.exists(record.object.custody.owner))
            }
        }
        check(state.operators)
        check(state.identities)
        check(state.apis)
        check(state.issuers)
        check(state.enforcementPoints)
        check(state.backEnds)
        for record in state.credentials.sorted {
            #expect(state.exists(record.object.holder) && state.exists(record.object.custody.owner))
            #expect(state.credential(fingerprint: record.object.fingerprint)?.object == record.object)
        }
        for record in state.identities.sorted {
            for binding in record.object.federation {
                let bound = state.identities(issuer: binding.issuer, subject: binding.subject).map(\.object.id)
                let mayStay = holds.values.contains(Scope(identity: record.object.id))
                #expect(bound.contains(record.object.id) == !record.retired || (record.retired && mayStay))
            }
        }
    }

    /// Compares an answer with a plain search.
    func check(_ standing: Standing, of facts: CredentialFacts) {
        let killers = (cuts + taskEnds.values).filter { mark in
            guard Self.covers(mark.scope, facts) else { return false }
            switch facts.origin {
            case .registered(_, let rev): return mark.rev > rev
            case .foreign(let issuedAt): return issuedAt.milliseconds <= mark.time.milliseconds + RevocationTable.skew
            case .vouched: return false
            }
        }
        switch standing {
        case .good: #expect(killers.isEmpty && !holds.values.contains { Self.covers($0, facts) })
        case .cut(let id): #expect(killers.contains { $0.id == id })
        case .held(let id): #expect(killers.isEmpty && holds[id].map { Self.covers($0, facts) } == true)
        }
    }

    private static func covers(_ scope: Scope, _ facts: CredentialFacts) -> Bool {
        switch scope.kind {
        case .all: return true
        case .identity: return scope.value == facts.holder.description
        case .credential:
            var ids = facts.ancestors
            if case .registered(let id, _) = facts.origin { ids.append(id) }
            return ids.contains { $0.description == scope.value }
        case .issuer: return facts.issuer?.description == scope.value
        case .trustDomain: return facts.trustDomain == scope.value
        case .key: return facts.key == scope.value
        case .task, .delegationRoot, .participant, .agreementVersion, .workload:
            return facts.memberships.contains(scope)
        }
    }
}
