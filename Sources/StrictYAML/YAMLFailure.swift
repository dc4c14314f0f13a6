// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a text is no acceptable YAML, and where.
public struct YAMLFailure: Error, Sendable, Equatable {
    /// What kind of fault it is.
    public enum Kind: Sendable {
        /// It is no YAML, or something that is not read here.
        case syntax
        /// It is not UTF-8, or has characters that YAML does not.
        case encoding
        /// It is nested too deep.
        case depth
        /// It is too large.
        case size
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// Where, from 1.
    public let place: YAMLDocument.Place
    /// A sentence for people.
    public let message: String

    /// A fault at a line and column, from 1.
    public init(_ kind: Kind, _ line: Int, _ column: Int, _ message: String) {
        self.kind = kind
        place = YAMLDocument.Place(line: max(1, line), column: max(1, column))
        self.message = message
    }
}
