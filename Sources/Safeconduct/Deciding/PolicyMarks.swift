// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
internal import TrustModel

/// What a policy's annotations say about it: Cedar gives them no meaning, the engine does.
struct PolicyMarks: Sendable {
    /// `@remedy("limit:100/minute challenge:fresh")`: what would let a call through, all of them together.
    let remedies: [Remedy]
    /// `@binds("amount,to")`: the request attributes that a record meeting the remedies holds for; nil means all.
    let binds: [String]?
    /// `@alert("fraud-team")`: who is told when the policy has a say.
    let alerts: [String]
    /// `@mode("shadow")`: evaluated and recorded, never enforced.
    let isShadow: Bool

    /// `@lint("allow: over_broad, shadowed")`: the warnings that its author knows of and means.
    let allowed: [String]

    /// The annotations that mean something here.
    static let names = ["id", "remedy", "binds", "alert", "mode", "lint"]

    /// - Throws: ``PolicyRefusal`` for a value that nobody knows; it is never taken for another.
    init(_ policy: Policy, file: String) throws(PolicyRefusal) {
        func words(_ name: String, separator: Character) -> [String]? {
            policy.annotation(Text(name))?.string
                .split(separator: separator, omittingEmptySubsequences: false)
                .map { String($0.drop { $0 == " " }) }
        }
        func refusal(_ message: String) -> PolicyRefusal {
            PolicyRefusal("annotation", file: file, policy.position, policy: policy.id.string, message)
        }
        var remedies: [Remedy] = []
        for literal in policy.annotation("remedy")?.string.split(separator: " ") ?? [] {
            guard let remedy = Remedy(String(literal)) else {
                throw PolicyRefusal(
                    "unknown_remedy",
                    file: file,
                    policy.position,
                    policy: policy.id.string,
                    "unknown remedy '\(literal)'; \(Remedy.forms)"
                )
            }
            remedies.append(remedy)
        }
        self.remedies = remedies
        binds = words("binds", separator: ",")
        if let binds {
            guard binds.count <= 64, binds.allSatisfy(Name.isTerm), Set(binds).count == binds.count else {
                throw refusal("@binds names 1 to 64 request attributes, each once, with commas between them")
            }
            guard remedies.contains(where: { !$0.isMetHere }) else {
                throw refusal("@binds says what an approval or a challenge holds for; the policy offers none")
            }
        }
        alerts = words("alert", separator: " ") ?? []
        guard alerts.count <= 8, alerts.allSatisfy(Name.isTerm), Set(alerts).count == alerts.count else {
            throw refusal("@alert names 1 to 8 channels (a-z 0-9 . _ - / :), each once, with spaces between them")
        }
        allowed = try Self.allowed(policy.annotation("lint")?.string, refusal)
        switch policy.annotation("mode")?.string {
        case nil, "enforce": isShadow = false
        case "shadow": isShadow = true
        case let mode?: throw refusal("unknown mode '\(mode)'; enforce and shadow are known")
        }
    }

    private static func allowed(
        _ text: String?,
        _ refusal: (String) -> PolicyRefusal
    ) throws(PolicyRefusal) -> [String] {
        guard let text else { return [] }
        guard text.hasPrefix("allow:") else { throw refusal("@lint is written as @lint(\"allow: over_broad\")") }
        let codes = text.dropFirst("allow:".count).split(separator: ",").map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        for code in codes where !PolicyLint.allowable.contains(code) {
            let near = nearestName(to: code, among: PolicyLint.allowable).map { "; did you mean '\($0)'?" } ?? ""
            throw refusal("@lint allows \(PolicyLint.allowable.joined(separator: ", ")), not '\(code)'\(near)")
        }
        return codes
    }
}
