// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
public import JOSE

/// Nonces that a server gives and knows again without remembering any (RFC 9449 sections 8 and 9).
///
/// A nonce is a code over the node, the moment its process began and the window of time, by a key that only the node
/// has. It is good in its window and the next. So it proves that a proof was made for this process, which is what
/// replay memory held by the process needs: a proof made before it began can't be known to be spent.
public struct DPoPNonces: Sendable {
    /// How long a window is, in seconds.
    public let windowSeconds: Int64
    /// When the process began.
    public let startedAt: NumericDate
    private let key: SymmetricKey
    private let prefix: [UInt8]

    /// The windows that may be set, in seconds.
    public static let windowBounds: ClosedRange<Int64> = 10...600
    private static let context = Array("safeconduct-dpop-nonce-1".utf8)
    // 144 bits, which base64url spells without a remainder.
    private static let codeBytes = 18

    /// The nonces of one process of one node.
    ///
    /// - Parameters:
    ///   - key: At least 32 secret bytes, of this process alone or derived for this use.
    ///   - node: The name of the node, 1 to 255 bytes.
    ///   - startedAt: When the process began, by the clock that reads `iat` later.
    ///   - windowSeconds: How long a window is; a nonce is good for one to two of them.
    /// - Throws: ``WorkloadIdentityError`` with `rule` for a short key, a name or a window out of bounds.
    public init(
        key: [UInt8],
        node: String,
        startedAt: NumericDate,
        windowSeconds: Int64 = 120
    ) throws(WorkloadIdentityError) {
        guard key.count >= 32 else { throw WorkloadIdentityError(.rule, "a nonce key has at least 32 bytes") }
        guard (1...255).contains(node.utf8.count) else {
            throw WorkloadIdentityError(.rule, "the name of a node has 1 to 255 bytes")
        }
        guard Self.windowBounds.contains(windowSeconds) else {
            throw WorkloadIdentityError(.rule, "a window of nonces is 10 to 600 seconds")
        }
        self.key = SymmetricKey(data: key)
        self.windowSeconds = windowSeconds
        self.startedAt = startedAt
        var prefix = Self.context + [UInt8(truncatingIfNeeded: node.utf8.count)] + Array(node.utf8)
        for number in [startedAt.seconds, startedAt.nanoseconds, windowSeconds] { Self.append(number, to: &prefix) }
        self.prefix = prefix
    }

    /// The nonce to give out at `now`, 24 characters of base64url.
    public func nonce(at now: NumericDate) -> String { Base64URL.string(code(of: now.seconds / windowSeconds)) }

    /// Whether `nonce` was given out by this process in the window of `now` or the one before.
    public func accepts(_ nonce: String, at now: NumericDate) -> Bool {
        guard nonce.utf8.count == Self.codeBytes / 3 * 4, let given = Base64URL.decode(nonce) else { return false }
        let window = now.seconds / windowSeconds
        // Both are compared, so that the answer takes as long whichever it is.
        let isThis = equalInConstantTime(given, code(of: window))
        let isLast = equalInConstantTime(given, code(of: window - 1))
        return isThis || isLast
    }

    private func code(of window: Int64) -> [UInt8] {
        var input = prefix
        Self.append(window, to: &input)
        return Array(HMAC<SHA256>.authenticationCode(for: input, using: key).prefix(Self.codeBytes))
    }

    private static func append(_ number: Int64, to bytes: inout [UInt8]) {
        let bits = UInt64(bitPattern: number)
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (one, other) in zip(left, right) { difference |= one ^ other }
    return difference == 0
}
