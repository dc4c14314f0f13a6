// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// Ending trust from within a service, as on a sign of misuse. These are commands: the client's token is that of an
/// operator who may give them (an automation, say), not an enforcement point's, so they need a client of their own.
extension DecisionClient {
    /// Ends for good what `scope` covers and is older than now.
    ///
    /// - Parameters:
    ///   - suspected: Since when it is thought to have been misused, RFC 3339 in UTC; nil when nobody knows.
    ///   - reason: For operators; sealed in the log.
    /// - Returns: The id of the cut. Once it is known, the server honours nothing that the cut covers.
    /// - Throws: ``ClientError``. With the code `late` or `interrupted` the cut may stand all the same; a second one
    ///   does no harm.
    @discardableResult
    public func cut(
        _ scope: RevocationScope,
        suspectedSince suspected: String? = nil,
        reason: String? = nil
    ) async throws(ClientError) -> String {
        try await command("/v1/cuts", Self.body(scope, reason, ("suspect_since", suspected)))
    }

    /// Stops what `scope` covers until the hold is lifted.
    ///
    /// - Returns: The id of the hold.
    /// - Throws: ``ClientError``.
    @discardableResult
    public func hold(_ scope: RevocationScope, reason: String? = nil) async throws(ClientError) -> String {
        try await command("/v1/holds", Self.body(scope, reason, nil))
    }

    private func command(_ path: String, _ body: [UInt8]) async throws(ClientError) -> String {
        let answer = try await connection.post(body, to: path, within: configuration.reportTime)
        guard answer.status == 200 || answer.status == 201 else { throw answer.failure() }
        guard let id = try answer.json()["id"]?.stringValue else {
            throw ClientError(.garbled, "the answer names no id", status: answer.status)
        }
        return id
    }

    private static func body(_ scope: RevocationScope, _ reason: String?, _ more: (String, String?)?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("scope")
        writer.beginObject()
        writer.key("kind")
        writer.string(scope.kind)
        if let id = scope.id {
            writer.key("id")
            writer.string(id)
        }
        writer.endObject()
        for case (let name, let text?) in [("reason", reason), more ?? ("", nil)] {
            writer.key(name)
            writer.string(text)
        }
        writer.endObject()
        return writer.bytes
    }
}
