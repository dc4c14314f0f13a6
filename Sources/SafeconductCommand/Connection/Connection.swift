// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// Where a server is and how to be known to it: what `connection.json` and the ready file hold.
struct Connection: Sendable, Equatable {
    /// Its base URL, without a slash at the end.
    var url: String
    /// The file that holds the bearer token; nil for none.
    var tokenFile: String?
    /// The file of the certificates to trust instead of the system's; nil for the system's.
    var caFile: String?
    /// The operator's key, which signs for each request; nil where a token is presented, or nothing.
    var key: OperatorKey?

    /// The file's bytes: all three members, null for what there is not.
    func serialized() -> [UInt8] {
        // What there is not is null: scripts find the same members whatever the server was started with.
        PrettyJSON.text([
            "url": .string(url), "token_file": tokenFile.map { .string($0) } ?? .null,
            "ca_file": caFile.map { .string($0) } ?? .null,
        ])
    }

    /// Reads a file's bytes.
    init(_ bytes: [UInt8]) throws(ShapeError) {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(parsing: bytes) } catch {
            throw ShapeError(.value, "", "the file is no JSON: \(error)")
        }
        var reader = try ObjectReader(value)
        url = try reader.string("url")
        tokenFile = try reader.optionalString("token_file")
        caFile = try reader.optionalString("ca_file")
    }

    /// A connection of the given parts.
    init(url: String, tokenFile: String? = nil, caFile: String? = nil, key: OperatorKey? = nil) {
        self.url = url
        self.tokenFile = tokenFile
        self.caFile = caFile
        self.key = key
    }
}
