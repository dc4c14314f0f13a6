// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The members of a JSON object in the order written, names unique by their bytes.
///
/// A flat array: the objects of this product's interfaces have few members, and a scan of those costs less than
/// hashing would.
public struct JSONObject: Sendable {
    /// One name and its value.
    public struct Member: Sendable {
        /// The name.
        public let key: String
        /// The value.
        public let value: JSONValue

        /// A member of the given name and value.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    @usableFromInline var members: [Member]

    /// An object without members.
    public init() { members = [] }

    /// An object of the given members; of equal names the last one stays.
    public init(_ pairs: [(String, JSONValue)]) {
        members = []
        members.reserveCapacity(pairs.count)
        guard pairs.count > 16 else {
            for (key, value) in pairs { self[key] = value }
            return
        }
        // A scan for each of very many members would cost their square.
        var places: [MemberName: Int] = [:]
        for (key, value) in pairs {
            if let place = places[MemberName(text: key)] {
                members[place] = Member(key: key, value: value)
            } else {
                places[MemberName(text: key)] = members.count
                members.append(Member(key: key, value: value))
            }
        }
    }

    /// Members already known to have distinct names: the parser's own.
    init(distinct members: [Member]) { self.members = members }

    /// The value of the member `key`; setting nil removes it. Cost grows with the number of members.
    public subscript(key: String) -> JSONValue? {
        get {
            for member in members where sameBytes(member.key, key) { return member.value }
            return nil
        }
        set {
            let index = members.firstIndex { sameBytes($0.key, key) }
            switch (index, newValue) {
            case (let index?, let value?): members[index] = Member(key: key, value: value)
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension JSONObject: RandomAccessCollection {
    /// The position of the first member.
    public var startIndex: Int { members.startIndex }

    /// The position past the last member.
    public var endIndex: Int { members.endIndex }

    /// The member at `position`, in the order written.
    public subscript(position: Int) -> Member { members[position] }
}
