// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension Hash32: CustomStringConvertible {
    /// Reads the standard base64 form (RFC 4648 section 4, 44 characters, padded and canonical), else `nil`.
    public init?(base64 text: String) {
        guard text.utf8.count == 44 else { return nil }
        self.init(base64: Array(text.utf8)[...])
    }

    init?(base64 text: ArraySlice<UInt8>) {
        guard text.count == 44, let bytes = Base64.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// The standard base64 form, as checkpoints and proofs carry it.
    public var base64: String {
        Base64.encode(bytes)
    }

    /// Sixty-four lower-case hexadecimal digits, for people and logs.
    public var description: String {
        Hexadecimal.encode(bytes)
    }
}
