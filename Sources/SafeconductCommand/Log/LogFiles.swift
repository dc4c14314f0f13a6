// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// The files of one log as a server publishes them (C2SP tlog-tiles).
struct LogFiles: Sendable {
    let client: Client
    /// The log's name in paths.
    let name: String

    /// The newest checkpoint; nil when the log has none yet.
    func checkpoint() async throws(LogFault) -> [UInt8]? {
        let answer = try await get("checkpoint")
        if !answer.isSuccess, answer.failure.status == .notFound { return nil }
        return try Self.bytes(answer)
    }

    /// The entry bundles at `addresses`, in that order, fetched side by side.
    func bundles(_ addresses: [TileAddress]) async throws(LogFault) -> [EntryBundle] {
        var bundles: [EntryBundle] = []
        for (address, bytes) in zip(addresses, try await resources(addresses)) {
            do throws(TransparencyLogError) {
                bundles.append(try EntryBundle(bytes: bytes, width: address.width))
            } catch {
                throw LogFault("\(address.path) is malformed: \(error.message)")
            }
        }
        return bundles
    }

    /// Throws unless the server's tiles are exactly `tiles`.
    func compare(_ tiles: [HashTile]) async throws(LogFault) {
        for (tile, bytes) in zip(tiles, try await resources(tiles.map(\.address))) where bytes != tile.bytes {
            throw LogFault("\(tile.address.path) is not what its entries lead to")
        }
    }

    private func resources(_ addresses: [TileAddress]) async throws(LogFault) -> [[UInt8]] {
        let results = await withTaskGroup(of: (Int, Result<[UInt8], LogFault>).self) { group in
            for (index, address) in addresses.enumerated() {
                group.addTask { (index, await self.resource(address.path)) }
            }
            var results: [Int: Result<[UInt8], LogFault>] = [:]
            for await (index, result) in group { results[index] = result }
            return results
        }
        var bytes: [[UInt8]] = []
        for index in addresses.indices {
            if let result = results[index] { bytes.append(try result.get()) }
        }
        return bytes
    }

    private func resource(_ path: String) async -> Result<[UInt8], LogFault> {
        do throws(LogFault) {
            return .success(try Self.bytes(try await get(path), path))
        } catch {
            return .failure(error)
        }
    }

    private func get(_ path: String) async throws(LogFault) -> Answer {
        do throws(CommandFailure) {
            return try await client.get("/log/\(PathSegment.encode(name))/\(path)")
        } catch {
            throw LogFault(error)
        }
    }

    private static func bytes(_ answer: Answer, _ path: String = "") throws(LogFault) -> [UInt8] {
        guard !answer.isSuccess else { return answer.bytes }
        let failure = answer.failure
        if answer.isDamage { throw LogFault(failure.message) }
        // A hole in a log is a fault of the log; a refusal to let us look is not.
        if failure.status == .notFound { throw LogFault("\(path) is missing") }
        throw LogFault(failure)
    }
}
