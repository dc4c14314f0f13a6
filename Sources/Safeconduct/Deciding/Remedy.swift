// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What would let a denied call through: the literal of a policy's `@remedy("...")` (DESIGN section 4).
public struct Remedy: Sendable, Hashable, CustomStringConvertible {
    /// What has to happen.
    public enum Kind: Sendable, Hashable {
        /// The engine itself meets it from a bucket: at most `count` in each `window` of milliseconds.
        case limit(count: Int64, window: Int64)
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

    /// Reads a literal: `limit:100/minute`, `challenge:fresh`, `approve:security`; nil when it is none.
    public init?(_ literal: String) {
        guard let colon = literal.firstIndex(of: ":"), literal.utf8.count <= 128 else { return nil }
        let argument = String(literal[literal.index(after: colon)...])
        switch literal[..<colon] {
        case "limit":
            let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let count = Int64(parts[0]), (1...1_000_000_000).contains(count),
                let window = Self.windows[String(parts[1])]
            else { return nil }
            kind = .limit(count: count, window: window)
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

    /// Cheap ones are asked for first: 0 limit, 1 challenge, 2 approve.
    var cost: Int {
        switch kind {
        case .limit: 0
        case .challenge: 1
        case .approve: 2
        }
    }

    private static let windows: [String: Int64] = [
        "second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000,
    ]
}
