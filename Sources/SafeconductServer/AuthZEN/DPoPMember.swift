// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON

/// Reads `subject.properties.credential.dpop`: the proof that came with a call, and which call it was (RFC 9449 section
/// 7.1).
enum DPoPMember {
    private static let pointer = "/subject/properties/credential/dpop"
    /// The members, each with the most bytes it has.
    private static let members = [("proof", 8192), ("method", 64), ("url", 8192)]

    /// The claim in a credential; nil when it has none.
    ///
    /// - Throws: A ``Problem`` for anything but exactly the three members: a point that means something else by them would
    ///   believe that it was heard.
    static func read(_ credential: JSONValue?) throws(Problem) -> Question.ProofClaim? {
        guard let value = credential?["dpop"], !value.isNull else { return nil }
        guard case .object(let object) = value else { throw fault("", "an object is expected") }
        var texts: [String] = []
        for (name, limit) in members {
            guard let text = object[name]?.stringValue, text.utf8.count <= limit, name == "proof" || !text.isEmpty
            else {
                throw fault("/\(name)", "a string of at most \(limit) bytes is expected")
            }
            texts.append(text)
        }
        guard object.count == members.count else {
            throw fault("", "a proof is {\"proof\":\"...\",\"method\":\"...\",\"url\":\"...\"} and nothing else")
        }
        return Question.ProofClaim(proof: texts[0], method: texts[1], url: texts[2])
    }

    private static func fault(_ member: String, _ detail: String) -> Problem {
        EngineDecisionPoint.invalid(pointer + member, detail)
    }
}
