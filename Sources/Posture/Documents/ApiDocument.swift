// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// An API as its own document describes it: OpenAPI 3.0, 3.1 or 3.2, or Swagger 2.0, in JSON or YAML.
///
/// Documents are other people's and are read for what they say, not for whether they are valid: what can't be
/// understood becomes a ``Remark``, and only what would make the counts wrong is an error.
public struct ApiDocument: Sendable {
    /// The version of the specification that the document names.
    public let version: String
    /// The API's title.
    public let title: String
    /// The operations under `paths` in the order written, each with what holds for it after inheritance. Webhooks and
    /// callbacks are calls that the API makes, not such that it takes.
    public let operations: [DocumentedOperation]
    /// The ways to authenticate that it defines, in the order written.
    public let schemes: [SecurityScheme]
    /// Where the API answers.
    public let servers: [DocumentedServer]
    /// How many webhooks it announces (OpenAPI 3.1).
    public let webhooks: Int
    /// What its owner should know.
    public let remarks: [Remark]
    /// Whether a name stands twice in one object or mapping. The last one was taken, as most readers do, but not all:
    /// two of them may see two different APIs.
    public let isAmbiguous: Bool

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: The whole file: UTF-8, JSON or YAML as its first character tells.
    ///   - limits: What reading may cost.
    /// - Throws: ``PostureError`` with the place.
    public init(parsing bytes: [UInt8], limits: DocumentLimits = .standard) throws(PostureError) {
        let text = try DocumentText(bytes, limits: limits)
        var reader = try OpenAPIReader(text.value, limits: limits)
        try reader.read()
        version = reader.version.text
        title = reader.title
        operations = reader.operations
        schemes = reader.schemes
        servers = reader.servers
        webhooks = reader.webhooks
        remarks = text.remarks + reader.remarks
        isAmbiguous = !text.remarks.isEmpty
    }
}
