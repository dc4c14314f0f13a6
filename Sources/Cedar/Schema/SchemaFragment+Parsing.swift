// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension SchemaFragment {
    /// The schema in `text`, in the Cedar schema language.
    ///
    /// What cannot be seen without its names being looked up is not checked here: ``resolved(limits:)`` does that. A
    /// text without a declaration is valid. Comments are not kept.
    public init(parsing text: String, limits: SchemaLimits = .standard) throws(SchemaError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// The schema in `bytes`, which must be UTF-8.
    public init(parsing bytes: [UInt8], limits: SchemaLimits = .standard) throws(SchemaError) {
        do throws(ParseError) {
            try Lexer.check(bytes, maximumBytes: limits.maximumBytes)
        } catch {
            throw SchemaError(error)
        }
        var parser = try SchemaParser(bytes, limits: limits)
        self = try parser.fragment()
    }
}
