// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Which specification a document follows.
struct OpenAPIVersion: Equatable {
    /// As the document names it.
    let text: String
    /// Whether it is Swagger 2.0; else OpenAPI 3.
    let isTwo: Bool

    /// The methods of a path item (the Path Item Object's fixed fields), in lower case.
    let methods: [String]

    /// Reads the version of a document; numbers are taken, because YAML writers forget the quotes.
    init(_ root: JSONObject) throws(PostureError) {
        let member = root["openapi"] ?? root["swagger"]
        let isTwo = root["openapi"] == nil
        let text: String
        switch member {
        case .string(let written), .number(let written): text = written
        case .integer(let number): text = "\(number).0"
        default:
            throw PostureError(.notOpenAPI, "this is no OpenAPI document: it has no 'openapi' and no 'swagger' version")
        }
        let isKnown =
            isTwo ? text == "2.0" : ["3.0", "3.1", "3.2"].contains { text == $0 || text.hasPrefix($0 + ".") }
        guard isKnown else {
            let shown = String(text.prefix(20).filter { $0.isASCII && !$0.isNewline && $0 >= " " })
            throw PostureError(
                .notOpenAPI,
                "version '\(shown)' is not read here; Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 are"
            )
        }
        self.text = text
        self.isTwo = isTwo
        var methods = ["get", "put", "post", "delete", "options", "head", "patch"]
        if !isTwo { methods.append("trace") }
        if !isTwo, text.hasPrefix("3.2") { methods.append("query") }
        self.methods = methods
    }
}
