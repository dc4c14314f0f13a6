// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TransparencyLog

/// Gives the bytes of transparency logs as C2SP tlog-tiles publishes them.
public protocol LogReader: Sendable {
    /// The newest signed checkpoint; nil when there is no such log.
    func checkpoint(of log: String) async throws(Problem) -> [UInt8]?

    /// The bytes of a tile or entry bundle; nil when the log has none there (yet).
    func tile(_ address: TileAddress, of log: String) async throws(Problem) -> [UInt8]?

    /// The verifier keys of all logs (C2SP signed-note), one text for each.
    func verifierKeys() async throws(Problem) -> [String]
}
