// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import SafeconductClient
import SafeconductServer
import StrictJSON
import Testing

/// Whatever goes wrong, nothing is permitted.
@Suite(.timeLimit(.minutes(5))) struct FailClosedTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let reply: Reply
        let code: ClientError.Code
    }

    static let cases = [
        Case(testDescription: "500", reply: .problem(500, "internal_error"), code: .unavailable),
        Case(testDescription: "503", reply: .problem(503, "unavailable"), code: .unavailable),
        Case(testDescription: "429", reply: .problem(429, "too_many_requests"), code: .unavailable),
        Case(testDescription: "401", reply: .problem(401, "invalid_credential"), code: .unauthenticated),
        Case(testDescription: "403", reply: .problem(403, "forbidden"), code: .refused),
        Case(testDescription: "400", reply: .problem(400, "invalid_request"), code: .refused),
        Case(
            testDescription: "a redirect",
            reply: Reply(
                status: 302,
                contentType: "application/json",
                body: Array(#"{"decision":true}"#.utf8),
                headers: [("Location", "/access/v1/evaluation")]
            ),
            code: .garbled
        ),
        Case(testDescription: "201", reply: .raw(#"{"decision":true}"#, status: 201), code: .garbled),
        Case(testDescription: "no JSON", reply: .raw("<html>yes</html>"), code: .garbled),
        Case(testDescription: "half of it", reply: .raw(#"{"decision":true"#), code: .garbled),
        Case(testDescription: "an empty body", reply: .raw(""), code: .garbled),
        Case(testDescription: "HTML by type", reply: .raw(#"{"decision":true}"#, type: "text/html"), code: .garbled),
        Case(testDescription: "a string", reply: .raw(#"{"decision":"true"}"#), code: .garbled),
        Case(testDescription: "a number", reply: .raw(#"{"decision":1}"#), code: .garbled),
        Case(testDescription: "null", reply: .raw(#"{"decision":null}"#), code: .garbled),
        Case(testDescription: "nothing", reply: .raw("{}"), code: .garbled),
        Case(testDescription: "an array", reply: .raw("[true]"), code: .garbled),
        Case(testDescription: "twice", reply: .raw(#"{"decision":false,"decision":true}"#), code: .garbled),
        Case(
            testDescription: "endless",
            reply: .raw(#"{"decision":true,"pad":"\#(String(repeating: "x", count: 2 << 20))"}"#),
            code: .garbled
        ),
        Case(
            testDescription: "deep",
            reply: .raw(#"{"decision":true,"context":\#(String(repeating: "[", count: 5000))"#),
            code: .garbled
        ),
    ]

    @Test(arguments: cases) func anAnswerThatIsNoneIsThrown(_ wrong: Case) async throws {
        try await StubServer.run({ _ in wrong.reply }) { server in
            try await server.withClient { client in
                let error = await failure { () throws(ClientError) in try await client.decide(.sample) }
                #expect(error?.code == wrong.code, "\(String(describing: error))")
            }
            // What had an answer is not asked again: the first question may have spent from a limit.
            #expect(server.asked.count == 1)
        }
    }

    @Test(arguments: ["deny", "challenge", "approve", "ALLOW", "", "something new"])
    func aPermissionThatItsOutcomeContradictsIsNone(_ outcome: String) async throws {
        try await StubServer.run({ _ in .decision(true, #"{"outcome":"\#(outcome)"}"#) }) { server in
            let permits = try await server.withClient { client in try await client.decide(.sample).permits }
            #expect(!permits)
        }
    }

    @Test func nobodyAtHome() async throws {
        // No port that was free a moment ago: another test may have taken it. Nobody is given port 1.
        var configuration = ClientConfiguration(url: "http://127.0.0.1:1", token: .fixed(Redacted("t")))
        configuration.decisionTime = .seconds(10)
        let client = try DecisionClient(configuration)
        let error = await failure { () throws(ClientError) in try await client.decide(.sample) }
        #expect(error?.code == .unreachable)
        await client.shutdown()
        let after = await failure { () throws(ClientError) in try await client.decide(.sample) }
        #expect(after != nil)
    }

    @Test func aLateAnswerIsDropped() async throws {
        try await StubServer.run({ _ in
            try? await Task.sleep(for: .seconds(1))
            return .decision(true)
        }) { server in
            try await server.withClient(server.configuration(decisionTime: .milliseconds(100))) { client in
                let error = await failure { () throws(ClientError) in try await client.decide(.sample) }
                #expect(error?.code == .late)
            }
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{\"decision\":true}",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n{\"decision\":true}\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
    ])
    func aConnectionThatBreaksIsNotTriedAgain(_ text: String) async throws {
        try await RawServer.run(text) { server, port in
            var configuration = ClientConfiguration(url: "http://127.0.0.1:\(port)", token: .fixed(Redacted("t")))
            configuration.decisionTime = .seconds(10)
            let client = try DecisionClient(configuration)
            let error = await failure { () throws(ClientError) in try await client.decide(.sample) }
            #expect(error?.code == .interrupted || error?.code == .garbled, "\(String(describing: error))")
            #expect(server.answered == 1)
            await client.shutdown()
        }
    }

    @Test func onlyTheNamedAuthorityIsTrusted() async throws {
        try await withDirectory { directory in
            let tls = try TLSIdentity(.development(directory: directory + "/tls"))
            _ = try TLSIdentity(.development(directory: directory + "/other"))
            try await StubServer.run(tls: tls, { _ in .decision(true) }) { server in
                func ask(_ authority: String?) async throws -> Result<Bool, ClientError> {
                    var configuration = server.configuration()
                    configuration.url = "https://127.0.0.1:\(server.port)"
                    configuration.caFile = authority
                    return try await server.withClient(configuration) { client in
                        do throws(ClientError) {
                            return .success(try await client.decide(.sample).permits)
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                #expect(try await ask(directory + "/tls/ca.pem").get())
                for authority in [nil, directory + "/other/ca.pem"] {
                    let refused = try await ask(authority)
                    #expect(throws: ClientError.self) { try refused.get() }
                    if case .failure(let error) = refused { #expect(error.code == .untrusted, "\(error)") }
                }
                #expect(server.asked.count == 1)
            }
        }
    }

    @Test func anyBytesAtAllPermitNothing() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SplitMix(state: seed)
        let good = Array(#"{"decision":false,"context":{"decision_id":"dec_1","outcome":"deny"}}"#.utf8)
        let bodies = (0..<300).map { _ in
            var body = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<body.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: body[index] = UInt8.random(in: 0 ... .max, using: &random)
                case 1: body.remove(at: index)
                default: body.insert(UInt8.random(in: 0 ... .max, using: &random), at: index)
                }
            }
            return body
        }
        try await StubServer.run({ call in
            let number = (try? call.json())?["resource"]?["id"]?.stringValue.flatMap { Int($0.dropFirst()) } ?? 0
            return Reply(contentType: "application/json", body: bodies[number])
        }) { server in
            try await server.withClient { client in
                for number in bodies.indices {
                    var question = Question.sample
                    question.resource = .route(method: "GET", host: nil, path: "/\(number)")
                    let permits = (try? await client.decide(question))?.permits ?? false
                    #expect(!permits, "\(String(decoding: bodies[number], as: UTF8.self))")
                }
            }
        }
    }
}

struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
