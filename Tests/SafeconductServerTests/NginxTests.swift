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
        case "/denied": return .deny(Problem(.denied, "not now", members: [("decision_id", "dec_1")]))
        case "/limited":
            return .deny(Problem(.tooManyRequests, "used up", headers: [("retry-after", "7")]))
        case "/anonymous": return .unauthenticated(.unauthenticated("who calls?"))
        case "/unasked": throw Problem(.forbidden, "this point may not ask about this API")
        case "/unknown": throw Problem(.notFound, "no API has this host")
        case "/broken": throw Problem(.unavailable, "no evidence log")
        default: return .allow(headers: [("safeconduct-decision-id", "dec_2"), ("x-seen", seen)])
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct NginxTests {
    private static let point = ("Safeconduct-Enforcement-Point", "pep-token")

    /// What the documented configuration sends for a call.
    private static func subrequest(
        _ target: String,
        _ method: String = "GET",
        host: String = "orders.test"
    ) -> [(String, String)] {
        [point, ("X-Original-Method", method), ("X-Original-URI", target), ("X-Original-Host", host)]
    }

    private func send(
        _ headers: [(String, String)],
        _ method: String = "GET",
        body: String = ""
    ) async throws -> TestClient.Answer {
        try await TestServer.run(NginxRoutes.routes(PathChecker())) { server in
            try await TestClient(port: server.port).send(method, NginxRoutes.path, headers, body: body)
        }
    }

    @Test(arguments: [
        ("GET", "/orders/1?a=b&c=%20", "GET /orders/1 a=b&c=%20"),
        ("DELETE", "/a%2F..%2fb//c/../d", "DELETE /a%2F..%2fb//c/../d -"),
        ("PROPFIND", "/", "PROPFIND / -"), ("OPTIONS", "/x?", "OPTIONS /x "), ("POST", "/x?a?b", "POST /x a?b"),
    ])
    func theCallArrivesAsItWasSent(_ method: String, _ target: String, _ seen: String) async throws {
        let headers = Self.subrequest(target, method) + [("Authorization", "Bearer workload")]
        let answer = try await send(headers)
        #expect(answer.status == 204)
        #expect(answer["safeconduct-decision-id"] == "dec_2")
        #expect(answer["x-seen"] == "pep_1 \(seen) orders.test workload")
        #expect(answer.body.isEmpty)
    }

    /// nginx passes 401 and 403 on, lets pass at any 2xx, and makes a fault of its own of everything else.
    @Test(
        arguments: [
            ("/denied", 403, "denied", nil), ("/limited", 403, "denied", "too_many_requests"),
            ("/unasked", 403, "forbidden", nil), ("/unknown", 403, "denied", "not_found"),
            ("/anonymous", 401, "unauthenticated", nil),
            ("/broken", 503, "unavailable", nil),
        ] as [(String, Int, String, String?)]
    )
    func refusals(_ path: String, _ status: Int, _ code: String, _ reason: String?) async throws {
        let answer = try await send(Self.subrequest(path))
        #expect(answer.status == status && answer.code == code)
        #expect(answer["safeconduct-reason"] == reason)
        #expect((answer["www-authenticate"] != nil) == (status == 401))
        if path == "/limited" { #expect(answer["retry-after"] == "7") }
        if path == "/denied" { #expect(answer.json?["decision_id"] == "dec_1") }
    }

    /// A header that the configuration forgot would be the caller's own, or would stand twice.
    @Test func whatIsNotSetExactlyOnceIsRefused() async throws {
        let whole = Self.subrequest("/x")
        for index in 1..<whole.count {
            var less = whole
            less.remove(at: index)
            let missing = try await send(less)
            #expect(missing.status == 400, "without \(whole[index].0)")
            let twice = try await send(whole + [(whole[index].0, "/y")])
            #expect(twice.status == 400, "\(whole[index].0) twice")
            less.append((whole[index].0, ""))
            let empty = try await send(less)
            #expect(empty.status == 400, "an empty \(whole[index].0)")
        }
        for target in ["x", "http://orders.test/x", "*", "?a=b"] {
            let answer = try await send(Self.subrequest(target))
            #expect(answer.status == 400, "\(target)")
        }
    }

    @Test func thePointIsKnownByItsOwnHeaderAlone() async throws {
        let bare = Array(Self.subrequest("/x").dropFirst())
        for headers in [
            bare, bare + [("Authorization", "Bearer pep-token")], bare + [("Safeconduct-Enforcement-Point", "other")],
            bare + [Self.point, ("Authorization", "Bearer a"), ("Authorization", "Bearer b")],
        ] {
            let answer = try await send(headers)
            #expect(answer.status == 401)
        }
    }

    @Test func boundsHold() async throws {
        let body = try await send(Self.subrequest("/x", "POST"), body: String(repeating: "b", count: 70_000))
        #expect(body.status == 413)
        let other = try await send(Self.subrequest("/x", "POST"), "POST")
        #expect(other.status == 405, "a subrequest is a GET")
    }

    /// The token and the proof as they came, and the address that the proof has to name.
    @Test(
        arguments: [
            ([("Authorization", "DPoP t"), ("DPoP", "p")], "t p https://orders.test/x"),
            ([("Authorization", "dpop t"), ("dpop", "p"), ("X-Original-Scheme", "http")], "t p http://orders.test/x"),
            ([("Authorization", "DPoP t")], "t  https://orders.test/x"),
            // Under the other scheme a proof counts for nothing.
            ([("Authorization", "Bearer t"), ("DPoP", "p")], "t"), ([("DPoP", "p")], "-"),
        ] as [([(String, String)], String)]
    )
    func aProofArrivesWithItsCall(_ headers: [(String, String)], _ seen: String) async throws {
        let answer = try await send(Self.subrequest("/x?y=1") + headers)
        #expect(answer["x-seen"] == "pep_1 GET /x y=1 orders.test \(seen)")
    }

    @Test(
        arguments: [
            ([("Authorization", "DPoP t"), ("DPoP", "p"), ("DPoP", "p")], 401), ([("Authorization", "DPoP ")], 401),
            ([("Authorization", "DPoP a b"), ("DPoP", "p")], 401), ([("Authorization", "DPoP")], 401),
            ([("Authorization", "DPoPx t"), ("DPoP", "p")], 401),
            ([("Authorization", "DPoP t"), ("DPoP", String(repeating: "p", count: 8193))], 401),
            ([("Authorization", "DPoP t"), ("Authorization", "Bearer t"), ("DPoP", "p")], 401),
            ([("Authorization", "DPoP t"), ("DPoP", "p"), ("X-Original-Scheme", "ftp")], 400),
            ([("Authorization", "DPoP t"), ("X-Original-Scheme", "https"), ("X-Original-Scheme", "http")], 400),
        ] as [([(String, String)], Int)]
    )
    func aProofThatCanBeReadInTwoWays(_ headers: [(String, String)], _ status: Int) async throws {
        let answer = try await send(Self.subrequest("/x?y=1") + headers)
        #expect(answer.status == status)
        #expect((answer["www-authenticate"] != nil) == (status == 401))
    }
}
