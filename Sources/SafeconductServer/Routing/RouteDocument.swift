// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What an API description tells about a route: the seam for the OpenAPI document.
public struct RouteDocument: Sendable, Hashable {
    /// The name of a schema in the description's components.
    public struct Schema: Sendable, Hashable, ExpressibleByStringLiteral {
        /// The component's name.
        public let name: String

        /// The schema of the given name.
        public init(stringLiteral value: String) { name = value }
    }

    /// The stable name of the operation, such as `putIdentity`.
    public let operation: String
    /// One line for people.
    public let summary: String
    /// The shape of the body taken; nil when the route takes none.
    public let request: Schema?
    /// The shape of the usual answer; nil when it is no JSON.
    public let response: Schema?

    /// What a description tells about a route.
    public init(_ operation: String, _ summary: String, request: Schema? = nil, response: Schema? = nil) {
        self.operation = operation
        self.summary = summary
        self.request = request
        self.response = response
    }
}
