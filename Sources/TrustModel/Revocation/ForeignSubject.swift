// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Whose tokens: a subject as its issuer names it, whichever objects are registered for the two (RFC 7519 section 4.1).
public struct ForeignSubject: Sendable {
    /// The exact `iss`.
    public let issuer: String
    /// The exact `sub`; nil for every subject of the issuer.
    public let subject: String?

    /// One subject of an issuer, or all of them.
    public init(issuer: String, subject: String? = nil) {
        self.issuer = issuer
        self.subject = subject
    }
}

extension ForeignSubject: Hashable {
    /// Equal by bytes: canonically equivalent subjects are different ones.
    public static func == (left: ForeignSubject, right: ForeignSubject) -> Bool {
        guard (left.subject == nil) == (right.subject == nil) else { return false }
        return sameBytes(left.issuer, right.issuer) && sameBytes(left.subject ?? "", right.subject ?? "")
    }

    /// By bytes, as `==` compares.
    public func hash(into hasher: inout Hasher) {
        var issuer = issuer
        issuer.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        guard var subject else { return }
        subject.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// Until when the tokens of a foreign subject were ended, though nothing may be registered any more that tells why.
struct Ending: Sendable, Equatable {
    /// The cut that ended them, or the object whose retirement did.
    let by: ObjectID
    /// No token that was issued by then counts.
    let time: Timestamp
}
