// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Walks through the candidates of a plan in the order of the places.
///
/// Nothing is materialised: each step asks every list for its first place that is not before the one reached.
struct CandidateStream {
    private enum Node {
        case all
        case none
        case one(Int)
        case postings(EntityPostings, key: UInt32)
        case any([Int])
        case every([Int])
    }

    /// Behind the last place.
    static let end = Int.max

    private let count: Int
    private var nodes: [Node] = []
    private var root = 0
    // For each node the question asked last and its answer, which serves every question in between.
    private var asked: [Int] = []
    private var answers: [Int] = []
    private var hints: [Int] = []
    /// How many more steps it may take. When none is left, ``next(from:)`` may give a place that is no candidate, but
    /// never one behind a candidate.
    var steps: Int

    init(_ plan: CandidatePlan, type: EntityTypeName, directory: EntityDirectory, order: EntityOrder, steps: Int) {
        count = order.count
        self.steps = steps
        root = add(plan, type, directory, order)
        asked = Array(repeating: -1, count: nodes.count)
        answers = Array(repeating: -1, count: nodes.count)
        hints = Array(repeating: 0, count: nodes.count)
    }

    // Plans are as deep as expressions are, which the parser bounds.
    private mutating func add(
        _ plan: CandidatePlan,
        _ type: EntityTypeName,
        _ directory: EntityDirectory,
        _ order: EntityOrder
    ) -> Int {
        let node: Node
        switch plan {
        case .all: node = .all
        case .none: node = .none
        case .one(let uid): node = order.place(of: uid, in: directory.store).map(Node.one) ?? .none
        case .facet(let facet, let key):
            node = directory.postings(of: type, facet).map { .postings($0, key: key) } ?? .all
        case .any(let plans, _): node = .any(plans.map { add($0, type, directory, order) })
        case .every(let plans, _):
            // Single lists lead, unions follow where they point.
            let (unions, lists) = (plans.filter(\.isUnion), plans.filter { !$0.isUnion })
            node = .every((lists + unions).map { add($0, type, directory, order) })
        }
        nodes.append(node)
        return nodes.count - 1
    }

    /// The first candidate that is not before `place`; ``end`` when there is none. Places ascend from call to call.
    mutating func next(from place: Int) -> Int {
        next(root, from: place)
    }

    private mutating func next(_ node: Int, from place: Int) -> Int {
        if asked[node] >= 0, asked[node] <= place, place <= answers[node] { return answers[node] }
        steps -= 1
        let answer = find(node, from: place)
        asked[node] = place
        answers[node] = answer
        return answer
    }

    private mutating func find(_ node: Int, from place: Int) -> Int {
        switch nodes[node] {
        case .all: return place < count ? place : Self.end
        case .none: return Self.end
        case .one(let one): return place <= one ? one : Self.end
        case .postings(let postings, let key):
            return postings.place(key, notBefore: place, hint: &hints[node]) ?? Self.end
        case .any(let children):
            var first = Self.end
            for child in children { first = min(first, next(child, from: place)) }
            return first
        case .every(let children):
            var reached = place
            var agreeing = 0
            // Each in turn is asked for the first place not before the one reached, until all gave the same.
            while agreeing < children.count {
                for child in children {
                    let next = next(child, from: reached)
                    if next == Self.end { return next }
                    agreeing = next == reached ? agreeing + 1 : 1
                    reached = next
                    if agreeing >= children.count { break }
                }
                if steps <= 0 { return reached }
            }
            return reached
        }
    }
}

extension CandidatePlan {
    fileprivate var isUnion: Bool {
        if case .any = self { return true }
        return false
    }
}
