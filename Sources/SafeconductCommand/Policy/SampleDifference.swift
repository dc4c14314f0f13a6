// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Safeconduct
import StrictJSON
import TrustModel

/// How two sets differ as plain Cedar: their policies, and their answers to a sample of requests.
struct SampleDifference {
    /// What both are asked, and about what.
    struct Sample {
        let requests: [AuthorizationRequest]
        let entities: EntityStore
    }

    private let sample: Sample
    private let policies: [PolicyDifference.Policy]
    private let answers: [Cedar.PolicyDiff.AnswerChange]

    /// Compares two sets of files; of these only policies count.
    ///
    /// - Throws: ``CommandFailure`` as `file:line:column: message` when one is no Cedar.
    init(
        from old: [TrustModel.PolicySet.File],
        to new: [TrustModel.PolicySet.File],
        _ sample: Sample
    ) throws(CommandFailure) {
        self.sample = sample
        let versions = PolicyPairing(try Self.parsed(old), try Self.parsed(new))
        do throws(DuplicatePolicyError) {
            let sets = try versions.sets()
            policies = try PolicyDifference.policies(of: versions)
            answers =
                Cedar.PolicyDiff(from: sets.old, to: sets.new, requests: sample.requests, entities: sample.entities)
                .answers
        } catch {
            throw CommandFailure(.error, Printable.text("\(error)"))
        }
    }

    private static func parsed(_ files: [TrustModel.PolicySet.File]) throws(CommandFailure) -> [PolicyPairing.File] {
        var parsed: [PolicyPairing.File] = []
        for file in files where file.content == .policies {
            do throws(ParseError) {
                parsed.append(PolicyPairing.File(name: file.name, policies: try Policy.parse(file.text)))
            } catch {
                let place = "\(file.name):\(error.position.line):\(error.position.column)"
                throw CommandFailure(.error, Printable.text("\(place): \(error.message)"))
            }
        }
        return parsed
    }

    /// For scripts: `{"policies", "answers": [{"request", "principal", "action", "resource", "before", "after",
    /// "reason_before", "reason_after", "errors_before", "errors_after"}], "requests", "decisions_changed"}`.
    var json: JSONValue {
        let changed = answers.map { answer -> JSONValue in
            let request = sample.requests[answer.request]
            return [
                "request": .integer(Int64(answer.request)), "principal": request.principal.json,
                "action": request.action.json, "resource": request.resource.json,
                "before": .string(answer.old.decision.rawValue), "after": .string(answer.new.decision.rawValue),
                "reason_before": Self.list(answer.old.reason), "reason_after": Self.list(answer.new.reason),
                "errors_before": Self.list(answer.old.errors), "errors_after": Self.list(answer.new.errors),
            ]
        }
        return [
            "policies": PolicyDiffCommand.json(policies), "answers": .array(changed),
            "requests": .integer(Int64(sample.requests.count)),
            "decisions_changed": .integer(Int64(answers.count(where: \.changesDecision))),
        ]
    }

    /// For people: the policies with their lines, then the requests whose answer changes, those by decision first.
    var text: String {
        let decisions = answers.count(where: \.changesDecision)
        var text = PolicyDifferenceText.policies(policies)
        text += "\n\(answers.count) of \(sample.requests.count) requests are answered otherwise"
        text += answers.isEmpty ? "\n" : ", \(decisions) of them with another decision\n"
        let ordered = answers.filter(\.changesDecision) + answers.filter { !$0.changesDecision }
        let rows = ordered.map { answer in
            let request = sample.requests[answer.request]
            let about = [request.principal, request.action, request.resource].map(\.description)
            return ["  \(answer.old.decision.rawValue) -> \(answer.new.decision.rawValue)", "#\(answer.request)"]
                + about
                + ["\(Self.why(answer.old)) -> \(Self.why(answer.new))"]
        }
        return text + Table(rows: rows).text(bold: false)
    }

    private static func list(_ ids: [Text]) -> JSONValue { .array(ids.map { .string($0.string) }) }

    /// The policies that determine an answer, and those that fail.
    private static func why(_ answer: AuthorizationResponse) -> String {
        let reason = answer.reason.map(\.string).joined(separator: ", ")
        let errors = answer.errors.map(\.string).joined(separator: ", ")
        return (reason.isEmpty ? "no policy" : reason) + (errors.isEmpty ? "" : " (failed: \(errors))")
    }
}
