// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOHTTP1
import SafeconductClient
import SafeconductServer
import StrictJSON
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct EnforcementTests {
    typealias Context = BasicEnforcedRequestContext

    /// How often handlers ran, and the metadata they logged with.
    final class Seen: Sendable {
        let handled = Atomic<Int>(0)
        let decisions = Mutex<[String?]>([])
    }

    /// A service behind the middleware, talking to a stub.
    private func service(
        _ handler: @escaping StubServer.Handler,
        rules: EnforcementRules<Context> = EnforcementRules(host: "orders.test"),
        decisionTime: Duration = .seconds(10),
        _ body: @Sendable (any TestClientProtocol, StubServer, Seen, DecisionClient) async throws -> Void
    ) async throws {
        let seen = Seen()
        try await StubServer.run(handler) { server in
            let client = try DecisionClient(server.configuration(decisionTime: decisionTime))
            let router = Router(context: Context.self)
            // Before the whole router, so that paths without a route are decided about, too.
            router.add(middleware: EnforcementMiddleware(client, rules: rules))
            router.get("orders/{id}") { _, context -> String in
                seen.handled.add(1, ordering: .relaxed)
                let logged = context.logger[metadataKey: "decision.id"]?.description
                seen.decisions.withLock { $0.append(context.enforced?.decision.id == logged ? logged : nil) }
                context.enforced?.note { $0.rows = 3 }
                return "order"
            }
            router.get("missing") { _, _ -> String in throw HTTPError(.notFound) }
            router.get("broken") { _, _ -> String in throw ClientErrorForTests() }
            router.get("large") { _, _ in
                Response(
                    status: .ok,
                    body: ResponseBody { writer in
                        for _ in 0..<10 { try await writer.write(ByteBuffer(repeating: 0x61, count: 1000)) }
                        try await writer.finish(nil)
                    }
                )
            }
            let application = Application(router: router, services: [client], logger: StubServer.quiet)
            try await application.test(.router) { try await body($0, server, seen, client) }
        }
    }

    struct ClientErrorForTests: Error {}

    private static let bearer: HTTPFields = [.authorization: "Bearer workload-token"]

    private static func outcomes(_ server: StubServer) -> [JSONValue] {
        server.asked.filter { $0.path == "/v1/outcomes" }.flatMap { (try? $0.json())?.arrayValue ?? [] }
    }

    @Test func aPermittedCallReachesItsHandlerWithItsDecision() async throws {
        try await service({ call in
            if call.path == "/v1/outcomes" { return .outcomes(call) }
            return .decision(
                true,
                #"""
                {"decision_id":"dec_7","outcome":"limit","remaining":3,"response_headers":[\#
                {"name":"RateLimit","value":"\"a\";r=3"},{"name":"RateLimit-Policy","value":"\"a\";q=5"}]}
                """#
            )
        }) { api, server, seen, client in
            try await api.execute(uri: "/orders/7?x=1", method: .get, headers: Self.bearer) { response in
                #expect(response.status == .ok)
                #expect(response.headers[HTTPField.Name("safeconduct-decision-id")!] == "dec_7")
                #expect(response.headers[HTTPField.Name("RateLimit")!] == #""a";r=3"#)
                #expect(response.headers[HTTPField.Name("RateLimit-Policy")!] == #""a";q=5"#)
            }
            #expect(seen.decisions.withLock { $0 } == ["dec_7"])
            let asked = try #require(try server.asked.first?.json())
            #expect(
                asked["resource"] == [
                    "type": "route", "id": "/orders/7", "properties": ["method": "GET", "host": "orders.test"],
                ]
            )
            #expect(asked["subject"]?["properties"]?["credential"]?["value"] == "workload-token")
            #expect(asked["context"] == nil, "the query is not sent")
            while client.reportCounts.sent == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let report = try #require(Self.outcomes(server).first)
            #expect(report["decision"] == "dec_7" && report["passed"] == true)
            #expect(report["status"] == 200 && report["bytes"] == 5 && report["rows"] == 3)
            #expect(report["latency_ms"]?.integerValue != nil)
        }
    }

    @Test(
        arguments: [
            ("/missing", 404, Int64(0), nil), ("/broken", 500, nil, "handler_failed"),
            ("/large", 200, Int64(10_000), nil),
            ("/nowhere", 404, nil, nil),
        ] as [(String, Int, Int64?, String?)]
    )
    func whateverComesOfACallIsReported(_ path: String, _ status: Int, _ bytes: Int64?, _ error: String?) async throws {
        try await service({ call in
            call.path == "/v1/outcomes" ? .outcomes(call) : .decision(true)
        }) { api, server, _, client in
            // The framework under test answers what a handler throws.
            _ = try? await api.execute(uri: path, method: .get, headers: Self.bearer) { response in
                #expect(response.status.code == status)
            }
            while client.reportCounts.sent == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let report = try #require(Self.outcomes(server).first)
            #expect(report["status"]?.integerValue == Int64(status))
            if let bytes, path == "/large" { #expect(report["bytes"]?.integerValue == bytes) }
            #expect(report["error"]?.stringValue == error)
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reply: Reply
        let status: Int
        var fields: [String: String] = [:]
        var code: String?
    }

    static let refused = [
        Refused(
            testDescription: "a no",
            reply: .decision(
                false,
                #"{"decision_id":"dec_9","outcome":"deny","reason":{"class":"not_permitted","message":"no policy permits this call"}}"#
            ),
            status: 403,
            fields: ["safeconduct-decision-id": "dec_9"],
            code: "denied"
        ),
        Refused(
            testDescription: "a token that counts no more",
            reply: .decision(
                false,
                #"""
                {"outcome":"deny","reason":{"class":"token_expired"},"response_headers":[\#
                {"name":"WWW-Authenticate","value":"Bearer error=\"invalid_token\""}]}
                """#
            ),
            status: 401,
            fields: ["www-authenticate": #"Bearer error="invalid_token""#],
            code: "invalid_credential"
        ),
        Refused(
            testDescription: "a challenge",
            reply: .decision(
                false,
                #"""
                {"outcome":"challenge","remedies":["challenge:dpop"],"response_headers":[\#
                {"name":"WWW-Authenticate","value":"Bearer error=\"insufficient_user_authentication\""}]}
                """#
            ),
            status: 401,
            fields: ["www-authenticate": #"Bearer error="insufficient_user_authentication""#],
            code: "challenge_required"
        ),
        Refused(
            testDescription: "a limit that is used up",
            reply: .decision(false, #"{"outcome":"deny","retry_after_ms":1500}"#),
            status: 429,
            fields: ["retry-after": "2"],
            code: "too_many_requests"
        ),
        Refused(
            testDescription: "a header that would forge others",
            reply: .decision(
                false,
                #"""
                {"outcome":"deny","response_headers":[\#
                {"name":"WWW-Authenticate","value":"x\r\nset-cookie: a=b"},{"name":"Set-Cookie","value":"a=b"}]}
                """#
            ),
            status: 401,
            code: "invalid_credential"
        ),
        Refused(
            testDescription: "a server that is busy",
            reply: .problem(503, "overloaded", headers: [("Retry-After", "7")]),
            status: 503,
            fields: ["retry-after": "7"],
            code: "unavailable"
        ),
        // The service's own token is at fault; its callers must not be sent for another one of theirs.
        Refused(
            testDescription: "a service whose token expired",
            reply: .problem(401, "invalid_credential", headers: [("WWW-Authenticate", "Bearer")]),
            status: 503,
            code: "unavailable"
        ),
        Refused(testDescription: "garbage", reply: .raw("yes"), status: 503, code: "unavailable"),
    ]

    @Test(arguments: refused) func aRefusedCallGetsAProblem(_ refused: Refused) async throws {
        try await service({ $0.path == "/v1/outcomes" ? .outcomes($0) : refused.reply }) { api, server, seen, client in
            try await api.execute(uri: "/orders/7", method: .get, headers: Self.bearer) { response in
                #expect(response.status.code == refused.status)
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(response.headers[.setCookie] == nil)
                for (name, value) in refused.fields {
                    #expect(response.headers[try #require(HTTPField.Name(name))] == value, "\(name)")
                }
                if refused.status != 401 || refused.fields.isEmpty, refused.fields["www-authenticate"] == nil {
                    #expect(response.headers[.wwwAuthenticate] == nil)
                }
                let problem = try JSONValue(parsing: Array(response.body.readableBytesView))
                #expect(problem["status"]?.integerValue == Int64(refused.status))
                #expect(problem["code"]?.stringValue == refused.code)
                #expect(problem["type"]?.stringValue == "https://safeconduct.dev/problems/\(refused.code ?? "")")
                for member in ["title", "detail"] { #expect(problem[member]?.stringValue != nil) }
            }
            #expect(seen.handled.load(ordering: .relaxed) == 0)
            // That a no was kept to is reported; where there was no decision, there is nothing to report on.
            guard refused.fields["safeconduct-decision-id"] != nil else {
                let counts = client.reportCounts
                #expect(counts.sent == 0 && counts.waiting == 0)
                return
            }
            while client.reportCounts.sent == 0 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(Self.outcomes(server) == [["decision": "dec_9", "passed": false, "status": 403]])
        }
    }

    @Test func aLateYesIsANo() async throws {
        try await service(
            { _ in
                try? await Task.sleep(for: .seconds(1))
                return .decision(true)
            },
            decisionTime: .milliseconds(50)
        ) { api, _, seen, _ in
            try await api.execute(uri: "/orders/7", method: .get, headers: Self.bearer) { response in
                #expect(response.status == .serviceUnavailable)
                #expect(response.headers[.retryAfter] == "1")
            }
            #expect(seen.handled.load(ordering: .relaxed) == 0)
        }
    }

    @Test(arguments: [
        nil, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer a b", "workload-token",
        "Bearer " + String(repeating: "a", count: 20_000),
    ]) func whoBringsNoTokenIsNotAskedAbout(_ authorization: String?) async throws {
        try await service({ _ in .decision(true) }) { api, server, seen, _ in
            var headers = HTTPFields()
            if let authorization { headers[.authorization] = authorization }
            try await api.execute(uri: "/orders/7", method: .get, headers: headers) { response in
                #expect(response.status == .unauthorized)
                #expect(response.headers[.wwwAuthenticate] == #"Bearer realm="safeconduct""#)
            }
            #expect(server.asked.isEmpty && seen.handled.load(ordering: .relaxed) == 0)
        }
    }

    @Test(arguments: [
        "//orders/7", "/orders//7", "/orders/7//", "/orders/./7", "/x/../orders/7", "/orders/%2e%2e/7", "/orders%2F7",
        "/orders/%5c7", "/orders\\7", "/orders/%00", "/orders/%zz", "/orders/%7", "/orders/é", "/orders/%252e",
    ]) func aPathWithTwoReadingsIsNotAskedAbout(_ path: String) async throws {
        try await service({ _ in .decision(true) }) { api, server, seen, _ in
            try await api.execute(uri: path, method: .get, headers: Self.bearer) { response in
                #expect(response.status == .badRequest, "\(path)")
            }
            #expect(server.asked.isEmpty && seen.handled.load(ordering: .relaxed) == 0)
        }
    }

    @Test func onlyAllowedAttributesAreSent() async throws {
        let rules = EnforcementRules<Context>(
            host: "orders.test",
            attributes: [
                .query("amount", as: "amount", .integer), .header(.userAgent, as: "agent"),
                .query("dry", as: "dry", .boolean), .query("note", as: "note"),
            ],
            subject: { _, _ in .asserted("worker") }
        )
        try await service({ _ in .decision(true) }, rules: rules) { api, server, seen, _ in
            let headers: HTTPFields = [.userAgent: "curl", .cookie: "secret=1", .authorization: "Basic secret"]
            let good = "/orders/7?amount=5&dry=true&other=secret&note=a%20b+c"
            try await api.execute(uri: good, method: .get, headers: headers) { #expect($0.status == .ok) }
            let call = try #require(server.asked.first)
            let asked = try call.json()
            #expect(asked["context"] == ["agent": "curl", "amount": 5, "dry": true, "note": "a b c"])
            #expect(asked["subject"] == ["type": "identity", "id": "worker"])
            #expect(!String(decoding: call.body, as: UTF8.self).contains("secret"))
            for bad in [
                "amount=x", "amount=1&amount=2", "amount=1&am%6Funt=2", "amount=9223372036854775808", "dry=yes", "dry",
                "amount=%zz", "note=%ff",
            ] {
                try await api.execute(uri: "/orders/7?\(bad)", method: .get) { response in
                    #expect(response.status == .badRequest, "\(bad)")
                }
            }
            #expect(seen.handled.load(ordering: .relaxed) == 1)
        }
    }

    @Test func theTraceOfTheCallIsTheTraceOfTheQuestion() async throws {
        try await service({ _ in .decision(true) }) { api, server, _, _ in
            var headers = Self.bearer
            let name = try #require(HTTPField.Name("traceparent"))
            headers[name] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            try await api.execute(uri: "/orders/7", method: .get, headers: headers) { #expect($0.status == .ok) }
            #expect(server.asked.first?.headers["traceparent"] == headers[values: name])
        }
    }

    /// The token, its proof and the call as its sender knows it; under `Bearer` a proof is not passed on.
    @Test(
        arguments: [
            ("DPoP tok", ["p"], #"{"proof":"p","method":"GET","url":"https://localhost/orders/7"}"#),
            ("dpop tok", [], #"{"proof":"","method":"GET","url":"https://localhost/orders/7"}"#),
            ("Bearer tok", ["p"], nil),
        ] as [(String, [String], String?)]
    )
    func aProofIsPassedOn(_ authorization: String, _ proofs: [String], _ expected: String?) async throws {
        try await service({ _ in .decision(true) }) { api, server, seen, _ in
            var headers: HTTPFields = [.authorization: authorization]
            let name = try #require(HTTPField.Name("DPoP"))
            for proof in proofs { headers.append(HTTPField(name: name, value: proof)) }
            let answer = try await api.execute(uri: "/orders/7?a=1", method: .get, headers: headers)
            #expect(answer.status == .ok && seen.handled.load(ordering: .relaxed) == 1)
            let asked = try #require(server.asked.first { $0.path != "/v1/outcomes" })
            let credential = try asked.json()["subject"]?["properties"]?["credential"]
            #expect(credential?["value"] == "tok")
            #expect(credential?["dpop"].map { String(decoding: $0.serialized(), as: UTF8.self) } == expected)
        }
    }

    @Test func twoProofsAreNone() async throws {
        try await service({ _ in .decision(true) }) { api, server, _, _ in
            var headers: HTTPFields = [.authorization: "DPoP tok"]
            let name = try #require(HTTPField.Name("DPoP"))
            for proof in ["p", "q"] { headers.append(HTTPField(name: name, value: proof)) }
            let answer = try await api.execute(uri: "/orders/7", method: .get, headers: headers)
            #expect(answer.status == .unauthorized && server.asked.isEmpty)
        }
    }
}
