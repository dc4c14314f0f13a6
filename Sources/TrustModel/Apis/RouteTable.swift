// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// The operations of one API by method and path: a tree of segments in which a literal wins over a parameter.
public struct RouteTable: Sendable {
    // Swift's String equality takes canonically equivalent texts for one; an upstream compares bytes.
    private struct Literal: Hashable, Sendable {
        let text: String

        static func == (left: Literal, right: Literal) -> Bool { sameBytes(left.text, right.text) }

        func hash(into hasher: inout Hasher) { hasher.combine(text) }
    }

    private struct Place: Sendable {
        var literals: [Literal: Int] = [:]
        /// The literals by what is left of them without letter case and space at their ends.
        var nearly: [Literal: [Literal]] = [:]
        var parameter: Int?
        var operations: [String: Int] = [:]
    }

    private var places = [Place()]

    /// A table without routes.
    public init() {}

    /// Adds a route; false when the same method and path are there already.
    public mutating func insert(_ template: RouteTemplate, method: String, operation: Int) -> Bool {
        var current = 0
        for segment in template.segments {
            switch segment {
            case .literal(let text):
                if let next = places[current].literals[Literal(text: text)] {
                    current = next
                } else {
                    places.append(Place())
                    places[current].literals[Literal(text: text)] = places.count - 1
                    places[current].nearly[Self.folded(text), default: []].append(Literal(text: text))
                    current = places.count - 1
                }
            case .parameter:
                if let next = places[current].parameter {
                    current = next
                } else {
                    places.append(Place())
                    places[current].parameter = places.count - 1
                    current = places.count - 1
                }
            }
        }
        guard places[current].operations[method] == nil else { return false }
        places[current].operations[method] = operation
        return true
    }

    /// The operation that a call of `method` on the decoded `segments` reaches; nil when none does.
    ///
    /// A literal is tried before a parameter at each segment, and the walk returns to the parameter where the literal
    /// leads nowhere. A place has one way to it, so no place is visited twice: a call costs at most the places there are.
    public func operation(method: String, segments: [String]) -> Int? {
        walk(0, segments[...], method)
    }

    private func walk(_ place: Int, _ rest: ArraySlice<String>, _ method: String) -> Int? {
        guard let segment = rest.first else { return places[place].operations[method] }
        if let next = places[place].literals[Literal(text: segment)], let found = walk(next, rest.dropFirst(), method) {
            return found
        }
        guard let next = places[place].parameter, !segment.isEmpty, !isNearlyLiteral(segment, place) else { return nil }
        return walk(next, rest.dropFirst(), method)
    }

    /// Whether a segment differs from a literal at its place only in letter case or in space at its ends. Many an
    /// upstream takes the two for one, so such a call reaches no operation here rather than another one there.
    private func isNearlyLiteral(_ segment: String, _ place: Int) -> Bool {
        guard !places[place].nearly.isEmpty else { return false }
        return (places[place].nearly[Self.folded(segment)] ?? []).contains { $0 != Literal(text: segment) }
    }

    private static func folded(_ text: String) -> Literal {
        let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
        let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { scalars.index(after: $0) }
        return Literal(text: String(scalars[..<(end ?? scalars.startIndex)]).lowercased())
    }
}
