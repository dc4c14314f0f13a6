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

/// Until when tokens of a foreign subject were ended, though nothing may be registered any more that tells why.
struct Ending: Sendable, Equatable {
    /// How long one is of use, in milliseconds: no token lives longer than a day, so what was issued two days ago has
    /// ended by itself.
    static let lifetime: Int64 = 2 * 86_400_000

    /// The claims of the tokens that were ended; none for all of the subject's.
    let claims: JSONObject
    /// The claims of tokens among them that were another identity's by then, which were not ended.
    let others: [JSONObject]
    /// The cut that ended them, or the object whose retirement did.
    let by: ObjectID
    /// No such token that was issued by then counts.
    let time: Timestamp

    /// Whether a token with the claims `stated` is one of those.
    func covers(_ stated: JSONObject) -> Bool {
        claims.areIn(stated) && !others.contains { $0.areIn(stated) }
    }

    /// Whether both are about the same tokens.
    func isAbout(_ other: Ending) -> Bool { claims == other.claims && others == other.others }

    /// Whether all tokens that it was about have ended by themselves at `now`.
    func isOver(at now: Timestamp) -> Bool { time.advanced(byMilliseconds: Self.lifetime) < now }
}

/// Which foreign tokens prove an identity: as ``Identity/Federation``, from the side of the subject.
struct SubjectBinding: Sendable {
    let identity: ObjectID
    let issuer: ObjectID
    let claims: JSONObject

    /// Whether a token of the subject that has these claims fits.
    func fits(_ stated: JSONObject) -> Bool { claims.areIn(stated) }
}

extension JSONObject {
    /// Whether a token with the claims `stated` has each of these, exactly so.
    func areIn(_ stated: JSONObject) -> Bool { allSatisfy { stated[$0.key] == $0.value } }

    /// Whether no token can have both these claims and the others.
    func exclude(_ other: JSONObject) -> Bool {
        contains { claim in other[claim.key].map { $0 != claim.value } ?? false }
    }
}
