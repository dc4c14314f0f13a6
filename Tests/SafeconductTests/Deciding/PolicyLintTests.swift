// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

@Suite struct PolicyLintTests {
    private static let c = "context.met.contains(\"challenge:dpop\")"

    private struct Linted {
        let warnings: [PolicyFinding]
        let policies: CompiledPolicies
    }

    private func review(_ text: String) -> Result<Linted, PolicyRefusal> {
        let id = ObjectID(kind: .policySet, high: 0, low: 1)
        do throws(PolicyRefusal) {
            let policies = try CompiledPolicies(
                TrustModel.PolicySet(id: id, files: [.init(name: "a.cedar", text: text)])
            )
            let findings = PolicyLint.findings(in: policies)
            if let error = findings.first(where: { $0.severity == .error }) {
                let position = SourcePosition(offset: 0, line: error.line, column: error.column)
                throw PolicyRefusal(error.code, file: error.file, position, error.message)
            }
            return .success(Linted(warnings: findings, policies: policies))
        } catch {
            return .failure(error)
        }
    }

    private static func policy(_ effect: String, _ condition: String) -> String {
        "@remedy(\"challenge:dpop\")\n\(effect) (principal, action, resource)\n\(condition);"
    }

    @Test(arguments: [
        ("permit", "when { C }"), ("permit", "when { C && principal.kind == \"agent\" || C }"),
        ("permit", "unless { !C }"), ("permit", "when { !!C }"),
        ("permit", "when { if principal.kind == \"a\" then C else true }"),
        ("permit", "unless { if principal.kind == \"a\" then !C else !!!C }"), ("forbid", "unless { C }"),
        ("forbid", "when { !C }"), ("forbid", "when { principal.kind == \"a\" && !(C || C) }"),
        ("permit", "when { context.met.containsAll([\"challenge:dpop\", \"limit:1/day\"]) }"),
        ("permit", "when { context.met.containsAny([\"challenge:dpop\"]) }"),
        ("permit", "when { context[\"met\"].contains(\"challenge:dpop\") }"),
        ("permit", "when { context has met && C && context.request has amount }"),
        ("forbid", "when { context.request has amount && context.request.amount > 5 } unless { C }"),
        ("permit", "when { context.trust.caller.score > 5 && {met: 1}.met == 1 && C }"),
        ("permit", "when { if C then true else false }"),
        ("forbid", "unless { if C then true else resource.mutating }"),
    ])
    func whatOnlyHelpsIsTaken(_ effect: String, _ condition: String) throws {
        let text = Self.policy(effect, condition.replacing("C", with: Self.c))
        _ = try review(text).get()
    }

    @Test(arguments: [
        ("permit", "when { !C }", "3:9", "stop the permit"), ("permit", "unless { C }", "3:10", "stop the permit"),
        ("forbid", "when { C }", "3:8", "make the forbid hold"),
        ("forbid", "unless { !C }", "3:11", "make the forbid hold"),
        ("permit", "when { if C then false else true }", "3:11", "stop the permit"),
        ("permit", "when { C == true }", "3:8", "stop the permit"),
        ("permit", "when { [C].contains(true) }", "3:9", "stop the permit"),
        ("permit", "when { {a: C}.a }", "3:12", "stop the permit"),
        ("permit", "when { context.met == [\"challenge:dpop\"] }", "3:8", "contains, containsAll or containsAny"),
        ("permit", "when { context.met.isEmpty() }", "3:8", "contains, containsAll or containsAny"),
        (
            "permit", "when { [\"challenge:dpop\"].containsAll(context.met) }", "3:39",
            "contains, containsAll or containsAny"
        ),
        ("permit", "when { context == {} }", "3:8", "whole context"),
        ("permit", "when { context.met.contains(principal.name) }", "3:29", "literals"),
        ("permit", "when { context.met.containsAny([principal.name]) }", "3:33", "literals"),
        ("permit", "when { context.met.containsAll(principal.labels) }", "3:32", "literals"),
        ("permit", "when { context.met.contains(\"challenge:retina\") }", "3:29", "unknown remedy 'challenge:retina'"),
        ("permit", "when { context.met.contains(\"limit:5/week\") }", "3:29", "unknown remedy 'limit:5/week'"),
    ])
    func whatCouldHurtIsRefused(_ effect: String, _ condition: String, _ place: String, _ message: String) {
        guard case .failure(let refusal) = review(Self.policy(effect, condition.replacing("C", with: Self.c))) else {
            Issue.record("\(condition) was taken")
            return
        }
        #expect(refusal.description.hasPrefix("a.cedar:\(place): "), "\(refusal)")
        #expect(refusal.message.contains(message), "\(refusal)")
    }

    @Test func whatIsOddIsWarnedOf() throws {
        let text = """
            @remedy("approve:a")
            permit (principal, action, resource);
            permit (principal, action, resource)
            when { context.met.contains("limit:3/hour") };
            @remdy("approve:a")
            permit (principal, action, resource);
            @origin("elsewhere")
            permit (principal, action, resource);
            """
        let warnings = try review(text).get().warnings.filter {
            ["unoffered", "unasked", "annotation"].contains($0.code)
        }
        #expect(warnings.map(\.line) == [4, 1, 5] && warnings.map(\.column) == [29, 1, 1])
        #expect(warnings[0].message.contains("no policy offers 'limit:3/hour'"))
        #expect(warnings[1].message.contains("no policy asks whether 'approve:a' is met"))
        #expect(warnings[2].message.contains("did you mean '@remedy'?"))
    }

    @Test func whatPoliciesSayAboutEachOtherIsWarnedOf() throws {
        let text = """
            @id("a") permit (principal, action == Action::"read", resource) when { principal.kind == "ci" };
            @id("b") permit (principal, action in Action::"call", resource) when { principal.kind == "ci" };
            @id("c") permit (principal, action, resource);
            @id("d") @lint("allow: over_broad") permit (principal, action, resource) when { resource.mutating };
            @id("e") permit (principal, action, resource) when { principal.kind == "ci" && principal.kind == "agent" };
            @id("f") @mode("shadow") forbid (principal, action, resource);
            @id("g") forbid (principal, action == Action::"write", resource);
            @id("h") @alert("x") forbid (principal, action == Action::"write", resource) when { principal.kind == "ci" };
            """
        let warnings = try review(text).get().warnings
        #expect(
            warnings.map { "\($0.policy ?? "") \($0.code)" } == [
                // 'b' covers 'a': reading is a call. What is in shadow mode covers nothing, and an alert is no idle thing.
                "a shadowed", "b shadowed", "c over_broad", "d shadowed", "e never_matches",
            ]
        )
        #expect(warnings.allSatisfy { $0.help != nil && $0.severity == .warning && $0.column == 1 })
        #expect(warnings.first?.message.contains("'b' (a.cedar:2:1)") == true)
    }

    /// Whether a policy is called idle, and what is advised, depends on what it does besides holding.
    @Test(arguments: [
        // The same, and one that could fail.
        ("forbid", "", "", "resource.mutating", "shadowed", "changes nothing", "remove one"),
        ("forbid", "", "", "resource.sensitivity * 2 > 5", "shadowed", "where it fails, it stops", "if it is meant"),
        ("permit", "", "", "resource.sensitivity * 2 > 5", "shadowed", "changes nothing", "remove one"),
        // It offers what the other does not, under other terms, or has a bucket of its own.
        ("forbid", "@remedy(\"approve:a\")", "", "resource.mutating", "", "", ""),
        ("forbid", "@remedy(\"approve:a\")", "@remedy(\"approve:a\")", "resource.mutating", "shadowed", "nothing", ""),
        ("forbid", "@remedy(\"approve:a\") @binds(\"x\")", "@remedy(\"approve:a\")", "resource.mutating", "", "", ""),
        ("forbid", "@remedy(\"limit:1/day\")", "@remedy(\"limit:1/day\")", "resource.mutating", "", "", ""),
        ("permit", "", "@remedy(\"approve:a\")", "resource.mutating", "shadowed", "changes nothing", "remove one"),
    ])
    func idleIsOnlyWhatChangesNothing(
        _ effect: String,
        _ marks: String,
        _ others: String,
        _ condition: String,
        _ code: String,
        _ message: String,
        _ help: String
    ) throws {
        let text = """
            @id("a") \(marks) \(effect) (principal is Identity, action, resource)
            when { principal.kind == "ci" && \(condition) };
            @id("b") \(others) \(effect) (principal is Identity, action, resource) when { principal.kind == "ci" };
            """
        let found = try review(text).get().warnings.filter { ["shadowed", "duplicate"].contains($0.code) }
        #expect(found.map(\.code) == (code.isEmpty ? [] : [code]), "\(found)")
        #expect(found.allSatisfy { $0.message.contains(message) && ($0.help ?? "").contains(help) }, "\(found)")
    }

    @Test func whatNeverHoldsMayStillStop() throws {
        let text = #"forbid (principal, action, resource) when { resource.sensitivity + 1 > 5 && 1 == 2 };"#
        let never = try review(text).get().warnings.filter { $0.code == "never_matches" }
        #expect(never.count <= 1 && never.allSatisfy { $0.message.contains("where it fails, it stops") })
        let both = text.replacing("1 == 2", with: "principal.kind == \"a\" && principal.kind == \"b\"")
        let warning = try #require(review(both).get().warnings.first { $0.code == "never_matches" })
        #expect(warning.message.contains("where it fails, it stops") && warning.help?.contains("remove") == false)
    }

    /// Nine remedies are more than are looked for, offered by one policy or asked for by one.
    @Test(arguments: [
        ("permit", "when { ALL }", 8, true), ("permit", "when { ALL }", 9, false),
        ("permit", "when { ALL || resource.mutating }", 9, true), ("permit", "when { ANY }", 9, true),
        ("permit", "unless { !(ALL) }", 9, false), ("forbid", "unless { ALL }", 9, false),
        ("forbid", "unless { ALL } when { !context.met.contains(\"approve:g1\") }", 9, true),
        ("permit", "when { context.met.containsAll([LIST]) }", 9, false),
    ])
    func remediesThatCanNeverBeMetTogether(_ effect: String, _ condition: String, _ count: Int, _ isTaken: Bool) {
        let literals = (1...count).map { "\"approve:g\($0)\"" }
        let asks = literals.map { "context.met.contains(\($0))" }
        let text = "\(effect) (principal, action, resource) \(condition);".replacing(
            "ALL",
            with: asks.joined(separator: " && ")
        )
        .replacing("ANY", with: asks.joined(separator: " || ")).replacing(
            "LIST",
            with: literals.joined(separator: ", ")
        )
        switch review(text) {
        case .success: #expect(isTaken)
        case .failure(let refusal): #expect(!isTaken && refusal.message.contains("9 remedies"), "\(refusal)")
        }
    }

    @Test(arguments: [
        ("@lint(\"allow: over_broad, shadowd\")", "did you mean 'shadowed'?"),
        ("@lint(\"over_broad\")", "allow: over_broad"),
        ("@lint", "allow: over_broad"), ("@lint(\"allow: met\")", "not 'met'"),
    ])
    func allowancesThatNobodyKnows(_ annotation: String, _ message: String) {
        guard case .failure(let refusal) = review("\(annotation) permit (principal, action, resource);") else {
            Issue.record("\(annotation) was taken")
            return
        }
        #expect(refusal.message.contains(message), "\(refusal)")
    }

    @Test(arguments: [
        ("@mode(\"dark\")", "unknown mode 'dark'"), ("@mode", "unknown mode ''"), ("@alert", "@alert names"),
        ("@alert(\"Fraud Team\")", "@alert names"), ("@alert(\"a  b\")", "@alert names"),
        ("@alert(\"a a\")", "@alert names"),
        ("@binds(\"amount\")", "offers none"), ("@remedy(\"limit:1/day\") @binds(\"amount\")", "offers none"),
        ("@remedy(\"approve:a\") @binds(\"a,,b\")", "@binds names"),
        ("@remedy(\"approve:a\") @binds(\"Ä\")", "@binds names"),
        ("@remedy(\"approve:a\") @binds(\"a, a\")", "@binds names"),
    ])
    func annotationsThatNobodyKnows(_ annotation: String, _ message: String) {
        guard case .failure(let refusal) = review("\(annotation) permit (principal, action, resource);") else {
            Issue.record("\(annotation) was taken")
            return
        }
        #expect(refusal.description.hasPrefix("a.cedar:1:1: ") && refusal.message.contains(message), "\(refusal)")
    }

    /// What the proof promises, tried out: of policies that pass, no answer gets worse when one more remedy is met.
    @Test func moreRemediesNeverDenyWhatFewerAllow() throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        let literals = ["challenge:dpop", "challenge:mtls", "approve:a"]
        func expression(_ depth: Int) -> String {
            let kind = Int.random(in: 0..<(depth == 0 ? 3 : 8), using: &generator)
            switch kind {
            case 0, 1: return "context.met.contains(\"\(literals.randomElement(using: &generator) ?? "")\")"
            case 2: return Bool.random(using: &generator) ? "true" : "false"
            case 3: return "!(\(expression(depth - 1)))"
            case 4: return "(\(expression(depth - 1)) && \(expression(depth - 1)))"
            case 5: return "(\(expression(depth - 1)) || \(expression(depth - 1)))"
            case 6: return "(if true then \(expression(depth - 1)) else \(expression(depth - 1)))"
            default: return "(\(expression(depth - 1)) == \(expression(depth - 1)))"
            }
        }
        var taken = 0
        for _ in 0..<3000 {
            let texts = (0..<3).map { index in
                "@id(\"p\(index)\") \(Bool.random(using: &generator) ? "permit" : "forbid") (principal, action, resource) "
                    + "\(Bool.random(using: &generator) ? "when" : "unless") { \(expression(2)) };"
            }
            guard case .success(let review) = review(texts.joined(separator: "\n")) else { continue }
            taken += 1
            var allowed: [Bool] = []
            for bits in 0..<8 {
                let met = literals.indices.filter { bits >> $0 & 1 == 1 }.map { literals[$0] }
                allowed.append(try PlainAnswer.allows(review.policies.set, met: met))
            }
            for bits in 0..<8 where allowed[bits] {
                for more in 0..<3 { #expect(allowed[bits | 1 << more], "seed \(seed): \(texts)") }
            }
        }
        #expect(taken > 50, "seed \(seed)")
    }
}
