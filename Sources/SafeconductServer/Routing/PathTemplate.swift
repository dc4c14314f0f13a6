// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The shape of a route's path: `/v1/identities/{name}`, or `/envoy/v1/check/*` for everything below a prefix.
public struct PathTemplate: Sendable, Hashable, CustomStringConvertible {
    /// One part between two slashes.
    enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)
    }

    /// The text it was written as, which is also how documents and metrics call the route.
    public let description: String
    /// The parts in order, without the final `*`.
    let segments: [Segment]
    /// Whether the route takes every path below its prefix.
    let takesRest: Bool

    /// A template from its text: a slash before each part, visible ASCII only.
    public init(_ text: String) {
        description = text
        var parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        takesRest = parts.last?.elementsEqual("*".utf8) == true
        if takesRest { parts.removeLast() }
        segments = parts.map { part in
            part.first == UInt8(ascii: "{") && part.last == UInt8(ascii: "}")
                ? .parameter(String(decoding: part.dropFirst().dropLast(), as: UTF8.self))
                : .literal(String(decoding: part, as: UTF8.self))
        }
    }

    /// The names of the parameters in order.
    public var parameterNames: [String] {
        segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }
}
