// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// One thing an API does: a method on a path.
public struct Operation: Sendable, Equatable {
    /// What policies call the act of calling it.
    public enum Action: String, Sendable, CaseIterable {
        /// Changes nothing.
        case read
        /// Changes something, or nobody knows.
        case write
    }

    /// What a call of it can reach beyond its own data.
    public enum Capability: String, Sendable, CaseIterable {
        case mintsCredentials = "mints_credentials"
        case reachesAdmin = "reaches_admin"
        case readsPersonalData = "reads_personal_data"
    }

    /// Its name within the API; `api/operation` is its name everywhere.
    public let name: String
    /// The HTTP method, upper case.
    public let method: String
    /// The path below the API's base path; `{name}` stands for one segment.
    public let path: String
    /// Reading or writing; by the method unless stated.
    public let action: Action
    /// The class of data, nil for the API's.
    public let dataClass: String?
    /// How much harm a wrong call does, nil for the API's.
    public let sensitivity: Int64?
    /// What a call can reach.
    public let capabilities: Set<Capability>
    /// The request attributes that policies may see. What is not named here reaches no policy and is recorded only as a
    /// keyed digest, so that a decision can be replayed from what its record holds.
    public let attributes: [String]

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        name = try reader.name()
        method = try reader.string("method")
        guard CallTarget.isMethod(method) else {
            throw ShapeError(.value, reader.pointer(to: "method"), "an upper-case HTTP method is expected")
        }
        path = try reader.string("path")
        guard RouteTemplate(path) != nil else {
            throw ShapeError(.value, reader.pointer(to: "path"), "a path such as /orders/{id} is expected")
        }
        let safe = ["GET", "HEAD", "OPTIONS"].contains(method)
        action = reader.optional("action") == nil ? (safe ? .read : .write) : try reader.choice("action", Action.self)
        dataClass = try reader.optionalTerm("data_class")
        sensitivity = try reader.sensitivity()
        var capabilities: Set<Capability> = []
        for (index, text) in try reader.strings("capabilities").enumerated() {
            guard let capability = Capability(rawValue: text) else {
                throw ShapeError(
                    .value,
                    "\(reader.pointer(to: "capabilities"))/\(index)",
                    "one of \(Capability.allCases.map(\.rawValue).joined(separator: ", ")) is expected"
                )
            }
            capabilities.insert(capability)
        }
        self.capabilities = capabilities
        attributes = try reader.terms("attributes", limit: 64)
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("method", method)
        writer.member("path", path)
        writer.member("action", action.rawValue)
        if let dataClass { writer.member("data_class", dataClass) }
        if let sensitivity { writer.member("sensitivity", sensitivity) }
        writer.member("capabilities", Capability.allCases.filter(capabilities.contains).map(\.rawValue))
        writer.member("attributes", attributes)
        writer.endObject()
    }
}
