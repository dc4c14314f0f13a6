// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What a token says it is in `typ` (RFC 7515 section 4.1.9), so that one kind cannot pass for another
/// (RFC 8725 section 3.11).
public enum TokenType: Sendable, Hashable {
    /// No `typ` at all.
    case absent
    /// A media type in lower case, without the prefix `application/`.
    case media(String)

    /// The type of a header's `typ` value.
    public init(_ header: String?) {
        guard let header else {
            self = .absent
            return
        }
        var bytes = header.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let prefix = Array("application/".utf8)
        // RFC 7515: only a value without any other '/' was shortened, so only such a prefix is taken off.
        if bytes.starts(with: prefix), !bytes.dropFirst(prefix.count).contains(UInt8(ascii: "/")) {
            bytes.removeFirst(prefix.count)
        }
        self = .media(String(decoding: bytes, as: UTF8.self))
    }

    /// `JWT`
    public static let jwt = TokenType.media("jwt")
    /// `at+jwt`, an access token (RFC 9068 section 2.1).
    public static let accessToken = TokenType.media("at+jwt")

    /// Equal bytes.
    public static func == (left: TokenType, right: TokenType) -> Bool {
        switch (left, right) {
        case (.absent, .absent): true
        case (.media(let left), .media(let right)): left.utf8.elementsEqual(right.utf8)
        default: false
        }
    }

    /// Hashes the bytes, as equality compares them.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .absent: hasher.combine(0)
        case .media(let name): for byte in name.utf8 { hasher.combine(byte) }
        }
    }
}
