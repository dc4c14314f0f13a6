// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Free text that stands in the log only encrypted, so that destroying one key erases it everywhere (invariant 12).
///
/// This library never opens it; the key's name is `<subject id>/<yyyymm>`.
public struct SealedText: Sendable, Equatable {
    /// The name of the data key.
    public let key: String
    /// Nonce, ciphertext and tag of AES-256-GCM, base64url.
    public let box: String

    /// Sealed text under the named key.
    public init(key: String, box: String) {
        self.key = key
        self.box = box
    }

    /// Reads the member `sealed`; nil when absent.
    public static func read(_ reader: inout ObjectReader) throws(ShapeError) -> SealedText? {
        guard var sealed = try reader.optionalObject("sealed") else { return nil }
        let text = SealedText(key: try sealed.string("key"), box: try sealed.string("box"))
        try sealed.finish()
        return text
    }

    /// Writes the member `sealed`.
    public func writeMember(to writer: inout JSONWriter) {
        writer.key("sealed")
        writer.beginObject()
        writer.member("key", key)
        writer.member("box", box)
        writer.endObject()
    }
}
