// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import JOSE
import Safeconduct
import StrictJSON
import TransparencyLog
import TrustModel
import TrustStore

/// Part 4: what the stages of a decision cost one thread, each alone.
struct StageBenchmark {
    private struct Line {
        let name: String
        let nanoseconds: Double
    }

    let options: BenchOptions

    func run(
        _ fixture: EngineFixture,
        keys: KeyServer,
        token: String,
        scratch: ScratchDirectory,
        into report: inout Report
    ) throws {
        Report.progress("stages of a decision")
        let lines =
            try reading(fixture, keys, token) + policies() + [
                Line(
                    name: "append 4 KiB to a file and wait for the disk",
                    nanoseconds: DiskProbe(scratch).wait(seconds: options.stageSeconds)
                )
            ] + recording(scratch)
        var table = TextTable("stage", "us")
        for line in lines { table.add(line.name, Figures.fixed(line.nanoseconds / 1e3, 2)) }
        report.put(table)
        report.set(
            "stages",
            .array(lines.map { ["name": .string($0.name), "us": Figures.json($0.nanoseconds / 1e3)] })
        )
    }

    private func average(_ name: String, _ body: () throws -> Int) rethrows -> Line {
        Line(name: name, nanoseconds: try Stopwatch.average(seconds: options.stageSeconds, body))
    }

    /// What stands before the policies.
    private func reading(_ fixture: EngineFixture, _ keys: KeyServer, _ token: String) throws -> [Line] {
        let body = World.assertedQuestion.serialized()
        let set = JWKSet([keys.verificationKey])
        return [
            try average("parse the question's JSON, \(body.count) bytes") {
                try JSONValue(parsing: body).objectValue?.count ?? 0
            },
            try average("authenticate the enforcement point") {
                guard case .success = fixture.engine.caller(bearer: fixture.pointToken) else {
                    throw BenchFailure("the enforcement point's token is refused")
                }
                return 1
            },
            average("view and clock") {
                Int(fixture.engine.now().milliseconds & 1) + fixture.engine.view.state.identities.count
            },
            average("fingerprint of the token, \(token.utf8.count) bytes") { Int(Fingerprint(of: token).bytes[0]) },
            try average("verify the token, ES256, when it is new") {
                guard case .success = try UnverifiedJWS(compact: token).verified(with: set, allowing: .es256) else {
                    throw BenchFailure("the token does not verify")
                }
                return 1
            },
        ]
    }

    /// What the engine asks of the set, about entities in a store instead of the state.
    private func policies() throws -> [Line] {
        let world = try CedarWorld()
        return try options.policyCounts.map { count in
            let set = try Cedar.PolicySet(parsing: PolicyText.policies(count))
            return try average("evaluate \(count) policies") {
                let answer = set.authorize(world.request, entities: world.entities)
                guard answer.decision == .allow, answer.failures.isEmpty else {
                    throw BenchFailure("the policies decide otherwise than they should")
                }
                return answer.determining.count
            }
        }
    }

    /// Hashing a leaf, and committing leaves: what one decision pays when so many wait together.
    private func recording(_ scratch: ScratchDirectory) throws -> [Line] {
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 640)
        var lines = [
            average("hash a leaf of \(body.count) bytes with a fresh salt") {
                Int(LeafCommitment(salt: LeafSalt.random(), body: body).value.bytes[0])
            }
        ]
        let store = try SQLiteStore(directory: "\(scratch.path)/leaves")
        let log = try store.log(
            .evidence(node: 1, month: 202_611),
            signer: NoteSigner(generating: KeyName("bench.example/evidence"))
        )
        for batch in [1, 16, 64, 256] {
            let commit = try average("") {
                try log.append { append in
                    for _ in 0..<batch { append.append(salt: LeafSalt.random(), body: body) }
                    return Int(append.nextIndex & 1)
                }
            }
            lines.append(Line(name: "commit \(batch) leaves, each", nanoseconds: commit.nanoseconds / Double(batch)))
        }
        store.close()
        return lines
    }
}
