// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One method on one path of a document.
public struct DocumentedOperation: Sendable, Equatable {
    /// A parameter's name and where it stands.
    public struct Parameter: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// `path`, `query`, `header`, `cookie`, or `body` and `formData` in version 2.0.
        public let location: String
    }

    /// The HTTP method, upper case.
    public let method: String
    /// The path below the server's, as written: `/orders/{id}`.
    public let path: String
    /// The document's own name for it.
    public let operationID: String?
    /// Its tags.
    public let tags: [String]
    /// Whether callers are told to leave it.
    public let isDeprecated: Bool
    /// What a call has to prove.
    public let security: SecurityRequirement
    /// Where it answers: its own servers, else its path's, else the document's.
    public let servers: [DocumentedServer]
    /// Its parameters and its path's, each once.
    public let parameters: [Parameter]
}
