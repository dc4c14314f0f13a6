// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Safeconduct
import Synchronization

/// The files that say where the server is: written whole and readable by their owner alone once it answers, taken away
/// when it stops.
final class Announcement: Sendable {
    private let files: [String]
    private let failure = Mutex<CommandFailure?>(nil)

    /// An announcement in the given files.
    init(files: [String]) { self.files = files }

    /// Writes the files, then greets; a server that nobody can find is told to stop.
    func announce(_ connection: Connection, _ greet: (Connection) -> Void) {
        for file in files {
            do throws(EngineError) { try PrivateFile.replace(file, connection.serialized()) } catch {
                let message = error.message
                failure.withLock { $0 = CommandFailure(.error, message) }
                kill(getpid(), SIGTERM)
                return
            }
        }
        greet(connection)
    }

    /// Takes the files away.
    func withdraw() {
        for file in files { unlink(file) }
    }

    /// Throws why the files could not be written, if they could not.
    func check() throws(CommandFailure) {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
