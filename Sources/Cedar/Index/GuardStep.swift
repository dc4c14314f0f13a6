// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One guard of a policy as a step from a node of the tree of guards.
struct GuardStep {
    private let body: PolicyBody
    private let place: Int
    let isEquality: Bool
    /// For an equality, the digest of its path.
    let path: Int
    /// For an equality, the edge to the branch of its path.
    let pathEdge: Int
    /// The edge to what is behind the guard.
    let edge: Int

    /// The guard at `place` of a policy, from `node`.
    init(_ body: PolicyBody, _ place: Int, from node: Int32) {
        self.body = body
        self.place = place
        let step = body.program.guards[place]
        isEquality = step.isEquality
        if step.isEquality {
            path = Self.path(of: body, place)
            pathEdge = Self.pathEdge(node, path)
            edge = Self.edge(node, path, body.program.literals[Int(step.literal)].indexDigest)
        } else {
            (path, pathEdge) = (0, 0)
            let digest = ExpressionSignature.digest(step.node, in: body.expression)
            edge = Digest.mix(Int(node) << 2 | (step.wanted ? 2 : 3), digest)
        }
    }

    static func pathEdge(_ node: Int32, _ path: Int) -> Int { Digest.mix(Int(node) << 2, path) }

    /// The edge to what demands a value of a path.
    @inline(__always)
    static func edge(_ node: Int32, _ path: Int, _ value: Int) -> Int {
        Digest.mix(Digest.mix(Int(node) << 2 | 1, path), value)
    }

    /// Whether a policy, which stands at the same node, has the same guard there.
    func isSame(as other: PolicyBody) -> Bool {
        let (mine, theirs) = (body.program.guards[place], other.program.guards[place])
        guard mine.wanted == theirs.wanted, mine.isEquality == theirs.isEquality else { return false }
        if mine.isEquality {
            return hasSamePath(as: other)
                && body.program.literals[Int(mine.literal)] == other.program.literals[Int(theirs.literal)]
        }
        return ExpressionSignature(mine.node, in: body.expression)
            == ExpressionSignature(theirs.node, in: other.expression)
    }

    /// Whether the guard of a policy that is an equality is one of the same path.
    func hasSamePath(as other: PolicyBody) -> Bool {
        let (mine, theirs) = (Self.names(body, place), Self.names(other, place))
        return mine.variable == theirs.variable
            && mine.names.elementsEqual(theirs.names) {
                body.expression.names[Int($0)] == other.expression.names[Int($1)]
            }
    }

    private static func path(of body: PolicyBody, _ place: Int) -> Int {
        let (variable, names) = names(body, place)
        var hasher = Hasher()
        hasher.combine(variable)
        for name in names { hasher.combine(body.expression.names[Int(name)]) }
        return hasher.finalize()
    }

    private static func names(_ body: PolicyBody, _ place: Int) -> (variable: Variable, names: ArraySlice<Int32>) {
        let (variable, names) = body.program.path(ofEquality: place)
        return (variable, body.program.paths[names.range])
    }
}

extension Value {
    /// A hash for indexes; equal values have equal ones.
    var indexDigest: Int {
        switch self {
        case .entity(let uid): uid.digest
        case .long(let number): Digest.mix(1, Int(truncatingIfNeeded: number))
        case .bool(let truth): Digest.mix(2, truth ? 1 : 0)
        default: hashValue
        }
    }
}
