// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import NIOHTTP1

/// One row of the route table: everything the server knows about one method on one path.
public struct Route: Sendable {
    /// What the route does with a call.
    public typealias Handler = @Sendable (HTTPCall) async throws(Problem) -> Reply

    /// What body the route takes.
    public enum Body: Sendable {
        /// None; bytes that come anyway are refused.
        case none
        /// One JSON text of at most so many bytes. Another media type is answered with `otherwise`: 415 as RFC 9110
        /// says, or 400 where a standard wants that. An optional body may be absent; one that comes is JSON.
        case json(
            maximumBytes: Int = 1 << 20,
            otherwise: ProblemCode = .unsupportedMediaType,
            isOptional: Bool = false
        )
        /// Anything up to so many bytes.
        case any(maximumBytes: Int)

        /// The most bytes taken.
        var maximumBytes: Int {
            switch self {
            case .none: 0
            case .json(let bytes, _, _), .any(let bytes): bytes
            }
        }
    }

    /// Where the handler runs.
    public enum Place: Sendable {
        /// On the connection's event loop: for what answers within microseconds, which is nearly everything.
        case eventLoop
        /// On the shared pool of threads: for what computes for milliseconds and would hold up other connections.
        case pool
    }

    /// How the route's refusals are written.
    public enum ErrorForm: Sendable {
        /// As problems (RFC 9457).
        case problem
        /// As OAuth has it (RFC 6749 section 5.2).
        case oauth
    }

    /// The method; nil when the route takes every method.
    public let method: HTTPMethod?
    /// The path.
    public let template: PathTemplate
    /// Who may call.
    public let audience: Audience
    /// What body it takes.
    public let body: Body
    /// Where it runs.
    public let place: Place
    /// Whether `Authorization` belongs to the one asked about (Envoy forwards it), so that the enforcement point
    /// itself is known by its own header alone.
    public let authorizationIsSubjects: Bool
    /// Whether an operator's `POST` only asks, as a simulation does; every other one is a command.
    public let changesNothing: Bool
    /// How its refusals are written, those included that come before its handler.
    public let errors: ErrorForm
    /// Whether the route is one of the resources under `/v1`, whose query parameters are all known by name.
    let isResource: Bool
    /// What documents say about the route.
    public let document: RouteDocument
    /// What it does.
    public let handler: Handler

    /// A row of the table.
    public init(
        _ method: HTTPMethod?,
        _ template: String,
        for audience: Audience,
        body: Body = .none,
        on place: Place = .eventLoop,
        authorizationIsSubjects: Bool = false,
        changesNothing: Bool = false,
        errors: ErrorForm = .problem,
        document: RouteDocument,
        handler: @escaping Handler
    ) {
        self.method = method
        self.template = PathTemplate(template)
        self.audience = audience
        self.body = body
        self.place = place
        self.authorizationIsSubjects = authorizationIsSubjects
        self.changesNothing = changesNothing
        self.errors = errors
        isResource = template.utf8.starts(with: "/v1/".utf8)
        self.document = document
        self.handler = handler
    }

    /// The method and the template, as metrics and logs name the route.
    public var name: String { "\(method?.rawValue ?? "ANY") \(template)" }
}
