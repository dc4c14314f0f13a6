// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON
import Testing

@testable import SafeconductCommand

@Suite("Exit codes")
struct ExitStatusTests {
    /// Swift Testing has an ExitStatus, too.
    typealias Status = SafeconductCommand.ExitStatus

    @Test(
        "An HTTP refusal becomes one exit code",
        arguments: [
            (400, "invalid_request", Status.error), (401, "unauthenticated", .denied), (403, "forbidden", .denied),
            (404, "not_found", .notFound), (404, "unknown_route", .error), (404, nil, .notFound), (405, nil, .error),
            (409, "conflict", .conflict), (412, "precondition_failed", .conflict), (413, nil, .error),
            (422, "refused", .error), (429, nil, .unavailable), (500, nil, .error), (502, nil, .unavailable),
            (503, "overloaded", .unavailable), (504, nil, .unavailable),
        ] as [(Int, String?, Status)]
    )
    func http(status: Int, code: String?, expected: Status) {
        #expect(Status(httpStatus: status, code: code) == expected)
    }

    @Test("The codes that scripts rely on")
    func numbers() {
        let all: [Status] = [.ok, .error, .usage, .denied, .notFound, .conflict, .unavailable]
        #expect(all.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6])
    }

    @Test("A problem becomes a sentence, its faults and its remedy")
    func problem() throws {
        let body: JSONValue = [
            "type": "x", "title": "T", "status": 422, "detail": "the name is taken", "code": "conflict",
            "errors": [["pointer": "/name", "code": "c", "detail": "by an identity"]], "remedy": "Choose another.",
        ]
        let failure = Answer(status: 409, revision: nil, bytes: body.serialized()).failure
        #expect(failure.status == .conflict)
        #expect(failure.message == "the name is taken [conflict]")
        #expect(failure.hints == ["/name: by an identity", "Choose another."])
        let bare = Answer(status: 502, revision: nil, bytes: Array("<html>".utf8)).failure
        #expect(bare.status == .unavailable)
        #expect(bare.message.contains("502"))
    }

    @Test(
        "Command lines that make no sense are usage errors",
        arguments: [
            ["nonsense"], ["identity", "lst"], ["identity", "show"], ["identity", "list", "--no-such-option"],
            ["cut", "create", "--scope", "identty:x"], ["policy", "evaluate"], ["dev", "--token-file", "x"],
            ["policy", "bench", "--policies", "x"], ["policy", "query", "action", "User"],
            ["policy", "query", "resource", "Doc", "--policies", "x", "--entities", "x", "--principal", "x"],
            [
                "policy", "query", "principal", "User", "--policies", "x", "--entities", "x", "--action", "x",
                "--resource", "x", "--limit", "0",
            ],
            ["policy", "bench", "--policies", "x", "--entities", "x", "--requests", "x", "--rounds", "0"],
            ["log", "verify", "--receipt", "x"], ["dev", "--listen", "0.0.0.0:8470"], ["dev", "--listen", "x"],
            ["dev", "--policies", "x", "--public-log"],
            ["dev", "--policies", "x", "--token", "s", "--token-file", "f"],
            ["dev", "--policies", "x", "--allow-http-issuers"], ["cut", "show"], ["hold", "show"], ["api", "retire"],
            ["identity", "list", "-o", "xml"], ["decision", "list", "--limit", "0"],
        ]
    )
    func usage(arguments: [String]) async { #expect(await Program.run(arguments) == .usage) }

    @Test(
        "A flag that does nothing with --policies is named",
        arguments: ["--public-log", "--allow-http-issuers"]
    )
    func productFlag(flag: String) {
        let error = #expect(throws: (any Error).self) { try RootCommand.parseAsRoot(["dev", "--policies", "x", flag]) }
        let name = flag.prefix { $0 != "=" }
        #expect(error.map { RootCommand.message(for: $0) } == "\(name) does not go with --policies")
        #expect(throws: Never.self) { try RootCommand.parseAsRoot(["dev", flag]) }
    }

    @Test("The batch form has to be asked for")
    func batch() {
        let error = #expect(throws: (any Error).self) { try RootCommand.parseAsRoot(["policy", "parse"]) }
        #expect(error.map { RootCommand.message(for: $0) } == "say --batch; there is no other form")
    }

    @Test("'log list' is 'log show'")
    func alias() throws {
        #expect(try RootCommand.parseAsRoot(["log", "list"]) is LogShow)
        #expect(throws: Never.self) { try CommandTypo.check(["log", "list"], under: RootCommand.self) }
    }

    @Test("A misspelt command names the nearest")
    func typo() {
        let failure = #expect(throws: CommandFailure.self) {
            try CommandTypo.check(["identty", "list"], under: RootCommand.self)
        }
        #expect(failure?.message.contains("did you mean 'identity'?") == true)
        let verb = #expect(throws: CommandFailure.self) {
            try CommandTypo.check(["identity", "suspnd", "x"], under: RootCommand.self)
        }
        #expect(verb?.message.contains("did you mean 'suspend'?") == true)
        #expect(throws: Never.self) {
            for arguments in [["identity", "show", "lst"], ["--version"], ["help", "x"], []] {
                try CommandTypo.check(arguments, under: RootCommand.self)
            }
        }
    }

    @Test("Every command has help, and says in it what it is for")
    func help() {
        func walk(_ command: any ParsableCommand.Type, _ path: [String]) {
            #expect(!command.configuration.abstract.isEmpty, "\(path)")
            #expect(RootCommand.helpMessage(for: command).contains("USAGE"), "\(path)")
            for next in command.configuration.subcommands {
                walk(next, path + [next.configuration.commandName ?? "?"])
            }
        }
        walk(RootCommand.self, [])
    }
}
