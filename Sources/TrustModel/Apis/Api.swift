// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A protected API: a set of operations that answer under given hosts and a base path.
public struct Api: NamedObject {
    /// The kind of its ids.
    public static let kind = ObjectKind.api
    /// The free text fields it takes, by name.
    public static let freeText = ["display_name", "description"]
    /// The most identities that serve one API.
    public static let serverLimit = 16
    /// The most operations of one API.
    public static let operationLimit = 2048

    /// Its id.
    public let id: ObjectID
    /// Its permanent name.
    public let name: String
    /// Owner, purpose, boundary, expiry.
    public var custody: Custody
    /// The authorities it answers under, lower case, with the port where one is part of it; empty means any.
    public var hosts: [String]
    /// What stands before every operation's path: empty, or `/` and segments without a final `/`.
    public var basePath: String
    /// The class of data it handles unless an operation says otherwise; a term.
    public var dataClass: String
    /// How much harm a wrong call does, 0 to 1000, unless an operation says otherwise.
    public var sensitivity: Int64
    /// What can be called.
    public var operations: [Operation]
    /// The identities by which it calls others, in the order of their ids: what it is called with they may exchange for
    /// tokens of their own (RFC 8693).
    public var servedBy: [ObjectID]
    /// Its free text, encrypted.
    public var sealed: SealedText?
    /// The operations by method and path; made from them.
    public let routes: RouteTable

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        name = try reader.name()
        custody = try Custody(&reader, references: references)
        hosts = []
        for (index, host) in try reader.strings("hosts").enumerated() {
            guard let authority = CallTarget.normalizedHost(host) else {
                throw ShapeError(.value, "\(reader.pointer(to: "hosts"))/\(index)", "a host, or host:port, is expected")
            }
            hosts.append(authority)
        }
        guard hosts.count <= 64 else {
            throw ShapeError(.value, reader.pointer(to: "hosts"), "at most 64 are allowed")
        }
        basePath = try reader.optionalString("base_path") ?? ""
        if basePath == "/" { basePath = "" }
        if !basePath.isEmpty, RouteTemplate(basePath)?.parameters != 0 || basePath.utf8.last == UInt8(ascii: "/") {
            throw ShapeError(
                .value,
                reader.pointer(to: "base_path"),
                "a path such as /v1 without parameters is expected"
            )
        }
        dataClass = try reader.optionalTerm("data_class") ?? "internal"
        sensitivity = try reader.sensitivity() ?? 500
        operations = []
        var names: Set<String> = []
        for element in try reader.array("operations") {
            let operation = try Operation(element.value, at: element.pointer)
            guard names.insert(operation.name).inserted else {
                throw ShapeError(.value, "\(element.pointer)/name", "this name stands twice")
            }
            operations.append(operation)
        }
        guard operations.count <= Self.operationLimit else {
            throw ShapeError(
                .value,
                reader.pointer(to: "operations"),
                "at most \(Self.operationLimit) are allowed"
            )
        }
        var servers: Set<ObjectID> = []
        for element in try reader.array("served_by") {
            guard let text = element.value.stringValue else {
                throw ShapeError(.kind, element.pointer, "an identity's name or id is expected")
            }
            servers.insert(try references.resolve(text, kind: .identity, at: element.pointer))
        }
        guard servers.count <= Self.serverLimit else {
            throw ShapeError(.value, reader.pointer(to: "served_by"), "at most \(Self.serverLimit) are allowed")
        }
        servedBy = servers.sorted()
        var routes = RouteTable()
        for (index, operation) in operations.enumerated() {
            guard let template = RouteTemplate(basePath + operation.path) else {
                throw ShapeError(
                    .value,
                    "\(reader.pointer(to: "operations"))/\(index)/path",
                    "together with the base path this is too long to be a path"
                )
            }
            guard routes.insert(template, method: operation.method, operation: index) else {
                throw ShapeError(
                    .value,
                    "\(reader.pointer(to: "operations"))/\(index)/path",
                    "another operation has this method and path"
                )
            }
        }
        self.routes = routes
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        custody.writeMembers(to: &writer)
        writer.member("hosts", hosts)
        writer.member("base_path", basePath)
        writer.member("data_class", dataClass)
        writer.member("sensitivity", sensitivity)
        writer.key("operations")
        writer.beginArray()
        for operation in operations { operation.write(to: &writer) }
        writer.endArray()
        // APIs of before are written as they were.
        if !servedBy.isEmpty { writer.member("served_by", servedBy.map(\.description)) }
    }

    /// Equal in what is stored; the route table follows from it.
    public static func == (left: Api, right: Api) -> Bool {
        left.id == right.id && left.name == right.name && left.custody == right.custody && left.hosts == right.hosts
            && left.basePath == right.basePath && left.dataClass == right.dataClass
            && left.sensitivity == right.sensitivity && left.operations == right.operations
            && left.servedBy == right.servedBy && left.sealed == right.sealed
    }
}

extension ObjectReader {
    /// The member `sensitivity`, 0 to 1000; nil when absent.
    mutating func sensitivity() throws(ShapeError) -> Int64? {
        guard let value = try optionalInteger("sensitivity") else { return nil }
        guard (0...1000).contains(value) else {
            throw ShapeError(.value, pointer(to: "sensitivity"), "0 to 1000 is expected")
        }
        return value
    }
}
