// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustModel

struct FingerprintTests {
    @Test(arguments: ["", "a", "\u{e9}\u{301}"])
    func itsFormsAreOneValue(text: String) throws {
        let fingerprint = Fingerprint(of: text)
        #expect(Fingerprint(bytes: fingerprint.bytes) == fingerprint)
        #expect(Fingerprint(hex: fingerprint.description) == fingerprint)
        #expect(Fingerprint(thumbprint: fingerprint.thumbprint) == fingerprint)
        #expect(fingerprint.thumbprint.utf8.count == 43)
    }

    /// RFC 7638 section 3.1: the thumbprint of the example key.
    @Test func theStandardsThumbprint() throws {
        let thumbprint = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        #expect(Fingerprint(thumbprint: thumbprint)?.bytes.prefix(4) == [55, 54, 203, 177])
        #expect(Fingerprint(thumbprint: thumbprint)?.thumbprint == thumbprint)
    }

    @Test(arguments: [
        "", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9X", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs=",
        // The last character has two bits that no byte has; only one spelling of them is a thumbprint.
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xt", "NzbLsXh8uDCcd+6MNwXF4W/7noWXFZAfHkxZsRGC9Xs",
    ])
    func anythingElseIsNone(text: String) {
        #expect(Fingerprint(thumbprint: text) == nil)
        #expect(Fingerprint(bytes: Array(text.utf8.prefix(31))) == nil)
    }
}
