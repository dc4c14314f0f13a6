// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import WorkloadIdentity

/// What an `Authorization` header of an OAuth request presents.
enum AuthorizationHeader: Equatable {
    /// A token (RFC 6750 section 2.1).
    case bearer(String)
    /// A name and a secret (RFC 6749 section 2.3.1).
    case basic(name: String, secret: String)

    /// The longest value looked at, in bytes.
    static let maximumBytes = 8192

    /// Reads a header's value; nil for another scheme, and for what is malformed.
    ///
    /// Name and secret are form-encoded before they are joined and encoded in base64: a colon in a name is an escape there,
    /// so that the first one divides them.
    init?(_ value: String) {
        let bytes = Array(value.utf8)
        guard bytes.count <= Self.maximumBytes, let space = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let scheme = String(decoding: bytes[..<space], as: UTF8.self).lowercased()
        let rest = bytes[(space + 1)...]
        guard !rest.isEmpty, rest.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        switch scheme {
        case "bearer": self = .bearer(String(decoding: rest, as: UTF8.self))
        case "basic":
            guard let decoded = Data(base64Encoded: String(decoding: rest, as: UTF8.self)).map(Array.init),
                let colon = decoded.firstIndex(of: UInt8(ascii: ":")),
                let name = Self.text(decoded[..<colon]), let secret = Self.text(decoded[(colon + 1)...])
            else { return nil }
            self = .basic(name: name, secret: secret)
        default: return nil
        }
    }

    /// A part as `application/x-www-form-urlencoded` has it, which is what the form reader reads.
    private static func text(_ part: ArraySlice<UInt8>) -> String? {
        guard !part.contains(UInt8(ascii: "&")), let form = try? FormParameters(Array("v=".utf8) + part) else {
            return nil
        }
        return form["v"]
    }
}
