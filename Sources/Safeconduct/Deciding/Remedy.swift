// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// What would let a denied call through: the literal of a policy's `@remedy("...")` (DESIGN section 4).
public struct Remedy: Sendable, Hashable, CustomStringConvertible {
    /// What has to happen.
    public enum Kind: Sendable, Hashable {
        /// The engine itself meets it from a bucket.
        case limit(RateLimit)
        /// The engine meets it by telling the enforcement point to leave only these features on.
        case features([String])
        /// The caller proves something more.
        case challenge(Challenge)
        /// A group of people approves.
        case approve(group: String)
    }

    /// What a caller can be asked to prove.
    public enum Challenge: String, Sendable, Hashable, CaseIterable {
        case dpop, mtls, attestation, fresh, human
    }

    /// The literal, as written in the policy and as an element of `context.met`.
    public let description: String
    /// What has to happen.
    public let kind: Kind

    /// What literals are known, for those who wrote another.
    static let forms = """
        limit:<n>[bytes|rows|amount|amount(<attribute>)]/second|minute|hour|day, limit:features=<a>,<b>, \
        challenge:dpop|mtls|attestation|fresh|human and approve:<group> are known
        """

    /// Reads a literal: `limit:100/minute`, `limit:features=read,list`, `challenge:fresh`, `approve:security`; nil when
    /// it is none.
    public init?(_ literal: String) {
        guard let colon = literal.firstIndex(of: ":"), literal.utf8.count <= 128 else { return nil }
        let argument = String(literal[literal.index(after: colon)...])
        switch literal[..<colon] {
        case "limit":
            if argument.hasPrefix("features=") {
                guard let features = Self.features(argument.dropFirst("features=".count)) else { return nil }
                kind = .features(features)
            } else {
                guard let limit = RateLimit(argument) else { return nil }
                kind = .limit(limit)
            }
        case "challenge":
            guard let challenge = Challenge(rawValue: argument) else { return nil }
            kind = .challenge(challenge)
        case "approve":
            guard (1...63).contains(argument.utf8.count),
                argument.utf8.allSatisfy({
                    $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") || $0 == UInt8(ascii: "-")
                        || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
                })
            else { return nil }
            kind = .approve(group: argument)
        default: return nil
        }
        description = literal
    }

    /// Names as objects have them, each once.
    private static func features(_ text: Substring) -> [String]? {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return names.allSatisfy(Name.isValid) && Set(names).count == names.count ? names : nil
    }

    /// Cheap ones are asked for first: 0 limit, 1 challenge, 2 approve.
    var cost: Int {
        switch kind {
        case .limit, .features: 0
        case .challenge: 1
        case .approve: 2
        }
    }

    /// Whether the engine meets it by itself; others need a record of what somebody else did.
    var isMetHere: Bool { cost == 0 }
}
