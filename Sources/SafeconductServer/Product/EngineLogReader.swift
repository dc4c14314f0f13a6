// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import TransparencyLog
import TrustStore

/// The engine's logs as C2SP tlog-tiles publishes them.
struct EngineLogReader: LogReader {
    let engine: Engine

    func checkpoint(of log: String) async throws(Problem) -> [UInt8]? {
        try await read(log) { stored in
            let head = try stored.head()
            return head.size == 0 ? nil : head.checkpoint
        }
    }

    func tile(_ address: TileAddress, of log: String) async throws(Problem) -> [UInt8]? {
        try await read(log) { stored in
            switch address.kind {
            case .entries: try stored.bundle(index: address.index, width: address.width)
            case .hashes: try stored.tile(level: address.level, index: address.index, width: address.width)
            }
        }
    }

    func verifierKeys() async throws(Problem) -> [String] {
        do { return try engine.verifyingKeys().map(\.key) } catch {
            throw Problem(.unavailable, "the logs can't be read")
        }
    }

    private func read(
        _ log: String,
        _ body: @escaping @Sendable (any StoredLog) throws -> [UInt8]?
    ) async throws(Problem) -> [UInt8]? {
        guard let name = LogName(log) else { return nil }
        do {
            return try await engine.reading { engine in try engine.log(name).flatMap(body) }
        } catch {
            throw Problem(log: error)
        }
    }
}
