// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Safeconduct

@Suite struct AuthorizationHeaderTests {
    private static func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }

    @Test(
        arguments: [
            ("Bearer abc", .bearer("abc")), ("bEARER abc", .bearer("abc")),
            (basic("a:b"), .basic(name: "a", secret: "b")),
            (basic("a%3Ab:c%20d+e"), .basic(name: "a:b", secret: "c d e")),
            (basic("a:b:c"), .basic(name: "a", secret: "b:c")),
            (basic("a%3d:%26"), .basic(name: "a=", secret: "&")),
            // No scheme, no colon, no base64, an escape that is none, an empty part, two values, another scheme.
            ("Bearer", nil), ("Bearer ", nil), (basic("ab"), nil), ("Basic !!!", nil), (basic("a%3:b"), nil),
            (basic(":b"), nil),
            (basic("a:"), nil), (basic("a&b:c"), nil), ("Bearer a b", nil), ("Digest a", nil), ("", nil),
            ("Bearer " + String(repeating: "a", count: 9000), nil),
            ("Basic " + Data([0xFF, 0x3A, 0xFE]).base64EncodedString(), nil),
        ] as [(String, AuthorizationHeader?)]
    )
    func readsWhatTheStandardsWrite(_ value: String, _ wanted: AuthorizationHeader?) {
        #expect(AuthorizationHeader(value) == wanted)
    }
}
