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
}
