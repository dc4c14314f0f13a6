// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

/// What became of a request that got no answer, in one sentence.
enum ClientFailure {
    /// The failure of a command that `error` ended.
    static func describe(_ error: any Error, url: String) -> CommandFailure {
        switch error {
        case is NIOConnectionError, is IOError:
            return CommandFailure(
                .unavailable,
                "no server answers at \(url)",
                hints: ["Start one with 'safeconduct dev', or name another with --url."]
            )
        case is NIOTooManyBytesError:
            return CommandFailure(.error, "the answer of \(url) has more than \(Client.maximumBytes >> 20) MiB")
        case is NIOSSLError, is NIOSSLExtraError:
            return CommandFailure(
                .unavailable,
                "no trusted connection to \(url): its certificate is not accepted",
                hints: ["Name the certificates to trust with --ca-file; 'safeconduct dev' keeps its own in tls/ca.pem."]
            )
        case let error as HTTPClientError where timeouts.contains(error):
            return CommandFailure(.unavailable, "\(url) does not answer in time")
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            return CommandFailure(.unavailable, "\(url) closed the connection without an answer")
        default:
            return CommandFailure(.unavailable, "no answer from \(url): \(Printable.text(String(describing: error)))")
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .connectTimeout, .deadlineExceeded, .readTimeout, .writeTimeout, .tlsHandshakeTimeout,
        .getConnectionFromPoolTimeout,
    ]
}
