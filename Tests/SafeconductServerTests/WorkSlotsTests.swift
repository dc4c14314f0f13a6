// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SafeconductServer

@Suite struct WorkSlotsTests {
    @Test func onlySoManyRunAtOnce() async throws {
        let slots = WorkSlots(limit: 2, of: "things")
        let inner = try await slots.run { () throws(Problem) -> Int in
            try await slots.run { () throws(Problem) -> Int in
                do throws(Problem) {
                    return try await slots.run { () throws(Problem) -> Int in 0 }
                } catch {
                    #expect(error.code == .tooManyRequests)
                    #expect(error.headers.contains { $0.name == "Retry-After" })
                    return 1
                }
            }
        }
        #expect(inner == 1)
        // A slot is free again, also after a failure.
        for _ in 0..<5 {
            await #expect(throws: Problem.self) {
                try await slots.run { () throws(Problem) -> Int in throw Problem(.unavailable, "no") }
            }
        }
        #expect(try await slots.run { () throws(Problem) -> Int in 2 } == 2)
    }

    @Test func nobodyTakesWhatIsKeptForOthers() async throws {
        let slots = WorkSlots(limit: 3, each: 2, of: "things")
        func code(for asker: String) async -> ProblemCode? {
            do throws(Problem) {
                return try await slots.run(for: asker) { () throws(Problem) -> ProblemCode? in nil }
            } catch {
                return error.code
            }
        }
        try await slots.run(for: "a") { () throws(Problem) in
            try await slots.run(for: "a") { () throws(Problem) in
                #expect(await code(for: "a") == .tooManyRequests)
                #expect(await code(for: "b") == nil)
                try await slots.run(for: "b") { () throws(Problem) in
                    #expect(await code(for: "c") == .tooManyRequests)
                }
            }
            #expect(await code(for: "a") == nil)
        }
    }
}
