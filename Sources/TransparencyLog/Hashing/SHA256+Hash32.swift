// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto

extension Hash32 {
    init(_ digest: SHA256Digest) {
        self = unsafe digest.withUnsafeBytes { unsafe Hash32(loading: $0, at: 0) }
    }

    /// SHA-256(prefix || body).
    init(hashing prefix: [UInt8], _ body: Span<UInt8>) {
        var hasher = SHA256()
        unsafe prefix.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        unsafe body.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        self.init(hasher.finalize())
    }

    /// SHA-256(prefix || salt || body); the prefix is at most 64 bytes long.
    init(hashing prefix: [UInt8], _ salt: Hash32, _ body: Span<UInt8>) {
        var hasher = SHA256()
        unsafe withUnsafeTemporaryAllocation(byteCount: 96, alignment: 8) { buffer in
            unsafe buffer.copyBytes(from: prefix)
            unsafe salt.store(into: buffer, at: prefix.count)
            unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<(prefix.count + 32)]))
        }
        unsafe body.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
        self.init(hasher.finalize())
    }
}
