// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import TransparencyLog

/// The read side of the transparency logs (C2SP tlog-tiles).
public enum LogRoutes {
    private static let year = 31_536_000

    /// The routes below `/log/`.
    ///
    /// - Parameter audience: ``Audience/public`` where the configuration says so, else ``Audience/operator``.
    public static func routes(_ reader: any LogReader, for audience: Audience) -> [Route] {
        let scope = audience == .public ? "public" : "private"
        return [
            Route(
                .GET,
                "/log/keys",
                for: audience,
                on: .pool,
                document: RouteDocument(
                    "listLogKeys",
                    "The verifier keys of all logs, one a line.",
                    answers: [.ok(.text())],
                    problems: [.unavailable]
                )
            ) { _ throws(Problem) in
                .text(try await reader.verifierKeys().map { $0 + "\n" }.joined())
            },
            Route(
                .GET,
                "/log/{log}/checkpoint",
                for: audience,
                on: .pool,
                document: RouteDocument(
                    "getCheckpoint",
                    "The newest signed checkpoint of a log.",
                    answers: [.ok(.text())],
                    problems: [.notFound, .logDamaged, .unavailable]
                )
            ) { call throws(Problem) in
                guard let note = try await reader.checkpoint(of: call.parameters[0]) else { throw noLog }
                return Reply(contentType: "text/plain; charset=utf-8", body: note, cacheControl: "no-cache")
            },
            Route(
                .GET,
                "/log/{log}/tile/*",
                for: audience,
                on: .pool,
                document: RouteDocument(
                    "getTile",
                    "A tile of hashes or a bundle of entries of a log.",
                    answers: [.ok(.bytes())],
                    problems: [.notFound, .logDamaged, .unavailable]
                )
            ) { call throws(Problem) in
                let address: TileAddress
                do throws(TransparencyLogError) {
                    address = try TileAddress(path: "tile\(call.parameters[1])")
                } catch {
                    throw Problem(.notFound, "no tile has this path: \(error.message)")
                }
                guard let bytes = try await reader.tile(address, of: call.parameters[0]) else { throw noTile }
                // A tile never changes once it exists.
                return Reply(
                    contentType: "application/octet-stream",
                    body: bytes,
                    cacheControl: "\(scope), max-age=\(year), immutable"
                )
            },
        ]
    }

    private static let noLog = Problem(.notFound, "there is no such log")
    private static let noTile = Problem(.notFound, "the log has no such tile")
}
