// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// By which policies, and at which revision, something was decided: the header `Safeconduct-Policy`,
/// `<digest>;rev=<revision>`, which answers carry and enforcement points send back with their next question.
public struct PolicyVersion: Sendable, Equatable, CustomStringConvertible {
    /// The digest of the policy set, 64 hexadecimal digits.
    public let digest: String
    /// The revision of the control log.
    public let rev: UInt64

    /// A version.
    public init(digest: String, rev: UInt64) {
        self.digest = digest
        self.rev = rev
    }

    /// Reads the header; nil when it is none.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 64, parts[1].starts(with: "rev=".utf8),
            let rev = Self.revision(String(decoding: parts[1].dropFirst(4), as: UTF8.self))
        else { return nil }
        self.init(digest: String(decoding: parts[0], as: UTF8.self), rev: rev)
    }

    /// Reads a revision as it is written: digits without a sign or zeros before them. Nil for anything else.
    public static func revision(_ text: String) -> UInt64? {
        guard let rev = UInt64(text), String(rev) == text else { return nil }
        return rev
    }

    /// The header's value.
    public var description: String { "\(digest);rev=\(rev)" }
}
