// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections

/// The cuts and holds in force, by scope: asking costs one lookup for each scope a credential has.
public struct RevocationTable: Sendable {
    /// How long a foreign token may be younger than a cut and still be dead, in milliseconds: its issuer's clock may
    /// run ahead of ours.
    public static let skew: Int64 = 60_000

    struct Mark: Sendable {
        var cut: ObjectID
        var rev: UInt64
        var time: Timestamp

        /// Whether it ends a credential of this origin.
        func ends(_ origin: CredentialFacts.Origin) -> Bool {
            switch origin {
            case .registered(_, let rev): self.rev > rev
            case .foreign(let issuedAt): issuedAt <= time.advanced(byMilliseconds: RevocationTable.skew)
            case .vouched: false
            }
        }
    }

    // A join of everything that ever was cut: the newest mark wins, whatever order the cuts come in.
    private var cuts: TreeDictionary<Scope, Mark> = [:]
    private var holds: TreeDictionary<Scope, [ObjectID]> = [:]
    /// What was ended of foreign subjects; the fold alone writes here, and keeps the digest true.
    var endings: TreeDictionary<ForeignSubject, [Ending]> = [:]

    /// The ends of tasks: cuts of their scopes without an id of their own, forgotten with the tasks.
    private var taskEnds: TreeDictionary<Scope, Mark> = [:]

    /// A table without cuts or holds.
    public init() {}

    mutating func cut(_ scope: Scope, by cut: ObjectID, rev: UInt64, time: Timestamp) {
        if let mark = cuts[scope] {
            // `time` may not follow `rev` across a restored log: each keeps its own maximum.
            cuts[scope] = Mark(
                cut: rev >= mark.rev ? cut : mark.cut,
                rev: max(rev, mark.rev),
                time: max(time, mark.time)
            )
        } else {
            cuts[scope] = Mark(cut: cut, rev: rev, time: time)
        }
    }

    mutating func end(task id: ObjectID, rev: UInt64, time: Timestamp) {
        taskEnds[Scope(task: id)] = Mark(cut: id, rev: rev, time: time)
    }

    mutating func forget(task id: ObjectID) { taskEnds[Scope(task: id)] = nil }

    mutating func place(_ hold: ObjectID, on scope: Scope) {
        // In the order of ids, not of arrival: a state read from a snapshot has to name the same hold first.
        var present = holds[scope] ?? []
        present.insert(hold, at: present.firstIndex { hold < $0 } ?? present.count)
        holds[scope] = present
    }

    mutating func lift(_ hold: ObjectID, from scope: Scope) {
        guard var present = holds[scope] else { return }
        present.removeAll { $0 == hold }
        holds[scope] = present.isEmpty ? nil : present
    }

    /// Whether a credential of these facts still counts; a cut is named before a hold, being final.
    public func standing(of facts: CredentialFacts) -> Standing {
        if cuts.isEmpty && holds.isEmpty && endings.isEmpty && taskEnds.isEmpty { return .good }
        if let ended = ending(of: facts) { return .cut(ended) }
        var held: ObjectID?
        for scope in facts.scopes {
            if let mark = cuts[scope], mark.ends(facts.origin) { return .cut(mark.cut) }
            if scope.kind == .task, let mark = taskEnds[scope], mark.ends(facts.origin) { return .cut(mark.cut) }
            if held == nil, let hold = holds[scope]?.first { held = hold }
        }
        return held.map(Standing.held) ?? .good
    }

    /// What ended a foreign token by its `iss` and `sub`, whoever is registered for them now; nil when nothing did.
    private func ending(of facts: CredentialFacts) -> ObjectID? {
        guard !endings.isEmpty, let tokens = facts.subject, case .foreign(let issuedAt) = facts.origin else {
            return nil
        }
        for key in [ForeignSubject(issuer: tokens.issuer), tokens] {
            let met = (endings[key] ?? []).first { ending in
                issuedAt <= ending.time.advanced(byMilliseconds: Self.skew) && ending.covers(facts.claims)
            }
            if let met { return met.by }
        }
        return nil
    }

    /// The newest cut of exactly this scope.
    func mark(on scope: Scope) -> Mark? { cuts[scope] }

    /// The first hold of exactly this scope, by id.
    func firstHold(on scope: Scope) -> ObjectID? { holds[scope]?.first }

    /// The holds on one identity, operator, enforcement point or API, by id.
    public func holds(on id: ObjectID) -> [ObjectID] { holds[Scope(identity: id)] ?? [] }

    /// The hold that stops an object itself, a callee for instance; nil when none does.
    public func hold(on id: ObjectID) -> ObjectID? {
        holds[Scope(identity: id)]?.first ?? holds[Scope(.all)]?.first
    }
}
