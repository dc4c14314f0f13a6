// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Safeconduct

/// How long an issuer says that its keys are fresh.
@Suite struct CacheLifetimeTests {
    @Test(arguments: [
        ("max-age=60", 60), ("public, max-age=3600", 3600), ("MAX-AGE=5,public", 5), (" max-age = 7 ", 7),
        ("max-age=\"30\"", 30), ("max-age=600, max-age=60", 60), ("max-age=", 0), ("max-age", 0), ("max-age=-1", 0),
        ("max-age=1e9", 0), ("max-age=99999999999999999999999999", 1 << 31), ("no-store", 0),
        ("max-age=60, no-cache", 0), ("No-Cache=\"a\"", 0), ("max-age=\u{0661}", 0),
    ]) func said(field: String, seconds: Int) { #expect(CacheLifetime.seconds(field) == seconds) }

    @Test(arguments: [
        nil, "", ",,,", "public", "s-maxage=5", "x-max-age=5", "max-ages=5", "=60", "immutable; max-age=5",
    ])
    func notSaid(field: String?) { #expect(CacheLifetime.seconds(field) == nil) }
}
