// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import WorkloadIdentity

/// The issuers that are remembered, and who waits for which; bounded, the least recently used go first.
struct IssuerTable {
    /// Whose keys, and where they are when not found by discovery: an issuer whose rule comes to name another place
    /// is another one here.
    struct Key: Hashable, Sendable {
        let issuer: IssuerURL
        let location: HTTPLocation?
    }

    /// One caller who waits for a fetch.
    struct Waiter {
        let keyID: String?
        let answer: PendingAnswer<IssuerRecord.Answer>
    }

    /// One issuer.
    struct Entry {
        var record: IssuerRecord
        /// Who waits for the fetch under way; nil when none is.
        var waiting: [Int: Waiter]?
        fileprivate var lastUse = 0
    }

    private let limits: IssuerKeysLimits
    private var entries: [Key: Entry] = [:]
    private(set) var keyCount = 0
    private var uses = 0

    init(limits: IssuerKeysLimits) { self.limits = limits }

    /// How many issuers are remembered.
    var count: Int { entries.count }

    /// Whether an issuer is remembered.
    func has(_ key: Key) -> Bool { entries[key] != nil }

    /// A number that was not given out before.
    mutating func nextNumber() -> Int {
        uses &+= 1
        return uses
    }

    /// Reads and changes the entry of an issuer, which is made when there is none.
    ///
    /// - Returns: What `body` returns; nil when there is no room, because all that is remembered is being fetched.
    mutating func update<Value>(_ key: Key, _ body: (inout Entry) -> Value) -> Value? {
        if entries[key] == nil {
            guard entries.count < limits.issuers || makeRoom() else { return nil }
            entries[key] = Entry(record: IssuerRecord(limits: limits))
        }
        let use = nextNumber()
        let value = entries[key].mutate { entry in
            let before = entry.record.keys?.count ?? 0
            entry.lastUse = use
            let value = body(&entry)
            return (value, (entry.record.keys?.count ?? 0) - before)
        }
        guard let value else { return nil }
        keyCount += value.1
        if keyCount > limits.keys { makeRoom() }
        return value.0
    }

    /// Forgets the least recently used issuers, and a sixteenth more than necessary so that it is seldom done.
    ///
    /// - Returns: Whether an issuer can be added.
    @discardableResult
    private mutating func makeRoom() -> Bool {
        let idle = entries.filter { $0.value.waiting == nil }.sorted { $0.value.lastUse < $1.value.lastUse }
        let aim = (issuers: limits.issuers * 15 / 16, keys: limits.keys * 15 / 16)
        for (key, entry) in idle {
            if entries.count <= aim.issuers, keyCount <= aim.keys { break }
            entries[key] = nil
            keyCount -= entry.record.keys?.count ?? 0
        }
        return entries.count < limits.issuers
    }
}

extension Optional {
    /// Changes what is there, in place.
    fileprivate mutating func mutate<Value>(_ body: (inout Wrapped) -> Value) -> Value? {
        switch self {
        case .none: return nil
        case .some(var wrapped):
            self = nil
            let value = body(&wrapped)
            self = wrapped
            return value
        }
    }
}
