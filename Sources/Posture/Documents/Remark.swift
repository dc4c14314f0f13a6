// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Something about a document that its owner should know, and that did not keep it from being read.
public struct Remark: Sendable, Equatable, CustomStringConvertible {
    /// Where: a JSON pointer (RFC 6901), or `line 17` for what the text alone shows.
    public let place: String
    /// A sentence for people.
    public let message: String

    init(_ place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    /// `place: message`.
    public var description: String { "\(place): \(message)" }
}
