// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import SafeconductServer

/// Answers by path and tells what it was asked.
private struct PathChecker: CallChecker {
    func check(_ call: CallCheck, for inquiry: Inquiry) throws(Problem) -> CallVerdict {
        let seen =
            "\(inquiry.caller.id) \(call.method) \(call.path) \(call.query ?? "-") \(call.host) \(call.token ?? "-")"
            + (call.proof.map { " \($0) \(call.url)" } ?? "")
        switch call.path {
        case "/denied":
            return .deny(Problem(.denied, "not now", members: [("decision_id", "dec_1")]))
        case "/anonymous": return .unauthenticated(.unauthenticated("who calls?"))
        case "/broken": throw Problem(.unavailable, "no evidence log")
        default: return .allow(headers: [("safeconduct-decision-id", "dec_2"), ("x-seen", seen)])
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct EnvoyTests {
    private static let point = ("Safeconduct-Enforcement-Point", "pep-token")

    private func send(
        _ method: String,
        _ path: String,
        _ headers: [(String, String)] = [point],
        body: String = ""
    ) async throws -> TestClient.Answer {
        try await TestServer.run(EnvoyRoutes.routes(PathChecker())) { server in
            try await TestClient(port: server.port).send(method, "/envoy/v1/check\(path)", headers, body: body)
        }
    }

    @Test(arguments: [
        ("GET", "/orders/1?a=b&c=%20", "GET /orders/1 a=b&c=%20"),
        ("DELETE", "/a%2F..%2fb//c/../d", "DELETE /a%2F..%2fb//c/../d -"),
        ("PROPFIND", "/", "PROPFIND / -"),
        ("OPTIONS", "/x?", "OPTIONS /x "),
        ("PATCH", "//double", "PATCH //double -"),
    ])
    func theCallArrivesAsItWasSent(_ method: String, _ path: String, _ seen: String) async throws {
        let answer = try await send(method, path, [Self.point, ("Authorization", "Bearer workload")])
        #expect(answer.status == 200)
        #expect(answer["safeconduct-decision-id"] == "dec_2")
        #expect(answer["x-seen"] == "pep_1 \(seen) localhost workload")
        #expect(answer.body.isEmpty)
    }

    @Test func refusals() async throws {
        let denied = try await send("GET", "/denied")
        #expect(denied.status == 403 && denied.code == "denied")
        #expect(denied.json?["decision_id"] == "dec_1")
        let anonymous = try await send("GET", "/anonymous")
        #expect(anonymous.status == 401)
        #expect(anonymous["www-authenticate"]?.hasPrefix("Bearer ") == true)
        let broken = try await send("GET", "/broken")
        #expect(broken.status == 503)
    }

    @Test func thePointIsKnownByItsOwnHeaderAlone() async throws {
        let workload = try await send("GET", "/x", [("Authorization", "Bearer pep-token")])
        #expect(workload.status == 401)
        let wrong = try await send("GET", "/x", [("Safeconduct-Enforcement-Point", "other")])
        #expect(wrong.status == 401)
        let twice = try await send(
            "GET",
            "/x",
            [Self.point, ("Authorization", "Bearer a"), ("Authorization", "Bearer b")]
        )
        #expect(twice.status == 401)
        let basic = try await send("GET", "/x", [Self.point, ("Authorization", "Basic YTpi")])
        #expect(basic.status == 401)
    }

    @Test func boundsHold() async throws {
        let long = try await send("GET", "/" + String(repeating: "p", count: 9000))
        #expect(long.status == 414)
        let body = try await send("POST", "/x", body: String(repeating: "b", count: 1000))
        #expect(body.status == 200)
        let large = try await send("POST", "/x", body: String(repeating: "b", count: 70_000))
        #expect(large.status == 413)
    }

    /// The token and the proof as they came, and the address that the proof has to name.
    @Test(
        arguments: [
            ([("Authorization", "DPoP t"), ("DPoP", "p")], "t p https://localhost/x"),
            ([("Authorization", "dpop t"), ("dpop", "p"), ("X-Forwarded-Proto", "http")], "t p http://localhost/x"),
            ([("Authorization", "DPoP t")], "t  https://localhost/x"),
            // Under the other scheme a proof counts for nothing.
            ([("Authorization", "Bearer t"), ("DPoP", "p")], "t"), ([("DPoP", "p")], "-"),
        ] as [([(String, String)], String)]
    )
    func aProofArrivesWithItsCall(_ headers: [(String, String)], _ seen: String) async throws {
        let answer = try await send("GET", "/x?y=1", [Self.point] + headers)
        #expect(answer["x-seen"] == "pep_1 GET /x y=1 localhost \(seen)")
    }

    @Test(
        arguments: [
            ([("Authorization", "DPoP t"), ("DPoP", "p"), ("DPoP", "p")], 401), ([("Authorization", "DPoP ")], 401),
            ([("Authorization", "DPoP a b"), ("DPoP", "p")], 401), ([("Authorization", "DPoP")], 401),
            ([("Authorization", "DPoPx t"), ("DPoP", "p")], 401),
            ([("Authorization", "DPoP t"), ("DPoP", String(repeating: "p", count: 8193))], 401),
            ([("Authorization", "DPoP t"), ("Authorization", "Bearer t"), ("DPoP", "p")], 401),
            ([("Authorization", "DPoP t"), ("DPoP", "p"), ("X-Forwarded-Proto", "ftp")], 400),
            ([("Authorization", "DPoP t"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Proto", "http")], 400),
        ] as [([(String, String)], Int)]
    )
    func aProofThatCanBeReadInTwoWays(_ headers: [(String, String)], _ status: Int) async throws {
        let answer = try await send("GET", "/x?y=1", [Self.point] + headers)
        #expect(answer.status == status)
        #expect((answer["www-authenticate"] != nil) == (status == 401))
    }
}
