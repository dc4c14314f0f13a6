// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a text is no document that can be read here, and where.
public struct PostureError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of refusal; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The stable name.
        public let description: String

        /// Neither JSON nor YAML.
        public static let syntax = Code(description: "syntax")
        /// Not UTF-8.
        public static let encoding = Code(description: "encoding")
        /// Nested deeper than allowed.
        public static let depth = Code(description: "depth")
        /// More bytes, values or operations than allowed.
        public static let size = Code(description: "size")
        /// Well formed, but no OpenAPI document, or of a version that is not read here.
        public static let notOpenAPI = Code(description: "not_openapi")
    }

    /// The kind of refusal.
    public let code: Code
    /// The line, from 1; nil when the refusal is about the document as a whole.
    public let line: Int?
    /// The column, from 1.
    public let column: Int?
    /// A sentence for people.
    public let message: String

    init(_ code: Code, line: Int? = nil, column: Int? = nil, _ message: String) {
        self.code = code
        self.line = line
        self.column = line == nil ? nil : column ?? 1
        self.message = message
    }

    /// `line:column: message`.
    public var description: String {
        if let line, let column { "\(line):\(column): \(message)" } else { message }
    }
}
