// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
public import StrictJSON

/// The OpenAPI 3.1 description of a route table: made of the rows themselves, so that it knows no route that does not
/// exist and leaves out none that does.
public struct OpenAPIDocument: Sendable {
    /// The document.
    public let json: JSONValue

    /// Describes the routes.
    ///
    /// - Parameter version: The version of the product.
    init(_ routes: [Route], version: String = "1") {
        var paths: [(template: String, operations: JSONObject)] = []
        var components: [String: JSONObject] = [:]
        var refusals: [String: JSONValue] = [:]
        for route in routes {
            let template = route.openAPITemplate
            if !paths.contains(where: { $0.template == template }) { paths.append((template, JSONObject())) }
            guard let place = paths.firstIndex(where: { $0.template == template }) else { continue }
            for method in route.openAPIMethods {
                paths[place].operations[method.rawValue.lowercased()] = .object(
                    route.operation(method, &components, &refusals)
                )
            }
        }
        components.merge(Schema.problem.components) { _, new in new }
        json = .object(
            JSONObject([
                ("openapi", "3.1.0"),
                (
                    "info",
                    [
                        "title": "Safeconduct", "version": .string(version),
                        "summary": "The trust control plane for APIs and the machines that call them.",
                        "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
                    ]
                ),
                ("servers", [["url": "/"]]),
                ("tags", .array(Self.tags(routes))),
                ("paths", .object(JSONObject(paths.map { ($0.template, .object($0.operations)) }))),
                (
                    "components",
                    [
                        "schemas": .object(
                            JSONObject(components.sorted { $0.key < $1.key }.map { ($0.key, .object($0.value)) })
                        ),
                        "responses": .object(
                            JSONObject(refusals.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
                        ),
                        "headers": .object(Self.headers),
                        "securitySchemes": Self.securitySchemes,
                    ]
                ),
            ])
        )
    }

    private static func tags(_ routes: [Route]) -> [JSONValue] {
        var names: [String] = []
        for route in routes where !names.contains(route.tag) { names.append(route.tag) }
        return names.map { ["name": .string($0)] }
    }

    /// The headers that stand on many answers.
    private static let headers = JSONObject([
        (
            "X-Request-ID",
            [
                "description": "The request's own id, or one made here; problems name it as `instance`.",
                "schema": ["type": "string"],
            ]
        )
    ])

    private static let securitySchemes: JSONValue = [
        "operator": [
            "type": "http", "scheme": "bearer", "description": "What authenticates an operator.",
        ],
        "identity": [
            "type": "http", "scheme": "bearer",
            "description": "A client assertion by an identity's registered key, or a token of its issuer.",
        ],
        "enforcement_point": [
            "type": "http", "scheme": "bearer", "description": "An enforcement point's token.",
        ],
        "enforcement_point_header": [
            "type": "apiKey", "in": "header", "name": "Safeconduct-Enforcement-Point",
            "description": "An enforcement point's token, where `Authorization` may be that of the call it asks about.",
        ],
    ]
}

extension Route {
    /// The methods under which a document lists the route. OpenAPI names eight; a route of any method takes others, too.
    fileprivate var openAPIMethods: [HTTPMethod] {
        method.map { [$0] } ?? [.GET, .PUT, .POST, .DELETE, .OPTIONS, .HEAD, .PATCH, .TRACE]
    }

    /// The template in OpenAPI's words, which have none for `/*`.
    var openAPITemplate: String {
        let text = template.description
        return template.takesRest ? "\(text.dropLast())/{rest}".replacing("//", with: "/") : text
    }

    /// What groups the route with others of its kind.
    fileprivate var tag: String {
        let parts = template.description.split(separator: "/").map(String.init)
        switch parts.first {
        case "v1"?: return parts.count > 1 ? parts[1] : "v1"
        case "log"?: return "logs"
        case "access"?, "envoy"?, "nginx"?: return "decide"
        case "oauth2"?: return "tokens"
        default: return "server"
        }
    }

    fileprivate func operation(
        _ method: HTTPMethod,
        _ components: inout [String: JSONObject],
        _ refusals: inout [String: JSONValue]
    ) -> JSONObject {
        var json = JSONObject([
            (
                "operationId",
                .string(self.method == nil ? "\(document.operation)_\(method.rawValue)" : document.operation)
            ),
            ("summary", .string(document.summary)),
            ("tags", [.string(tag)]),
            ("x-audience", .string(audience.rawValue)),
            ("security", security),
        ])
        let parameters = parameters(&components)
        if !parameters.isEmpty { json["parameters"] = .array(parameters) }
        if method != .TRACE, let body = requestBody(&components) { json["requestBody"] = .object(body) }
        json["responses"] = .object(responses(&components, &refusals))
        return json
    }

    private var security: JSONValue {
        switch audience {
        case .public: []
        case .operator: [["operator": []]]
        case .identity: [["identity": []], ["operator": []]]
        case .enforcementPoint:
            authorizationIsSubjects
                ? [["enforcement_point_header": []]]
                : [["enforcement_point": []], ["enforcement_point_header": []]]
        }
    }

    private func parameters(_ components: inout [String: JSONObject]) -> [JSONValue] {
        var places: [(String, Parameter)] = pathParameters.compactMap { pair in pair.1.map { ("path", $0) } }
        if template.takesRest { places.append(("path", .rest)) }
        places += document.query.map { ("query", $0) } + headerParameters.map { ("header", $0) }
        return places.map { place, parameter in
            components.merge(parameter.schema.components) { _, new in new }
            return .object(
                JSONObject([
                    ("name", .string(parameter.name)), ("in", .string(place)),
                    ("description", .string(parameter.summary)), ("required", .bool(parameter.isRequired)),
                    ("schema", .object(parameter.schema.json)),
                ])
            )
        }
    }

    private func requestBody(_ components: inout [String: JSONObject]) -> JSONObject? {
        let content: Content
        let isRequired: Bool
        switch body {
        case .none: return nil
        case .json(_, _, let isOptional):
            guard let request = document.request else { return nil }
            content = request
            isRequired = !isOptional
        case .any:
            content = document.request ?? .bytes("*/*")
            // A form without a parameter is none.
            isRequired = errors == .oauth
        }
        return JSONObject([
            ("required", .bool(isRequired)), ("content", Self.content(content, &components)),
            ("x-maximum-bytes", .integer(Int64(body.maximumBytes))),
        ])
    }

    private static func content(_ content: Content, _ components: inout [String: JSONObject]) -> JSONValue {
        components.merge(content.schema.components) { _, new in new }
        return .object(JSONObject([(content.mediaType, ["schema": .object(content.schema.json)])]))
    }

    private func responses(
        _ components: inout [String: JSONObject],
        _ refusals: inout [String: JSONValue]
    ) -> JSONObject {
        var responses = JSONObject()
        for answer in document.answers.sorted(by: { $0.status < $1.status }) {
            var json = JSONObject([("description", .string(answer.summary))])
            json["headers"] = .object(Self.headers(answer.headers + headersOfAnswers, &components))
            if let content = answer.content { json["content"] = Self.content(content, &components) }
            responses[String(answer.status)] = .object(json)
        }
        if document.isTagged, method == .GET {
            responses["304"] = .object(
                JSONObject([
                    ("description", "Nothing has changed."),
                    ("headers", .object(Self.headers(headersOfAnswers, &components))),
                ])
            )
        }
        let codes = problemCodes
        guard errors == .problem else {
            for status in Set(codes.map(\.status) + [400, 401, 503]).sorted() {
                let name = "\(status).oauth"
                if refusals[name] == nil { refusals[name] = Self.oauthRefusal(status, &components) }
                responses[String(status)] = ["$ref": .string("#/components/responses/\(name)")]
            }
            return responses
        }
        for status in Set(codes.map(\.status)).sorted() {
            // Many routes refuse for the same reasons: each such answer stands in the document once.
            let own = codes.filter { $0.status == status }
            let name = "\(status).\(own.map(\.rawValue).joined(separator: "."))"
            if refusals[name] == nil { refusals[name] = Self.problem(own, &components) }
            responses[String(status)] = ["$ref": .string("#/components/responses/\(name)")]
        }
        return responses
    }

    private static func headers(_ own: [Parameter], _ components: inout [String: JSONObject]) -> JSONObject {
        var headers = JSONObject([("X-Request-ID", ["$ref": "#/components/headers/X-Request-ID"])])
        for header in own {
            components.merge(header.schema.components) { _, new in new }
            headers[header.name] = [
                "description": .string(header.summary), "required": .bool(header.isRequired),
                "schema": .object(header.schema.json),
            ]
        }
        return headers
    }

    private static func oauthRefusal(_ status: Int, _ components: inout [String: JSONObject]) -> JSONValue {
        components.merge(Schema.oauthError.components) { _, new in new }
        var headers = headers([], &components)
        if status == 401 {
            headers["WWW-Authenticate"] = ["description": "The challenge.", "schema": ["type": "string"]]
        }
        return [
            "description": "Refused (RFC 6749 section 5.2).",
            "headers": .object(headers),
            "content": ["application/json": ["schema": .object(Schema.oauthError.json)]],
        ]
    }

    private static func problem(_ codes: [ProblemCode], _ components: inout [String: JSONObject]) -> JSONValue {
        // Draft 2020-12 lets keywords stand beside a reference: the problem, and which codes it may have here.
        var schema = Schema.problem.json
        schema["properties"] = ["code": ["enum": .array(codes.map { .string($0.rawValue) })]]
        var headers = headers([], &components)
        if codes.contains(where: { [.unauthenticated, .invalidCredential].contains($0) }) {
            headers["WWW-Authenticate"] = ["description": "The challenge (RFC 6750).", "schema": ["type": "string"]]
        }
        return [
            "description": .string(codes.map { "`\($0.rawValue)`: \($0.title)." }.joined(separator: " ")),
            "headers": .object(headers),
            "content": [Problem.mediaType: ["schema": .object(schema)]],
        ]
    }
}
