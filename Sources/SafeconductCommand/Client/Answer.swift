// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What the server answered.
struct Answer: Sendable {
    /// The HTTP status.
    let status: Int
    /// The revision of the control log at which the answer was true; nil when the server did not say.
    let revision: String?
    /// The version of what it shows; nil when the server did not say.
    var tag: String?
    /// The body.
    let bytes: [UInt8]

    /// Whether the server did as asked.
    var isSuccess: Bool { (200..<300).contains(status) }

    /// Whether a request under the same key is still being answered.
    var isInProgress: Bool { status == 409 && (try? json())?["code"] == "in_progress" }

    /// The body as JSON.
    ///
    /// - Throws: ``CommandFailure`` when it is none, as of something that is no Safeconduct.
    func json() throws(CommandFailure) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(
                parsing: bytes,
                limits: JSONLimits(maximumBytes: Client.maximumBytes, maximumDepth: 64, maximumValues: 1 << 23)
            )
        } catch {
            throw CommandFailure(.error, "the server's answer is no JSON (\(error)); is it a Safeconduct?")
        }
    }

    /// Throws what the server refused; returns itself otherwise.
    func accepted() throws(CommandFailure) -> Answer {
        guard !isSuccess else { return self }
        throw failure
    }

    /// The refusal as a failure of the command: a problem (RFC 9457) where the server gave one.
    var failure: CommandFailure {
        guard let problem = try? json(), let detail = problem["detail"]?.stringValue ?? problem["title"]?.stringValue
        else {
            return CommandFailure(
                ExitStatus(httpStatus: status, code: nil),
                "the server answered with the HTTP status \(status)"
            )
        }
        let code = problem["code"]?.stringValue
        var hints: [String] = []
        for fault in problem["errors"]?.arrayValue ?? [] {
            let pointer = fault["pointer"]?.stringValue ?? ""
            let text = fault["detail"]?.stringValue ?? ""
            let line = pointer.isEmpty ? text : "\(pointer): \(text)"
            // Most problems with one fault say it in their detail already.
            if !sameBytes(line, detail), !sameBytes(text, detail) { hints.append(Printable.text(line)) }
        }
        if let remedy = problem["remedy"]?.stringValue { hints.append(Printable.text(remedy)) }
        if status >= 500, let instance = problem["instance"]?.stringValue {
            hints.append("request \(Printable.text(instance))")
        }
        let tail = code.map { " [\(Printable.text($0))]" } ?? ""
        return CommandFailure(
            ExitStatus(httpStatus: status, code: code),
            Printable.text(detail) + tail,
            hints: hints
        )
    }
}
