// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TrustStore

@Suite("Names of logs")
struct LogNameTests {
    @Test(arguments: [
        ("control", LogName.control), ("evidence-1-202611", .evidence(node: 1, month: 202_611)),
        ("evidence-65535-999912", .evidence(node: 65_535, month: 999_912)),
    ])
    func areWrittenAndRead(_ text: String, _ name: LogName) {
        #expect(LogName(text) == name)
        #expect(name.description == text)
    }

    @Test(arguments: [
        "", "Control", "control ", "evidence", "evidence-1", "evidence-0-202611", "evidence-65536-202611",
        "evidence-1-202600", "evidence-1-202613", "evidence-1-20261", "evidence-1-0202611", "evidence-01-202611",
        "evidence-+1-202611", "evidence-1-+202611", "evidence--1-202611", "evidence-1-202611-", "-evidence-1-202611",
        "evidence-1-196912", "evidence-1-202611\n", "evidence-\u{661}-202611", "../evidence-1-202611",
    ])
    func areRefused(_ text: String) {
        #expect(LogName(text) == nil)
    }
}
