// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension JSONValue {
    /// Parses one JSON text as most readers do: of members with equal names the last one stands.
    ///
    /// Two readers of such a text may see two different objects, so nothing that is signed, stored or decided upon may
    /// be read this way. It is for other people's documents that are only to be looked at.
    ///
    /// - Parameters:
    ///   - bytes: The whole text, UTF-8 without byte order mark.
    ///   - limits: What the parse may cost.
    ///   - repeated: Takes the places of names that stood before in their object, the first few of them.
    /// - Throws: ``JSONError`` with the position.
    public init(
        parsingLastMembersOf bytes: [UInt8],
        limits: JSONLimits,
        repeated: inout [JSONError]
    ) throws(JSONError) {
        var parser = JSONParser(bytes, limits: limits, takesLast: true)
        self = try parser.document()
        repeated = parser.repeated
    }
}
