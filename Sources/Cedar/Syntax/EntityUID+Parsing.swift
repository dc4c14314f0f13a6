// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension EntityUID {
    /// The entity written as Cedar text, `Shop::User::"alice"`, with nothing around it but space and comments.
    ///
    /// For people who type a name; ``description`` writes what this reads.
    public init(parsing text: String) throws(ParseError) {
        var parser = try PolicyParser(Array(text.utf8), limits: .standard)
        self = try parser.entity()
        guard parser.token.kind == .end else { throw parser.expected("nothing more behind the entity") }
    }
}
