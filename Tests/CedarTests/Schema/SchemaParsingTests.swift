// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct SchemaParsingTests {
    @Test(arguments: SchemaCases.accepted)
    func schemaIsAccepted(text: String) {
        #expect(schemaError(text) == nil)
    }

    @Test(arguments: SchemaCases.refused)
    func schemaIsRefused(text: String) {
        #expect(schemaError(text) != nil)
    }
}
