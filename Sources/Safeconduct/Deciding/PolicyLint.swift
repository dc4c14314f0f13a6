// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON

/// What is checked of policies when they are activated, beyond that they parse: that every remedy they ask for is a
/// known one, and that meeting more remedies can only help.
///
/// The second is a proof (``MetProof``): `context.met` is only asked with literals, and where more of them are met no `permit`
/// ceases to hold and no `forbid` begins to, or fails.
enum PolicyLint {
    /// The warnings that a policy's author can say to be meant, with `@lint("allow: ...")`.
    static let allowable =
        PolicyAnalysis.Finding.Kind.allCases.map(\.rawValue) + [
            "untested", "unoffered", "unasked", "unbound",
        ]

    /// All that is wrong or odd, file by file.
    static func findings(in policies: CompiledPolicies) -> [PolicyFinding] {
        var asked: [(literal: String, marked: MarkedPolicy, position: SourcePosition)] = []
        var findings: [PolicyFinding] = []
        for marked in policies.all {
            var use = MetUse(marked)
            do throws(PolicyRefusal) { try use.check() } catch { findings.append(PolicyFinding(error)) }
            asked += use.asked.map { ($0.literal, marked, $0.position) }
        }
        let offered = Set(policies.all.flatMap { $0.marks.remedies.map(\.description) })
        let wanted = Set(asked.map(\.literal))
        for ask in asked where !offered.contains(ask.literal) && !ask.marked.marks.allowed.contains("unoffered") {
            findings.append(
                PolicyFinding(
                    "unoffered",
                    ask.marked,
                    at: ask.position,
                    "no policy offers '\(ask.literal)' with @remedy: it is never met"
                )
            )
        }
        for marked in policies.all {
            for remedy in marked.marks.remedies
            where !wanted.contains(remedy.description) && !marked.marks.allowed.contains("unasked") {
                findings.append(
                    PolicyFinding(
                        "unasked",
                        marked,
                        "no policy asks whether '\(remedy)' is met: offering it changes nothing"
                    )
                )
            }
            for annotation in marked.policy.annotations where !PolicyMarks.names.contains(annotation.key.string) {
                guard let near = nearestName(to: annotation.key.string, among: PolicyMarks.names) else { continue }
                findings.append(
                    PolicyFinding(
                        "annotation",
                        marked,
                        "the annotation '@\(annotation.key.string)' means nothing here; did you mean '@\(near)'?"
                    )
                )
            }
        }
        return findings + analysis(of: policies)
    }

    /// What the policies' texts say about each other. Those in shadow mode decide nothing, so they cover nothing.
    private static func analysis(of policies: CompiledPolicies) -> [PolicyFinding] {
        let enforced = policies.all.filter { !$0.marks.isShadow }
        let call: Set<EntityUID> = Set(EntityUID(type: "Action", id: "call").map { [$0] } ?? [])
        let analysis = PolicyAnalysis(enforced.map(\.policy)) { action in
            // Reading and writing are calls; commands are the group of everything but reading.
            action.id == "read" || action.id == "write" ? call : []
        }
        return analysis.findings.compactMap { found -> PolicyFinding? in
            let marked = enforced[found.policy]
            if marked.marks.allowed.contains(found.kind.rawValue) { return nil }
            let other = found.other.map { enforced[$0] }
            let isCovered = found.kind == .shadowed || found.kind == .duplicate
            if isCovered, let other, !marked.marks.isIdle(beside: other.marks) { return nil }
            let place = other.map { other in
                let position = other.policy.position
                return "'\(other.policy.id.string)' (\(other.file):\(position.line):\(position.column))"
            }
            return PolicyFinding(
                found.kind.rawValue,
                marked,
                message(found, marked, place ?? ""),
                help: help(found.kind, marked)
            )
        }
    }

    private static func message(_ found: PolicyAnalysis.Finding, _ marked: MarkedPolicy, _ other: String) -> String {
        let effect = marked.policy.effect.rawValue
        let still = marked.stopsByFailing ? MarkedPolicy.stillStops : ""
        return switch found.kind {
        case .neverMatches: "this \(effect) never holds: \(found.reason)\(still)"
        case .duplicate: "\(other) says the same\(still)"
        case .shadowed where still.isEmpty: "this \(effect) changes nothing: \(other) holds wherever it does"
        case .shadowed: "this \(effect) never decides: \(other) holds wherever it does\(still)"
        case .contradicted: "this permit lets nothing through: \(other) forbids all of it"
        case .overBroad: "this permit is broad: \(found.reason)"
        }
    }

    private static func help(_ kind: PolicyAnalysis.Finding.Kind, _ marked: MarkedPolicy) -> String {
        let known = "if it is meant, say @lint(\"allow: \(kind.rawValue)\")"
        // A permit offers its remedies wherever its scope matches, and a forbid that fails stops.
        let isIdle = marked.marks.remedies.isEmpty && !marked.stopsByFailing
        return switch kind {
        case .neverMatches: "\(isIdle ? "remove it, or " : "")mend the condition that can't be true"
        case .duplicate, .shadowed: isIdle ? "remove one of the two; \(known)" : known
        case .contradicted: "\(isIdle ? "remove it, or " : "")give the forbid an unless"
        case .overBroad: "name the principal in the scope or in a condition; \(known)"
        }
    }
}

extension PolicyMarks {
    /// Whether a policy has no part in answers beside another one of the same effect that holds wherever it does.
    ///
    /// Whoever alerts somebody else has, or offers what the other does not, under other terms, or from a bucket of its own.
    fileprivate func isIdle(beside other: PolicyMarks) -> Bool {
        if !alerts.isEmpty, alerts != other.alerts { return false }
        if remedies.isEmpty { return true }
        let hasBucket = remedies.contains { if case .limit = $0.kind { true } else { false } }
        return !hasBucket && binds == other.binds && Set(remedies).isSubset(of: other.remedies)
    }
}

extension MarkedPolicy {
    /// Whether it may fail, and then stops what writes or has capabilities.
    var stopsByFailing: Bool {
        policy.effect == .forbid && !marks.isShadow && MetProof(policy, asks: []).mayFail
    }

    /// What is said of such a policy that does nothing else.
    static let stillStops = "; where it fails, it stops what writes or has capabilities"
}
