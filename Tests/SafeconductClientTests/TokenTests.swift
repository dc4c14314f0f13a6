// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOHTTP1
import SafeconductClient
import SafeconductServer
import Testing

@Suite(.timeLimit(.minutes(5))) struct TokenTests {
    private static func accepts(_ token: String) -> StubServer.Handler {
        { call in
            call.headers["authorization"] == ["Bearer \(token)"] ? .decision(true) : .problem(401, "invalid_credential")
        }
    }

    @Test func aRefusedTokenIsReplacedByTheFilesNewOne() async throws {
        try await withDirectory { directory in
            let file = directory + "/token"
            try write("old-token\n", to: file)
            try await StubServer.run(Self.accepts("new-token")) { server in
                var configuration = server.configuration()
                configuration.token = .file(file)
                try await server.withClient(configuration) { client in
                    let error = await failure { () throws(ClientError) in try await client.decide(.sample) }
                    #expect(error?.code == .unauthenticated)
                    #expect(server.asked.count == 1, "the same token is not tried twice")
                    try write("new-token\n", to: file)
                    #expect(try await client.decide(.sample).permits)
                    #expect(try await client.decide(.sample).permits)
                }
            }
        }
    }

    @Test(arguments: ["", "two words", "\u{7}", "tök"]) func aFileThatIsBeingWrittenLeavesTheLastToken(_ text: String)
        async throws
    {
        try await withDirectory { directory in
            let file = directory + "/token"
            try write("good-token", to: file)
            try await StubServer.run(Self.accepts("good-token")) { server in
                var configuration = server.configuration()
                configuration.token = .file(file)
                try await server.withClient(configuration) { client in
                    try write(text, to: file)
                    // Past the moment at which files are looked at again.
                    try await Task.sleep(for: .milliseconds(1100))
                    #expect(try await client.decide(.sample).permits)
                    try FileManager.default.removeItem(atPath: file)
                    #expect(try await client.decide(.sample).permits)
                }
                var again = server.configuration()
                again.token = .file(file)
                #expect(throws: ClientError.self) { try DecisionClient(again) }
            }
        }
    }

    @Test(arguments: [
        "", "127.0.0.1:8470", "ftp://127.0.0.1", "http://", "http://10.0.0.1:8470", "http://127.evil.example",
        "http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://user@127.0.0.1", "https://a/?q",
        "https://a/#f", "https://a b", "http://1270.0.0.1", "http://[::2]:80",
    ])
    func aTokenIsSentNowhereElse(_ url: String) {
        #expect(throws: ClientError.self, "\(url)") {
            try DecisionClient(ClientConfiguration(url: url, token: .fixed(Redacted("t"))))
        }
    }

    @Test func secretsAreNotShown() async throws {
        let secret = "s3cr3t-s3cr3t"
        var configuration = ClientConfiguration(url: "http://127.0.0.1:1", token: .fixed(Redacted(secret)))
        configuration.decisionTime = .seconds(10)
        var question = Question.sample
        question.subject = .proven(Redacted(secret))
        let client = try DecisionClient(configuration)
        let error = try #require(await failure { () throws(ClientError) in try await client.decide(question) })
        var shown = ""
        dump(configuration, to: &shown)
        dump(question, to: &shown)
        dump(error, to: &shown)
        shown += "\(configuration) \(question) \(error) \(String(reflecting: configuration)) \(Redacted(secret))"
        #expect(!shown.contains(secret))
        #expect(shown.contains("[redacted]"))
        await client.shutdown()
    }
}
