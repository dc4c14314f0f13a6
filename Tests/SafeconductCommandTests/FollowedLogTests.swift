// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import SafeconductCommand

@Suite("Which log is followed, and which state was compared with")
struct FollowedLogTests {
    private static let status: JSONValue = ["generation": 1, "origin": "log.example/a", "rev": 41]

    @Test(
        "A position in another log ends the following; nothing else does",
        arguments: [
            ("revision", #"{"rev":41,"generation":1,"origin":"log.example/a"}"#, true),
            ("revision", #"{"rev":7,"generation":1,"origin":"log.example/a"}"#, true),
            ("revision", #"{"rev":42,"generation":2,"origin":"log.example/a"}"#, false),
            ("revision", #"{"rev":41,"generation":1,"origin":"log.example/b"}"#, false),
            ("log.open", #"{"rev":0,"generation":2,"origin":"log.example/b"}"#, true),
            ("revision", #"{"rev":41}"#, true), ("revision", "no JSON", true), ("identity.put", "{}", true),
        ]
    )
    func another(name: String, data: String, goesOn: Bool) throws {
        let log = try FollowedLog(status: Self.status)
        let event = StreamEvent(id: "41", name: name, data: data)
        if goesOn {
            try log.check(event)
        } else {
            let failure = #expect(throws: CommandFailure.self) { try log.check(event) }
            #expect(failure?.status == .conflict)
        }
    }

    @Test("A server that does not say which log it has is none to follow")
    func unknown() {
        #expect(throws: CommandFailure.self) { try FollowedLog(status: ["rev": 1]) }
    }

    @Test("A version is read as it is written", arguments: ["g1-r0", "g1-r42", "g12-r9223372036854775807"])
    func version(text: String) {
        #expect(StateVersion(text)?.description == text)
    }

    @Test(
        "What is no version is none",
        arguments: [
            "", "g1", "r42", "g1-r", "g-r1", "g1-r42-x", "42", "g1-r-1", "g1-r+1", "g1-r9223372036854775808", "G1-r1",
        ]
    )
    func noVersion(text: String) {
        #expect(StateVersion(text) == nil)
    }
}
