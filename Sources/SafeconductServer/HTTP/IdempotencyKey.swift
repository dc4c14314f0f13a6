// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// The value of `Idempotency-Key`: 1 to 255 visible ASCII characters, bare or as a string of RFC 9651 section 3.3.3.
///
/// The draft of the header (draft-ietf-httpapi-idempotency-key-header) asks for the quoted form; most clients send the bare
/// one. Both name the same key.
struct IdempotencyKey: Sendable, Equatable {
    /// The characters.
    let text: String

    /// The longest key.
    static let maximumLength = 255

    init?(_ value: String) {
        var bytes = Array(value.utf8)
        if bytes.first == UInt8(ascii: "\"") {
            guard let inner = Self.unquoted(bytes) else { return nil }
            bytes = inner
        } else if bytes.contains(UInt8(ascii: "\"")) || bytes.contains(UInt8(ascii: "\\")) {
            // Half a quoted string is a mistake, not a key.
            return nil
        }
        guard (1...Self.maximumLength).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// The key of a request; nil when it has none.
    init?(_ headers: HTTPHeaders) throws(Problem) {
        let values = headers["Idempotency-Key"]
        guard let value = values.first else { return nil }
        guard values.count == 1, let key = IdempotencyKey(value) else {
            throw Problem(
                .invalidRequest,
                "Idempotency-Key is one string of 1 to \(Self.maximumLength) visible ASCII characters"
            )
        }
        self = key
    }

    private static func unquoted(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 2, bytes.last == UInt8(ascii: "\"") else { return nil }
        var inner: [UInt8] = []
        var isEscaped = false
        for byte in bytes.dropFirst().dropLast() {
            switch (byte, isEscaped) {
            case (UInt8(ascii: "\\"), false): isEscaped = true
            case (UInt8(ascii: "\""), false): return nil
            case (UInt8(ascii: "\\"), true), (UInt8(ascii: "\""), true):
                inner.append(byte)
                isEscaped = false
            case (_, true): return nil
            case (_, false): inner.append(byte)
            }
        }
        return isEscaped ? nil : inner
    }
}
