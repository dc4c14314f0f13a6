// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Safeconduct

@Suite struct FoundBeforeTests {
    @Test func itRemembersWhatADictionaryWould() {
        for count in [0, 1, 7, 8, 9, 10, 100] {
            var found = FoundBefore<Int, String>()
            for key in 0..<count {
                #expect(found[key] == nil)
                found.remember("\(key)", for: key)
            }
            for key in 0..<count { #expect(found[key] == "\(key)") }
            #expect(found[count] == nil && found[-1] == nil)
        }
    }
}
