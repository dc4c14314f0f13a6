// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Safeconduct

/// Files for secrets, made before the secret is.
enum NewFile {
    /// Makes an empty file of mode 0600.
    ///
    /// - Throws: ``CommandFailure`` when there is one: nothing is written over.
    static func reserve(_ file: String) throws(CommandFailure) {
        guard !InputFile.exists(file) else {
            throw CommandFailure(.error, "\(file) exists; a secret is not written over it")
        }
        do { try PrivateFile.create(file, []) } catch { throw CommandFailure(.error, error.message) }
    }
}
