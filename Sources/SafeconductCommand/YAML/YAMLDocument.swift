// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// One document of a YAML text as JSON, and where each of its values stands.
struct YAMLDocument: Sendable {
    /// Where a value stands, from 1.
    struct Place: Sendable, Equatable {
        /// The line.
        let line: Int
        /// The character in the line.
        let column: Int
    }

    /// Its number in the text, from 1.
    let number: Int
    /// The value.
    let value: JSONValue
    /// The places of all values by their JSON pointers (RFC 6901); of a member the place of its name.
    let places: [String: Place]

    /// Where `pointer` stands; where its nearest parent does when it does not exist, as a missing member does not.
    func place(of pointer: String) -> Place {
        var pointer = pointer
        while true {
            if let place = places[pointer] { return place }
            guard let slash = pointer.lastIndex(of: "/") else { return Place(line: 1, column: 1) }
            pointer = String(pointer[..<slash])
        }
    }
}

/// Why a text is no acceptable YAML, and where.
struct YAMLFailure: Error, Sendable, Equatable {
    /// Where, from 1.
    let place: YAMLDocument.Place
    /// A sentence for people.
    let message: String

    init(_ line: Int, _ column: Int, _ message: String) {
        place = YAMLDocument.Place(line: max(1, line), column: max(1, column))
        self.message = message
    }
}
