// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import NIOHTTP1
import StrictJSON

/// All routes of one server. What is not in it does not exist: the server has no other way to answer a path.
public struct RouteTable: Sendable {
    /// What a method and path lead to.
    public enum Match: Sendable {
        /// The index of a route, and the values of its parameters.
        case found(Int, parameters: [String])
        /// The path exists for the methods listed, as `Allow` writes them.
        case wrongMethod(allow: String)
        /// A parameter is not percent-encoded UTF-8, or the path has characters that no path has.
        case malformed
        /// No such path.
        case unknown
    }

    /// Why routes make no table.
    public struct Conflict: Error, Sendable, CustomStringConvertible {
        /// The route at fault, and what it lacks.
        public let description: String
    }

    /// What ends at one place of the tree: a route for each method, or one for all.
    private struct Ending: Sendable {
        var byMethod: [(method: HTTPMethod, route: Int)] = []
        var anyMethod: Int?

        var isEmpty: Bool { byMethod.isEmpty && anyMethod == nil }

        func route(for method: HTTPMethod) -> Int? {
            for entry in byMethod where entry.method == method { return entry.route }
            // RFC 9110 section 9.3.2: HEAD is GET without the body, which the connection leaves out.
            if method == .HEAD { for entry in byMethod where entry.method == .GET { return entry.route } }
            return anyMethod
        }

        var allow: String {
            var names = byMethod.map(\.method.rawValue)
            if names.contains("GET"), !names.contains("HEAD") { names.append("HEAD") }
            return names.sorted().joined(separator: ", ")
        }
    }

    private struct Node: Sendable {
        var children: [String: Int] = [:]
        var parameter: Int?
        var ending = Ending()
        var rest = Ending()
    }

    /// The rows, in the order given.
    public let routes: [Route]
    private var nodes = [Node()]
    /// Paths without parameters lead to their ending at once: those are the ones that are asked most.
    private var whole: [String: Ending] = [:]

    /// A table of the given rows.
    ///
    /// - Throws: ``Conflict`` when two rows take the same method and path, when two operations have one name, when one
    ///   name stands for two schemas, or when a row's document is incomplete: what is not described is not served.
    public init(_ routes: [Route]) throws(Conflict) {
        self.routes = routes
        try Self.check(routes)
        for (index, route) in routes.enumerated() { try insert(route, index) }
    }

    private static func check(_ routes: [Route]) throws(Conflict) {
        var operations: Set<String> = []
        var schemas: [String: JSONObject] = [:]
        var templates: [[PathTemplate.Segment]: String] = [:]
        for route in routes {
            // OpenAPI calls templates that differ only in the names of parameters identical, and forbids them.
            let shape = route.template.segments.map { segment in
                if case .parameter = segment { PathTemplate.Segment.parameter("") } else { segment }
            }
            let template = route.template.description
            guard route.template.takesRest || templates.updateValue(template, forKey: shape) ?? template == template
            else { throw Conflict(description: "\(route.name): the same path stands with other parameter names") }
            if let flaw = route.flaw { throw Conflict(description: "\(route.name): \(flaw)") }
            guard operations.insert(route.document.operation).inserted else {
                throw Conflict(description: "\(route.name): another route is '\(route.document.operation)'")
            }
            for (name, schema) in route.schemas {
                guard schemas.updateValue(schema, forKey: name) ?? schema == schema else {
                    throw Conflict(description: "\(route.name): another route has another schema '\(name)'")
                }
            }
        }
    }

    /// What `method` on `path` leads to.
    ///
    /// - Parameter path: As sent. Literal parts match byte by byte; nothing is normalised, so that no other spelling
    ///   of a path reaches a route.
    public func match(_ method: HTTPMethod, _ path: String) -> Match {
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return .malformed }
        if let ending = whole[path] { return finish(ending, method, []) }
        return descend(method, path.utf8[...])
    }

    private func descend(_ method: HTTPMethod, _ path: Substring.UTF8View) -> Match {
        var node = nodes[0]
        var raw: [Substring.UTF8View] = []
        var rest = path
        var below: (ending: Ending, raw: [Substring.UTF8View], rest: Substring.UTF8View)?
        while let slash = rest.first, slash == UInt8(ascii: "/") {
            if !node.rest.isEmpty { below = (node.rest, raw, rest) }
            let tail = rest.dropFirst()
            let part = tail.prefix { $0 != UInt8(ascii: "/") }
            rest = tail[part.endIndex...]
            if let child = node.children[String(Substring(part))] {
                node = nodes[child]
            } else if let parameter = node.parameter, !part.isEmpty {
                raw.append(part)
                node = nodes[parameter]
            } else {
                return finish(below, method)
            }
        }
        if rest.isEmpty, !node.ending.isEmpty { return finish(node.ending, method, raw) }
        return finish(below, method)
    }

    private func finish(
        _ below: (ending: Ending, raw: [Substring.UTF8View], rest: Substring.UTF8View)?,
        _ method: HTTPMethod
    ) -> Match {
        guard let below else { return .unknown }
        guard case .found(let route, let parameters) = finish(below.ending, method, below.raw) else {
            return finish(below.ending, method, below.raw)
        }
        return .found(route, parameters: parameters + [String(Substring(below.rest))])
    }

    private func finish(_ ending: Ending, _ method: HTTPMethod, _ raw: [Substring.UTF8View]) -> Match {
        guard let route = ending.route(for: method) else { return .wrongMethod(allow: ending.allow) }
        var parameters: [String] = []
        for part in raw {
            guard let value = PercentEncoding.decode(part) else { return .malformed }
            parameters.append(value)
        }
        return .found(route, parameters: parameters)
    }

    private mutating func insert(_ route: Route, _ index: Int) throws(Conflict) {
        var place = 0
        for segment in route.template.segments { place = child(segment, of: place) }
        var ending = route.template.takesRest ? nodes[place].rest : nodes[place].ending
        if let method = route.method {
            if ending.byMethod.contains(where: { $0.method == method }) { throw Conflict(description: route.name) }
            ending.byMethod.append((method, index))
        } else {
            if ending.anyMethod != nil { throw Conflict(description: route.name) }
            ending.anyMethod = index
        }
        if route.template.takesRest {
            nodes[place].rest = ending
        } else {
            nodes[place].ending = ending
            if route.template.parameterNames.isEmpty { whole[route.template.description] = ending }
        }
    }

    private mutating func child(_ segment: PathTemplate.Segment, of place: Int) -> Int {
        let known =
            switch segment {
            case .literal(let text): nodes[place].children[text]
            case .parameter: nodes[place].parameter
            }
        if let known { return known }
        nodes.append(Node())
        switch segment {
        case .literal(let text): nodes[place].children[text] = nodes.count - 1
        case .parameter: nodes[place].parameter = nodes.count - 1
        }
        return nodes.count - 1
    }
}
