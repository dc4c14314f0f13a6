// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Posture
import StrictJSON
import TrustModel

/// An API as a document describes it, before it is registered.
///
/// What people set on an operation since the last import (its name, data class, sensitivity, ...) stays: operations are
/// the same when their method and path are, whatever the parameters are called. The parameters keep their registered
/// names, too: policies read a call's attributes by them, and one that forbids would not match any more without a word.
struct ApiDraft {
    /// What the document does not say.
    struct Wishes {
        var name = ""
        /// The members that are the same for every kind of object: owner, purpose, boundary, expiry, and data class and
        /// sensitivity where given.
        var members = JSONObject()
        var basePath: String?
        var hosts: [String] = []
        /// Only operations whose paths begin so; all when empty.
        var prefixes: [String] = []
    }

    /// One operation that can be registered.
    struct Entry {
        let name: String
        let operation: DocumentedOperation
    }

    /// One operation whose parameters the document calls otherwise than they are registered.
    struct Renamed {
        let name: String
        let operation: DocumentedOperation
        /// The path as it stays.
        let path: String
    }

    /// One operation that can't.
    struct LeftOut {
        let operation: DocumentedOperation
        let reason: String
    }

    /// The object as the API takes it.
    let object: JSONObject
    let entries: [Entry]
    let leftOut: [LeftOut]
    let renamed: [Renamed]
    /// The names of operations that are registered now and not in the document.
    let removed: [String]

    /// Draws up the object.
    ///
    /// - Parameter present: The API as it is registered now, if it is.
    /// - Throws: ``CommandFailure`` when no API can be made of the document.
    init(_ document: ApiDocument, _ wishes: Wishes, present: JSONValue?) throws(CommandFailure) {
        let place = try ApiPlace(document, wishes)
        let known = PresentOperations(present)
        var names = OperationNames(taken: known.names)
        var routes = RouteTable()
        var entries: [Entry] = []
        var leftOut: [LeftOut] = []
        var renamed: [Renamed] = []
        var written: [JSONValue] = []
        var kept: Set<String> = []
        for operation in document.operations where Self.isWanted(operation, wishes.prefixes) {
            let before = known.find(operation)
            let path = before?["path"]?.stringValue ?? operation.path
            if let reason = Self.obstacle(operation, place, &routes, index: entries.count, path: path) {
                leftOut.append(LeftOut(operation: operation, reason: reason))
                continue
            }
            let name =
                before?["name"]?.stringValue
                ?? names.name(id: operation.operationID, method: operation.method, path: operation.path)
            kept.insert(name)
            if !path.utf8.elementsEqual(operation.path.utf8) {
                renamed.append(Renamed(name: name, operation: operation, path: path))
            }
            var members = JSONObject([
                ("name", .string(name)), ("method", .string(operation.method)), ("path", .string(path)),
            ])
            for member in before?.objectValue ?? JSONObject() where members[member.key] == nil {
                members[member.key] = member.value
            }
            written.append(.object(members))
            entries.append(Entry(name: name, operation: operation))
        }
        try Self.checkCount(entries, wishes)
        self.entries = entries
        self.leftOut = leftOut
        self.renamed = renamed
        removed = known.names.filter { !kept.contains($0) }.sorted()
        var object = JSONObject([("name", .string(wishes.name))])
        for key in ["display_name", "description", "data_class", "sensitivity"] {
            if let value = present?[key], !value.isNull { object[key] = value }
        }
        for member in wishes.members { object[member.key] = member.value }
        object["hosts"] = .array(place.hosts.map { .string($0) })
        object["base_path"] = .string(place.basePath)
        object["operations"] = .array(written)
        self.object = object
    }

    private static func isWanted(_ operation: DocumentedOperation, _ prefixes: [String]) -> Bool {
        prefixes.isEmpty || prefixes.contains { operation.path.utf8.starts(with: $0.utf8) }
    }

    /// Why an operation can't be registered; nil when it can.
    private static func obstacle(
        _ operation: DocumentedOperation,
        _ place: ApiPlace,
        _ routes: inout RouteTable,
        index: Int,
        path: String
    ) -> String? {
        guard CallTarget.isMethod(operation.method) else { return "its method is no HTTP method in capitals" }
        guard RouteTemplate(operation.path) != nil else {
            return "its path is none whose segments are either fixed or one parameter"
        }
        guard place.answers(operation) else { return "its own servers have another base path" }
        guard let template = RouteTemplate(place.basePath + path) else {
            return "its path is too long together with the base path"
        }
        guard routes.insert(template, method: operation.method, operation: index) else {
            return "another operation has this method and path; only their parameters' names differ"
        }
        return nil
    }

    private static func checkCount(_ entries: [Entry], _ wishes: Wishes) throws(CommandFailure) {
        guard !entries.isEmpty else {
            throw CommandFailure(
                .error,
                wishes.prefixes.isEmpty
                    ? "the document has no operation that can be registered" : "no operation lies under these paths"
            )
        }
        guard entries.count > Api.operationLimit else { return }
        var counts: [String: Int] = [:]
        for entry in entries {
            let path = entry.operation.path.utf8
            let end = path.dropFirst().firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
            counts[String(decoding: path[..<end], as: UTF8.self), default: 0] += 1
        }
        let largest = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
        throw CommandFailure(
            .error,
            "the document has \(entries.count) operations, and one API holds at most \(Api.operationLimit)",
            hints: ["Import it in parts, each as an API of its own, with --under:"]
                + largest.map { "  --under \(Printable.text($0.key))  (\($0.value) operations)" }
        )
    }
}

/// The operations that are registered now, by what makes them the same.
private struct PresentOperations {
    private struct Key: Hashable {
        let method: String
        let template: RouteTemplate
    }

    private var operations: [Key: JSONValue] = [:]
    private(set) var names: Set<String> = []

    init(_ api: JSONValue?) {
        for operation in api?["operations"]?.arrayValue ?? [] {
            guard let name = operation["name"]?.stringValue, let method = operation["method"]?.stringValue,
                let template = operation["path"]?.stringValue.flatMap(RouteTemplate.init)
            else { continue }
            names.insert(name)
            operations[Key(method: method, template: template)] = operation
        }
    }

    func find(_ operation: DocumentedOperation) -> JSONValue? {
        RouteTemplate(operation.path).flatMap { operations[Key(method: operation.method, template: $0)] }
    }
}
