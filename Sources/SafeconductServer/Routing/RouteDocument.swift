// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What the API description tells about a route. It is complete, or the route does not register: see
/// ``RouteTable/init(_:)``.
///
/// Audience, body bounds, path and the refusals that follow from them are read from the ``Route`` itself; here stands only
/// what the route alone knows.
public struct RouteDocument: Sendable {
    /// The stable name of the operation, such as `putIdentity`.
    public let operation: String
    /// One line for people.
    public let summary: String
    /// Path parameters other than `{name}`, `{id}` and `{log}`.
    public let path: [Parameter]
    /// Query parameters. Under `/v1` a request with any other is refused before the handler runs.
    public let query: [Parameter]
    /// Request headers that the route itself looks at.
    public let headers: [Parameter]
    /// The body taken; nil when the route takes none, or any bytes at all.
    public let request: Content?
    /// The answers of a request that is not refused; at least one.
    public let answers: [Answer]
    /// The refusals that do not already follow from audience, body and path.
    public let problems: [ProblemCode]
    /// Whether answers carry an `ETag`: a `GET` then takes `If-None-Match`, a command `If-Match`, too.
    public let isTagged: Bool

    /// What a description tells about a route.
    ///
    /// - Parameters:
    ///   - operation: Unique in the whole table, camelCase.
    ///   - summary: A sentence with its full stop or question mark.
    public init(
        _ operation: String,
        _ summary: String,
        path: [Parameter] = [],
        query: [Parameter] = [],
        headers: [Parameter] = [],
        request: Content? = nil,
        answers: [Answer],
        problems: [ProblemCode] = [],
        isTagged: Bool = false
    ) {
        self.operation = operation
        self.summary = summary
        self.path = path
        self.query = query
        self.headers = headers
        self.request = request
        self.answers = answers
        self.problems = problems
        self.isTagged = isTagged
    }
}

extension Route {
    /// What the document of this route lacks or states twice; nil when it is complete.
    var flaw: String? {
        let parameters = document.path + document.query + document.headers
        if document.operation.isEmpty || !document.operation.utf8.allSatisfy(Self.isWord) {
            return "its operation has no name"
        }
        if document.summary.last != ".", document.summary.last != "?" { return "its summary is no sentence" }
        if document.answers.isEmpty { return "it states no answer" }
        if Set(document.answers.map(\.status)).count != document.answers.count { return "it states one status twice" }
        if document.answers.contains(where: { !(200...399).contains($0.status) || $0.summary.isEmpty }) {
            return "an answer has no summary, or its status is that of a problem"
        }
        if let unsaid = pathParameters.first(where: { $0.1 == nil }) { return "nothing says what {\(unsaid.0)} is" }
        if parameters.contains(where: { $0.summary.isEmpty || $0.name.isEmpty }) {
            return "a parameter has no summary"
        }
        switch body {
        case .none: if document.request != nil { return "it takes no body and describes one" }
        case .json: if document.request == nil { return "nothing says what its body is" }
        case .any: break
        }
        return nil
    }

    /// The named schemas that the document uses.
    var schemas: [(name: String, schema: JSONObject)] {
        let parameters = pathParameters.compactMap(\.1) + document.query + headerParameters
        let contents = [document.request].compactMap { $0 } + document.answers.compactMap(\.content)
        let schemas =
            parameters.map(\.schema) + contents.map(\.schema) + document.answers.flatMap { $0.headers.map(\.schema) }
        return schemas.flatMap { $0.components.map { (name: $0.key, schema: $0.value) } }
    }

    /// The parameters of the path, each with its description where there is one.
    var pathParameters: [(String, Parameter?)] {
        template.parameterNames.map { name in
            (name, document.path.first { $0.name == name } ?? Parameter.usualPathParameters[name])
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
    }
}
