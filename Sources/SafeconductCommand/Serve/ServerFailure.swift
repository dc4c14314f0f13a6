// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import Safeconduct
import SafeconductServer
import TrustStore

/// Why a server did not start or did not go on, in one sentence.
enum ServerFailure {
    /// The failure of a command that `error` ended.
    static func describe(_ error: any Error, _ settings: ServerSettings) -> CommandFailure {
        let address = "\(settings.listen.host):\(settings.listen.port)"
        switch error {
        case let failure as CommandFailure: return failure
        case let error as IOError where error.errnoCode == EADDRINUSE:
            return CommandFailure(
                .error,
                "\(address) is taken by another program",
                hints: ["Choose another with --listen."]
            )
        case let error as IOError where error.errnoCode == EACCES:
            return CommandFailure(.error, "\(address) may not be listened on by this user")
        case let error as EngineError: return CommandFailure(.error, error.message)
        case let error as StoreError: return CommandFailure(.error, "\(settings.data): \(error.message)")
        case let error as TLSFailure: return CommandFailure(.error, error.description)
        case let error as PlainCedarFailure: return CommandFailure(.error, error.description)
        default: return CommandFailure(.error, "the server cannot run: \(Printable.text("\(error)"))")
        }
    }
}
