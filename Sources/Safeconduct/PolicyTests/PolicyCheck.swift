// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON
public import TrustModel

/// All that is asked of a policy set before it may decide: that it parses and is valid under its schema, strictly, that its
/// annotations and remedies are known ones, that more remedies met can only help, and that its tests pass. Needs no server and no log.
public struct PolicyCheck: Sendable {
    /// What is wrong, and what is odd; errors first, then by file and place.
    public let findings: [PolicyFinding]
    /// What came of the tests; none when the set does not compile.
    public let tests: PolicyTestReport
    /// The policies; nil when they do not compile.
    let policies: CompiledPolicies?

    /// What keeps the set from deciding, failing tests aside.
    public var errors: [PolicyFinding] { findings.filter { $0.severity == .error } }
    /// What is merely odd.
    public var warnings: [PolicyFinding] { findings.filter { $0.severity == .warning } }
    /// Whether the set may decide.
    public var isSound: Bool { errors.isEmpty && tests.failed.isEmpty }
    /// How many policies there are.
    public var policyCount: Int { policies?.all.count ?? 0 }

    /// Checks files as they are put together in a set.
    public init(_ files: [TrustModel.PolicySet.File], realm: TrustModel.PolicySet.Realm) {
        self.init(TrustModel.PolicySet(id: MadeUp.id(.policySet), files: files, realm: realm))
    }

    init(_ set: TrustModel.PolicySet) {
        var findings = Self.syntaxErrors(in: set)
        var tests = PolicyTestReport()
        var compiled: CompiledPolicies?
        if findings.isEmpty {
            do throws(PolicyRefusal) {
                let policies = try CompiledPolicies(set)
                try MarksLint.checkIDs(of: policies)
                if set.realm == .commands { try Authorizer.check(policies, of: set) }
                findings += policies.schema.findings(in: policies)
                let impossible = Set(findings.filter { $0.code == "never_matches" }.map(\.policy))
                // What the schema says never holds is told of once.
                findings += PolicyLint.findings(in: policies).filter {
                    $0.code != "never_matches" || !impossible.contains($0.policy)
                }
                findings += MarksLint.findings(in: policies)
                if policies.all.isEmpty {
                    let file = set.files.first?.name ?? ""
                    findings.append(
                        PolicyFinding(
                            .warning,
                            "no_policies",
                            file: file,
                            nil,
                            "no policy is here: nothing is permitted"
                        )
                    )
                }
                tests = try Self.run(set, policies)
                compiled = policies
            } catch {
                findings.append(PolicyFinding(error))
            }
        }
        if let compiled, !tests.cases.isEmpty {
            let untested = Set(tests.untested)
            for marked in compiled.all
            where untested.contains(marked.policy.id.string) && !marked.marks.allowed.contains("untested") {
                findings.append(
                    PolicyFinding("untested", marked, "no test has an answer in which '\(marked.policy.id)' has a say")
                )
            }
        }
        let order = Dictionary(set.files.enumerated().map { ($1.name, $0) }) { first, _ in first }
        func rank(_ finding: PolicyFinding) -> (Int, Int, Int, Int) {
            (finding.severity == .error ? 0 : 1, order[finding.file] ?? 0, finding.line, finding.column)
        }
        self.findings = findings.sorted { rank($0) < rank($1) }
        self.tests = tests
        policies = compiled
    }

    /// The first fault of each file, so that all files can be mended at once.
    private static func syntaxErrors(in set: TrustModel.PolicySet) -> [PolicyFinding] {
        set.files.filter { $0.content == .policies }.compactMap { file in
            do throws(ParseError) { _ = try Cedar.PolicySet(parsing: file.text) } catch {
                return PolicyFinding(PolicyRefusal(file: file.name, error))
            }
            return nil
        }
    }

    private static func run(
        _ set: TrustModel.PolicySet,
        _ policies: CompiledPolicies
    ) throws(PolicyRefusal) -> PolicyTestReport {
        if set.realm != .calls, let file = set.files.first(where: { $0.content == .tests }) {
            throw PolicyRefusal("test_file", file: file.name, nil, "tests are of policies of calls")
        }
        let cases = try PolicyTestFile.cases(in: set.files)
        return cases.isEmpty ? PolicyTestReport() : try PolicyTestRun.report(cases, of: policies)
    }
}
