// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import SafeconductClient
import SafeconductServer
import StrictJSON
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct DecisionClientTests {
    @Test func aQuestionIsAskedAsAuthZENWritesIt() async throws {
        try await StubServer.run({ _ in
            .decision(
                true,
                #"""
                {"decision_id":"dec_01","outcome":"limit","rev":7,"remaining":4,"reason":{"class":"permitted"},\#
                "response_headers":[{"name":"ratelimit","value":"\"orders\";r=4;t=60"},\#
                {"name":"Set-Cookie","value":"a=b"},{"name":"RateLimit"},"RateLimit"]}
                """#
            )
        }) { server in
            try await server.withClient { client in
                var question = Question.sample
                question.attributes = ["b": .boolean(true), "a": .integer(5), "c": .string("x")]
                let trace = TraceParent(
                    ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
                    states: ["a=1", "b=2"]
                )
                let decision = try await client.decide(question, trace: trace)
                #expect(decision.permits)
                #expect(decision.id == "dec_01")
                #expect(decision.revision == 7 && decision.remaining == 4 && decision.outcome == "limit")
                #expect(decision.fields.map { "\($0.name): \($0.value)" } == [#"RateLimit: "orders";r=4;t=60"#])
            }
            let call = try #require(server.asked.first)
            #expect(call.headers["authorization"] == ["Bearer point-token"])
            #expect(call.headers["traceparent"].count == 1 && call.headers["tracestate"] == ["a=1,b=2"])
            let expected = #"""
                {"subject":{"type":"identity","id":"","properties":{"credential":{"type":"jwt","value":"workload-token"}}},\#
                "action":{"name":"call"},\#
                "resource":{"type":"route","id":"/orders/7","properties":{"method":"GET","host":"orders.test"}},\#
                "context":{"a":5,"b":true,"c":"x"}}
                """#
            #expect(String(decoding: call.body, as: UTF8.self) == expected)
        }
    }

    @Test func aBatchKeepsItsOrderAndItsFaults() async throws {
        try await StubServer.run({ call in
            guard let asked = try? call.json()["evaluations"]?.arrayValue else { return .problem(400, "invalid") }
            let answers = asked.map { question -> JSONValue in
                let path = question["resource"]?["id"]?.stringValue ?? ""
                if path == "/bad" {
                    return ["decision": true, "context": ["error": ["status": 400, "code": "invalid_request"]]]
                }
                return ["decision": true, "context": ["decision_id": .string("dec_\(path.dropFirst())")]]
            }
            return .json(["evaluations": .array(answers)])
        }) { server in
            try await server.withClient { client in
                // More than one request's worth.
                var questions = (0..<1001).map { number in
                    Question(
                        subject: .asserted("worker"),
                        resource: .route(method: "GET", host: nil, path: "/\(number)")
                    )
                }
                questions[3].resource = .route(method: "GET", host: nil, path: "/bad")
                let decisions = try await client.decide(questions)
                #expect(decisions.count == 1001)
                for (number, decision) in decisions.enumerated() where number != 3 {
                    #expect(decision.permits && decision.id == "dec_\(number)")
                }
                #expect(!decisions[3].permits && decisions[3].reason == "invalid_request")
            }
            #expect(server.asked.count == 2)
        }
    }

    @Test func aBatchWithTooFewAnswersIsNone() async throws {
        try await StubServer.run({ _ in .json(["evaluations": [["decision": true]]]) }) { server in
            try await server.withClient { client in
                let error = await failure { () throws(ClientError) in
                    try await client.decide([.sample, .sample])
                }
                #expect(error?.code == .garbled)
            }
        }
    }

    @Test func manyQuestionsAtOnceGetEachItsOwnAnswer() async throws {
        try await StubServer.run({ call in
            let path = (try? call.json())?["resource"]?["id"]?.stringValue ?? ""
            return .decision(true, #"{"decision_id":"dec_\#(path.dropFirst())"}"#)
        }) { server in
            try await server.withClient { client in
                let right = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<500 {
                        group.addTask {
                            var question = Question.sample
                            question.resource = .route(method: "GET", host: nil, path: "/\(number)")
                            return try await client.decide(question).id == "dec_\(number)"
                        }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(right == 500)
            }
        }
    }

    @Test func whatNobodyHoldsAnyMoreIsGone() async throws {
        try await StubServer.run({ _ in
            try? await Task.sleep(for: .milliseconds(200))
            return .decision(true)
        }) { server in
            weak var gone: DecisionClient?
            do {
                let client = try DecisionClient(server.configuration(decisionTime: .milliseconds(1)))
                gone = client
                // Late answers, too, must not keep anything.
                for _ in 0..<20 { _ = try? await client.decide(.sample) }
                await client.shutdown()
            }
            #expect(gone == nil)
        }
    }

    @Test func commandsGiveTheIDOfWhatTheyMade() async throws {
        try await StubServer.run({ call in
            .raw(#"{"id":"\#(call.path == "/v1/cuts" ? "cut_1" : "hld_1")"}"#, status: 201)
        }) { server in
            try await server.withClient { client in
                let cut = try await client.cut(
                    .identity("worker"),
                    suspectedSince: "2026-01-01T00:00:00Z",
                    reason: "leaked"
                )
                #expect(cut == "cut_1")
                #expect(try await client.hold(.issuer("login")) == "hld_1")
            }
            #expect(
                server.asked.map { String(decoding: $0.body, as: UTF8.self) } == [
                    #"{"scope":{"kind":"identity","id":"worker"},"reason":"leaked","suspect_since":"2026-01-01T00:00:00Z"}"#,
                    #"{"scope":{"kind":"issuer","id":"login"}}"#,
                ]
            )
        }
    }
}
