// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// The members of a public key that its thumbprint is made of (RFC 7638 section 3.2, RFC 8037 section 2).
enum PublicKeyMembers {
    /// An RSA modulus of 8,192 bits, in base64url.
    private static let longest = 1366

    /// Reads the member `jwk`: strings and nothing else. Whether they are a key is for those to say who verify with it.
    static func read(_ reader: inout ObjectReader) throws(ShapeError) -> JSONObject {
        var key = try ObjectReader(try reader.required("jwk"), at: reader.pointer(to: "jwk"))
        var members = JSONObject()
        for name in try names(key) {
            let text = try key.string(name)
            guard (1...longest).contains(text.utf8.count) else {
                throw ShapeError(.value, key.pointer(to: name), "1 to \(longest) bytes are expected")
            }
            members[name] = .string(text)
        }
        try key.finish()
        return members
    }

    /// In the order of their names, as the thumbprint has them.
    private static func names(_ key: ObjectReader) throws(ShapeError) -> [String] {
        if key.object["kty"] == "RSA" { return ["e", "kty", "n"] }
        return key.object["y"] == nil ? ["crv", "kty", "x"] : ["crv", "kty", "x", "y"]
    }
}
