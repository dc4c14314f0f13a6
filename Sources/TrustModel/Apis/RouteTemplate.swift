// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A path with parameters: `/orders/{id}/lines`.
public struct RouteTemplate: Sendable, Hashable {
    /// One part between slashes.
    public enum Segment: Sendable, Hashable {
        /// Exactly these decoded bytes.
        case literal(String)
        /// Any one segment.
        case parameter
    }

    /// The parts in order; the path `/` has one, empty.
    public let segments: [Segment]

    /// How many segments are parameters.
    public var parameters: Int { segments.count { $0 == .parameter } }

    /// Reads a template; nil when it is no unambiguous path (``CallTarget/segments(ofPath:)``) or a segment is only
    /// partly a parameter.
    public init?(_ text: String) {
        var segments: [Segment] = []
        // A query is no part of a template: it would end the path and swallow what is appended to a base path. And an
        // encoded brace is no brace of the template.
        guard !text.utf8.contains(UInt8(ascii: "?")), let parts = CallTarget.segments(ofPath: text),
            Self.braces(in: text) == parts.reduce(0, { $0 + Self.braces(in: $1) })
        else { return nil }
        for part in parts {
            let bytes = Array(part.utf8)
            if bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}"), bytes.count > 2 {
                guard
                    !bytes.dropFirst().dropLast().contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
                    )
                else { return nil }
                segments.append(.parameter)
            } else if bytes.contains(UInt8(ascii: "{")) || bytes.contains(UInt8(ascii: "}")) {
                return nil
            } else {
                segments.append(.literal(part))
            }
        }
        self.segments = segments
    }

    private static func braces(in text: String) -> Int {
        text.utf8.count { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
    }
}
