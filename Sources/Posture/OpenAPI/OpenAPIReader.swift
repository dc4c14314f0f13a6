// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Reads the value of a document by the structure that its version defines, and no further: schemas, examples and
/// responses are not looked at.
struct OpenAPIReader {
    let version: OpenAPIVersion
    let root: JSONObject
    private let limits: DocumentLimits
    var references: ReferenceTable
    private var parts = 0

    private(set) var title = ""
    var operations: [DocumentedOperation] = []
    var schemes: [SecurityScheme] = []
    private(set) var servers: [DocumentedServer] = []
    private(set) var webhooks = 0
    private(set) var remarks: [Remark] = []
    /// The document's own requirement, and whether it states one.
    private(set) var security: [[String]] = []
    /// The scheme names that are defined, for the remarks about those that are not.
    var schemeNames: Set<[UInt8]> = []

    /// A reader of `value`.
    init(_ value: JSONValue, limits: DocumentLimits) throws(PostureError) {
        guard let root = value.objectValue else {
            throw PostureError(.notOpenAPI, "this is no OpenAPI document: it is \(Self.article(value))")
        }
        version = try OpenAPIVersion(root)
        self.root = root
        self.limits = limits
        references = ReferenceTable(value)
    }

    /// Reads everything.
    mutating func read() throws(PostureError) {
        title = root["info"]?["title"]?.stringValue ?? ""
        webhooks = root["webhooks"]?.objectValue?.count ?? 0
        try readSchemes()
        servers = try version.isTwo ? addresses() : servers(in: root, at: "") ?? []
        security = try requirement(root["security"], at: "/security")
        try readPaths()
    }

    /// Counts a part of the result; what references name many times counts many times.
    mutating func spend(_ count: Int) throws(PostureError) {
        parts += count
        guard parts <= limits.maximumParts else {
            throw PostureError(
                .size,
                "the document has more than \(limits.maximumParts) operations, parameters, tags and requirements"
            )
        }
    }

    /// Keeps a remark; of very many the first.
    mutating func remark(_ pointer: String, _ message: String) {
        if remarks.count < 256 { remarks.append(Remark(pointer, message)) }
    }

    /// The pointer to a member.
    static func pointer(_ base: String, _ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return "\(base)/\(name)"
        }
        var escaped = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\(base)/\(escaped)"
    }

    private static func article(_ value: JSONValue) -> String {
        switch value {
        case .null: "nothing"
        case .array: "an array"
        default: "a \(value.kindName)"
        }
    }
}
