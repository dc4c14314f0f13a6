// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Where a claim stands in a token: the name of a top-level claim, or a JSON pointer (RFC 6901) beginning with `/`.
///
/// A plain name is taken as it is, dots and all: `https://example.com/roles` and `kubernetes.io` are claim names.
/// The pointer of `namespace` within the latter is `/kubernetes.io/namespace`.
public struct ClaimPath: Sendable, CustomStringConvertible {
    /// The member names from the claims object downwards, at least one.
    public let names: [String]
    /// The path as it was given.
    public let description: String

    /// Reads a path.
    ///
    /// - Throws: ``WorkloadIdentityError`` when it is empty, deeper than eight or no JSON pointer.
    public init(_ text: String) throws(WorkloadIdentityError) {
        guard !text.isEmpty, text.utf8.count <= 512 else {
            throw WorkloadIdentityError(.rule, "the path of a claim has 1 to 512 bytes")
        }
        description = text
        guard text.utf8.first == UInt8(ascii: "/") else {
            names = [text]
            return
        }
        let parts = text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { throw WorkloadIdentityError(.rule, "the path of a claim has at most 8 names") }
        var names: [String] = []
        for part in parts { names.append(try Self.unescape(Array(part))) }
        self.names = names
    }

    private static func unescape(_ part: [UInt8]) throws(WorkloadIdentityError) -> String {
        var bytes: [UInt8] = []
        var index = 0
        while index < part.count {
            if part[index] == UInt8(ascii: "~") {
                index += 1
                switch index < part.count ? part[index] : 0 {
                case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
                case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
                default: throw WorkloadIdentityError(.rule, "in a JSON pointer '~' is written '~0' and '/' '~1'")
                }
            } else {
                bytes.append(part[index])
            }
            index += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value at this path, nil when there is none. Only objects are walked into, never arrays.
    public func value(in claims: JSONObject) -> JSONValue? {
        guard let first = names.first, var value = claims[first] else { return nil }
        for name in names.dropFirst() {
            guard case .object(let object) = value, let next = object[name] else { return nil }
            value = next
        }
        return value
    }
}

extension ClaimPath: Equatable {
    /// The same names, byte by byte.
    public static func == (left: ClaimPath, right: ClaimPath) -> Bool {
        left.names.count == right.names.count && zip(left.names, right.names).allSatisfy { sameBytes($0, $1) }
    }
}
