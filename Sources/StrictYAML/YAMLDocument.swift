// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// One document of a YAML text as JSON, and where each of its values stands.
public struct YAMLDocument: Sendable {
    /// Where a value stands, from 1.
    public struct Place: Sendable, Equatable {
        /// The line.
        public let line: Int
        /// The character in the line.
        public let column: Int

        /// A place.
        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// Its number in the text, from 1.
    public let number: Int
    /// The value.
    public let value: JSONValue
    /// The places of all values by their JSON pointers (RFC 6901); of a member the place of its name.
    public let places: [String: Place]

    /// Where `pointer` stands; where its nearest parent does when it does not exist, as a missing member does not.
    public func place(of pointer: String) -> Place {
        var pointer = pointer
        while true {
            if let place = places[pointer] { return place }
            guard let slash = pointer.lastIndex(of: "/") else { return Place(line: 1, column: 1) }
            pointer = String(pointer[..<slash])
        }
    }
}
