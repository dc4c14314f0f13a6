// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Cedar
internal import StrictJSON

/// What is checked of annotations when a set is put or activated, beyond that they are known ones: that what they say can
/// come true. A set that was activated before goes on deciding, so this is not asked when policies are compiled.
enum MarksLint {
    /// The most bytes of an `@id`: it stands in every answer that its policy has a say in.
    private static let longestID = 256

    /// Refuses ids that are too long to be said, before anything is said of their policies.
    static func checkIDs(of policies: CompiledPolicies) throws(PolicyRefusal) {
        for marked in policies.all where marked.policy.annotation("id")?.string.utf8.count ?? 0 > longestID {
            let message = "an @id has at most \(longestID) bytes"
            throw PolicyRefusal("annotation", file: marked.file, marked.policy.position, message)
        }
    }

    /// What can never come true.
    static func findings(in policies: CompiledPolicies) -> [PolicyFinding] {
        policies.all.flatMap { marked in
            let faults =
                remedyFaults(marked)
                + (policies.schema.request.map { limitFaults(marked, $0) + bindingFaults(marked, $0) } ?? [])
            return faults.map { fault in
                PolicyFinding(
                    .error,
                    fault.code,
                    file: marked.file,
                    marked.policy.position,
                    policy: marked.policy.id.string,
                    fault.message
                )
            }
        }
    }

    private typealias Fault = (code: String, message: String)

    private static func remedyFaults(_ marked: MarkedPolicy) -> [Fault] {
        let offered = Set(marked.marks.remedies.map(\.description)).count
        if offered == 0, marked.policy.annotation("remedy") != nil {
            return [("annotation", "@remedy says what would let a call through; \(Remedy.forms)")]
        }
        guard offered > Judgement.offerLimit else { return [] }
        let most = Judgement.offerLimit
        return [("unmeetable", "a call is asked for at most \(most) remedies: these \(offered) are never met together")]
    }

    /// A limit that can't be measured denies every call.
    private static func limitFaults(_ marked: MarkedPolicy, _ request: RequestReader) -> [Fault] {
        marked.marks.remedies.compactMap { remedy in
            guard case .limit(let limit) = remedy.kind, case .amount(let attribute) = limit.measure else { return nil }
            switch request[Text(attribute)]?.type {
            case .long?, .decimal?: return nil
            case nil: return ("limit_unmeasured", "'\(remedy)' counts \(unknown(attribute, request))")
            default:
                return ("limit_unmeasured", "'\(remedy)' counts '\(attribute)', which the schema types as no number")
            }
        }
    }

    /// What binds an attribute that nobody has binds less than was meant.
    private static func bindingFaults(_ marked: MarkedPolicy, _ request: RequestReader) -> [Fault] {
        (marked.marks.binds ?? []).filter { request[Text($0)] == nil }.map { attribute in
            ("annotation", "@binds names \(unknown(attribute, request))")
        }
    }

    private static func unknown(_ attribute: String, _ request: RequestReader) -> String {
        // A schema may name very many, and each of many policies another.
        let near = nearestName(to: attribute, among: request.names.prefix(256))
        return "'\(attribute)', which the schema does not name" + (near.map { "; did you mean '\($0)'?" } ?? "")
    }
}
