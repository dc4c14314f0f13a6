// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TransparencyLog

@testable import SafeconductServer

private struct OneLog: LogReader {
    func checkpoint(of log: String) -> [UInt8]? { log == "control" ? Array("control\n5\n".utf8) : nil }

    func tile(_ address: TileAddress, of log: String) -> [UInt8]? {
        guard log == "control", address.index < 2000 else { return nil }
        return Array(address.path.utf8)
    }

    func verifierKeys() -> [String] { ["control+12345678+abc", "evidence+87654321+def"] }
}

@Suite(.timeLimit(.minutes(5))) struct LogRoutesTests {
    @Test(arguments: [Audience.public, .operator])
    func tilesAndCheckpoints(_ audience: Audience) async throws {
        try await TestServer.run(LogRoutes.routes(OneLog(), for: audience)) { server in
            let client = TestClient(port: server.port)
            let token = audience == .public ? [] : [("Authorization", "Bearer opr-token")]
            let checkpoint = try await client.send("GET", "/log/control/checkpoint", token)
            #expect(checkpoint.text == "control\n5\n")
            #expect(checkpoint["content-type"] == "text/plain; charset=utf-8")
            #expect(checkpoint["cache-control"] == "no-cache")
            for path in ["tile/0/x001/234", "tile/entries/000.p/5", "tile/3/000"] {
                let tile = try await client.send("GET", "/log/control/\(path)", token)
                #expect(tile.text == path)
                #expect(tile["content-type"] == "application/octet-stream")
                let scope = audience == .public ? "public" : "private"
                #expect(tile["cache-control"] == "\(scope), max-age=31536000, immutable")
            }
            let keys = try await client.send("GET", "/log/keys", token)
            #expect(keys.text == "control+12345678+abc\nevidence+87654321+def\n")
            let stranger = try await client.send("GET", "/log/control/checkpoint")
            #expect(stranger.status == (audience == .public ? 200 : 401))
        }
    }

    @Test(arguments: [
        "other/checkpoint", "control/tile/0/x002/000", "control/tile/x", "control/tile/0/1", "control/tile/64/000",
        "control/tile/0/000.p/0", "control/tile/0/000.p/256", "control/tile/0/x000/001", "control/tile/0/../../etc",
        "control/other", "control/tile/", "..%2f..%2fetc/checkpoint",
    ])
    func whatIsNotThere(_ path: String) async throws {
        try await TestServer.run(LogRoutes.routes(OneLog(), for: .public)) { server in
            let answer = try await TestClient(port: server.port).send("GET", "/log/\(path)")
            #expect(answer.status == 404)
            #expect(answer.code == "not_found" || answer.code == "unknown_route")
        }
    }
}
