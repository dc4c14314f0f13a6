// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension OpenAPIReader {
    /// The longest URL that variables may make.
    private static let longestURL = 2048

    /// The servers that an object of version 3 states (OpenAPI 3.1 section 4.8.5); nil when it states none.
    mutating func servers(in object: JSONObject, at pointer: String) throws(PostureError) -> [DocumentedServer]? {
        guard let list = object["servers"]?.arrayValue, !list.isEmpty else { return nil }
        try spend(list.count)
        var servers: [DocumentedServer] = []
        for (index, element) in list.enumerated() {
            guard let url = element["url"]?.stringValue,
                let text = Self.substitute(url, element["variables"]?.objectValue ?? JSONObject())
            else {
                remark("\(pointer)/servers/\(index)", "the server has no URL of a usable length; it is left out")
                continue
            }
            servers.append(DocumentedServer(url: text))
        }
        return servers
    }

    /// The servers of version 2: every scheme with the host and the base path.
    mutating func addresses() throws(PostureError) -> [DocumentedServer] {
        let host = root["host"]?.stringValue ?? ""
        let path = root["basePath"]?.stringValue ?? ""
        guard host.utf8.count + path.utf8.count <= Self.longestURL else {
            remark("/host", "host and base path are too long to be a URL; they are left out")
            return []
        }
        var schemes = root["schemes"]?.arrayValue?.compactMap(\.stringValue) ?? []
        try spend(schemes.count)
        if host.isEmpty { return path.isEmpty && schemes.isEmpty ? [] : [DocumentedServer(url: path)] }
        // Without schemes, that by which the document was fetched is meant, which nobody knows here.
        if schemes.isEmpty { schemes = [""] }
        return schemes.map { DocumentedServer(url: ($0.isEmpty ? "" : "\($0):") + "//\(host)\(path)") }
    }

    /// The URL with the defaults of its variables; nil when it grows too long. A variable without one stays as it is.
    private static func substitute(_ url: String, _ variables: JSONObject) -> String? {
        guard url.utf8.count <= longestURL else { return nil }
        var result: [UInt8] = []
        var rest = Array(url.utf8)[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "{")),
            let close = rest[open...].firstIndex(of: UInt8(ascii: "}"))
        {
            let name = String(decoding: rest[(open + 1)..<close], as: UTF8.self)
            result += rest[..<open]
            switch variables[name]?["default"] {
            case .string(let text): result += text.utf8
            case .integer(let number): result += String(number).utf8
            case .number(let text): result += text.utf8
            default: result += rest[open...close]
            }
            guard result.count <= longestURL else { return nil }
            rest = rest[(close + 1)...]
        }
        result += rest
        return result.count <= longestURL ? String(decoding: result, as: UTF8.self) : nil
    }
}
