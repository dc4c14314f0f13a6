// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Which attributes and tags a policy asks for with `has` and `hasTag`, and where it reads the same ones.
///
/// "The same" means: of an expression that is written the same way, `principal["a"]` for `principal.a` included. So
/// every expression gets a number by its shape, and so does every attribute or tag asked for.
struct CapabilityTable {
    // For each node that reads or asks for an attribute or a tag the number of that, -1 when nothing asks for it; empty
    // when nothing is asked for at all.
    private var ofNode: [Int32] = []
    // The numbers for the steps of each `has`, which lie behind each other from the number kept in `ofNode`.
    private var steps: [Int32] = []

    /// The table of the expressions of a policy.
    init(_ expression: PolicyExpression) {
        let asks = expression.nodes.contains { node in
            switch node {
            case .has, .hasTag: true
            default: false
            }
        }
        guard asks else { return }
        var shapes = ShapeTable(expression)
        var numbers: [Int32: Int32] = [:]
        func number(_ shape: Int32) -> Int32 {
            if let known = numbers[shape] { return known }
            let next = Int32(truncatingIfNeeded: numbers.count)
            numbers[shape] = next
            return next
        }
        ofNode = Array(repeating: -1, count: expression.nodes.count)
        for (index, node) in expression.nodes.enumerated() {
            shapes.add(node)
            switch node {
            case .has(let receiver, let path):
                ofNode[index] = Int32(steps.count)
                for shape in shapes.attributes(of: receiver, expression[names: path]) { steps.append(number(shape)) }
            case .hasTag: ofNode[index] = number(shapes.target(of: index))
            default: break
            }
        }
        for (index, node) in expression.nodes.enumerated() {
            switch node {
            case .attribute, .getTag: ofNode[index] = numbers[shapes.target(of: index)] ?? -1
            default: break
            }
        }
    }

    /// The number of what the node reads or, for `hasTag`, asks for; nil when nothing asks for it.
    func number(of node: NodeID) -> Int? {
        guard !ofNode.isEmpty, ofNode[node.index] >= 0 else { return nil }
        return Int(ofNode[node.index])
    }

    /// The number of what step `step` of the `has` at `node` asks for.
    func number(ofStep step: Int, at node: NodeID) -> Int {
        Int(steps[Int(ofNode[node.index]) + step])
    }
}
