// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Which state of the control plane somebody looked at: the generation of its log and a revision.
struct StateVersion: Sendable, Equatable, CustomStringConvertible {
    let generation: Int64
    let rev: Int64

    /// Reads `g1-r42`, as ``description`` writes it; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let generation = Self.number("g", parts[0]), let rev = Self.number("r", parts[1]) else {
            return nil
        }
        self.generation = generation
        self.rev = rev
    }

    /// The state that a server stands at.
    static func now(_ client: Client) async throws(CommandFailure) -> StateVersion {
        let status = try await client.get("/v1/status").accepted().json()
        guard let generation = status["generation"]?.integerValue, let rev = status["rev"]?.integerValue,
            let version = StateVersion("g\(generation)-r\(rev)")
        else { throw CommandFailure(.error, "the server does not say at which revision it stands") }
        return version
    }

    var description: String { "g\(generation)-r\(rev)" }

    private static func number(_ letter: Character, _ text: Substring) -> Int64? {
        guard text.first == letter, text.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text.dropFirst())
    }
}
