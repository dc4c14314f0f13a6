// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

extension ObjectReader {
    /// The most claims of one rule, and the most alternatives for one claim.
    static let claimLimit = 16
    /// The most bytes of a claim's name, or of a string it is compared with.
    static let longestClaim = 2048

    /// The object member `key` as claims and the values they are compared with, in the order of their names; empty when
    /// absent.
    ///
    /// Only plain values, and a bounded number of them: a value nested as deep as a request may be would make an entry
    /// that the log's stricter reader refuses for ever.
    mutating func claims(_ key: String, alternatives: Bool) throws(ShapeError) -> JSONObject {
        guard let claims = try optionalObject(key) else { return JSONObject() }
        guard claims.object.count <= Self.claimLimit else {
            throw ShapeError(.value, claims.pointer, "at most \(Self.claimLimit) claims are allowed")
        }
        for member in claims.object {
            let pointer = claims.pointer(to: member.key)
            guard (1...Self.longestClaim).contains(member.key.utf8.count) else {
                throw ShapeError(.value, pointer, "a claim's name has 1 to \(Self.longestClaim) bytes")
            }
            guard alternatives, let values = member.value.arrayValue else {
                guard Self.isComparable(member.value) else { throw Self.notComparable(pointer) }
                continue
            }
            guard (1...Self.claimLimit).contains(values.count) else {
                throw ShapeError(.value, pointer, "1 to \(Self.claimLimit) alternatives are expected")
            }
            for (index, value) in values.enumerated() where !Self.isComparable(value) {
                throw Self.notComparable("\(pointer)/\(index)")
            }
        }
        let sorted = claims.object.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return JSONObject(sorted.map { ($0.key, $0.value) })
    }

    private static func isComparable(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.utf8.count <= longestClaim
        case .integer, .bool: true
        case .null, .number, .array, .object: false
        }
    }

    private static func notComparable(_ pointer: String) -> ShapeError {
        ShapeError(
            .value,
            pointer,
            "a claim is compared with a string of at most \(longestClaim) bytes, an integer or a boolean"
        )
    }
}
