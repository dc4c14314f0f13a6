// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
public import StrictJSON
public import TrustModel

/// What a policy set would change if it were activated now, and what its author should look at.
public struct PolicyReview: Sendable {
    /// What becomes of the forbids that are enforced now.
    public let change: PolicyChange
    /// What is odd, though not refused.
    public let warnings: [PolicyFinding]
    /// What came of the set's tests.
    public let tests: PolicyTestReport
    /// The files' names, in their order.
    let files: [String]
    /// The digest of the set.
    let digest: Fingerprint
    /// The set that decides now; nil when none does.
    let base: ObjectID?
    /// What it decides about.
    let realm: TrustModel.PolicySet.Realm
    let policies: CompiledPolicies
    /// Whether all that an activation asks for holds.
    let isSound: Bool
    /// The forbids that its author knows to be weakened, by their ids.
    var confirmed: [String] = []

    /// Why an activation would be refused; nil when it would not be, as far as is known now.
    public var refusal: CommandRefusal? {
        do throws(CommandRefusal) { try check(confirmed: confirmed, active: base) } catch { return error }
        return nil
    }
}

extension Engine {
    /// Reviews a policy set as `PUT /v1/policies/active` takes it; nothing is changed.
    public func review(_ value: JSONValue) -> Result<PolicyReview, CommandRefusal> {
        do throws(CommandRefusal) {
            let (set, confirmed) = try Self.confirmation(in: value)
            var review = try review(ObjectInput<TrustModel.PolicySet>(set, sealer: sealer))
            review.confirmed = confirmed
            return .success(review)
        } catch {
            return .failure(error)
        }
    }

    /// Reviews a policy set as `POST /v1/policies` takes it: it only has to compile.
    func reviewDraft(_ value: JSONValue) -> Result<PolicyReview, CommandRefusal> {
        do throws(CommandRefusal) {
            let input = ObjectInput<TrustModel.PolicySet>(value, sealer: sealer)
            return .success(try review(input, isLenient: true))
        } catch {
            return .failure(error)
        }
    }

    func review(
        _ input: ObjectInput<TrustModel.PolicySet>,
        isLenient: Bool = false
    ) throws(CommandRefusal) -> PolicyReview {
        let references = NamedReferences(state: view.state, now: now(), presentExpiry: nil, own: nil)
        let set = try input.read(id: ObjectID(kind: .policySet, high: 0, low: 0), references: references).object
        return try review(set, isLenient: isLenient)
    }

    /// Reviews a set against the one that decides.
    ///
    /// - Parameter isLenient: Whether what is found wrong is told and refuses nothing as long as the set compiles: so it
    ///   is with one that decided before, and with a draft.
    func review(_ set: TrustModel.PolicySet, isLenient: Bool = false) throws(CommandRefusal) -> PolicyReview {
        let view = self.view
        return try review(set, against: set.realm == .commands ? view.commands : view.policies, isLenient: isLenient)
    }

    /// Reviews a set against another one; nil for none.
    func review(
        _ set: TrustModel.PolicySet,
        against base: CompiledPolicies?,
        isLenient: Bool
    ) throws(CommandRefusal) -> PolicyReview {
        let check = PolicyCheck(set)
        guard let policies = check.policies, isLenient || check.errors.isEmpty else {
            throw CommandRefusal(
                CommandRefusal.Code(description: "policy_invalid"),
                check.errors,
                in: set.files.map(\.name)
            )
        }
        return PolicyReview(
            change: PolicyChange(from: base, to: policies),
            warnings: isLenient ? check.findings : check.warnings,
            tests: check.tests,
            files: set.files.map(\.name),
            digest: set.digest,
            base: base?.id,
            realm: set.realm,
            policies: policies,
            isSound: check.isSound
        )
    }

    /// Takes the member `confirm` out of an activation: the forbids that its author knows to be weakened.
    static func confirmation(in value: JSONValue) throws(CommandRefusal) -> (set: JSONValue, confirmed: [String]) {
        guard case .object(var object) = value else { return (value, []) }
        guard let confirm = object["confirm"] else { return (value, []) }
        object["confirm"] = nil
        if confirm.isNull { return (.object(object), []) }
        guard let elements = confirm.arrayValue, elements.allSatisfy({ $0.stringValue != nil }) else {
            throw CommandRefusal(
                CommandRefusal.Code(description: ShapeError.Code.kind.description),
                "/confirm",
                "an array of policy ids is expected"
            )
        }
        return (.object(object), elements.compactMap(\.stringValue))
    }
}

extension PolicyReview {
    /// Refuses a change that weakens forbids which were not named, or one that was reviewed against another set.
    ///
    /// - Parameters:
    ///   - confirmed: The forbids that were named.
    ///   - active: The set that decides when the change is carried out.
    ///   - isReturn: Whether the set decided before: then its tests keep it from nothing.
    func check(confirmed: [String], active: ObjectID?, isReturn: Bool = false) throws(CommandRefusal) {
        guard active == base else {
            throw CommandRefusal(.conflict, "", "another policy set was activated in the meantime")
        }
        if !isReturn { try checkTests() }
        let missing = change.forbidsWeakened.filter { !confirmed.contains($0) }
        guard missing.isEmpty else {
            throw CommandRefusal(
                CommandRefusal.Code(description: "confirmation_required"),
                "/confirm",
                "enforced forbids would go into shadow mode: \(missing.joined(separator: ", ")); confirm them by name"
            )
        }
        // What stands in shadow mode was confirmed once; a file that says so may say it again.
        let known = Set(change.forbidsWeakened).union(policies.all.filter(\.marks.isShadow).map(\.policy.id.string))
        guard let index = confirmed.firstIndex(where: { !known.contains($0) }) else { return }
        let names = known.sorted().prefix(10).joined(separator: ", ")
        throw CommandRefusal(
            .value,
            "/confirm/\(index)",
            "no forbid of this id goes into shadow mode" + (names.isEmpty ? "; leave it out" : "; \(names) would do")
        )
    }

    /// Refuses a set whose tests fail.
    func checkTests() throws(CommandRefusal) {
        guard tests.failed.isEmpty else { throw CommandRefusal(failing: tests, in: files) }
    }
}

extension CommandRefusal {
    /// A policy set that is not taken for what is wrong with it.
    init(_ code: Code, _ errors: [PolicyFinding], in files: [String]) {
        self.init(code, "/files", errors.first?.description ?? "the policies do not compile")
        faults = errors.prefix(Self.faultLimit).map { error in
            Fault(
                pointer: files.firstIndex { sameBytes($0, error.file) }.map { "/files/\($0)/text" } ?? "/files",
                code: error.code,
                message: error.description
            )
        }
    }

    /// A policy set that is not taken for tests that fail.
    init(failing report: PolicyTestReport, in files: [String]) {
        let failed = report.failed
        let first = failed.first.map { ", the first at \($0.file):\($0.line): \($0.name)" } ?? ""
        self.init(
            Code(description: "policy_tests_failed"),
            "/files",
            "\(failed.count) of \(report.cases.count) policy tests fail\(first)"
        )
        faults = failed.prefix(Self.faultLimit).map { test in
            Fault(
                pointer: files.firstIndex { sameBytes($0, test.file) }.map { "/files/\($0)/text" } ?? "/files",
                code: "policy_test_failed",
                message: "\(test.file):\(test.line):\(test.column): \(test.name): "
                    + test.faults.joined(separator: "; ")
            )
        }
    }

    /// The most faults that are told of at once.
    private static var faultLimit: Int { 50 }
}
