// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// Verifies every log of a server: nothing of what it says about itself is taken on trust but its keys, at first sight.
struct LogAudit: Sendable {
    let client: Client
    let memory: LogMemory
    let quiet: Bool

    /// Verifies the logs of the given keys, and remembers those that hold.
    func run(_ keys: [VerifierKey]) async throws(CommandFailure) -> [LogAuditResult] {
        var seen = try memory.load()
        var results: [LogAuditResult] = []
        // The control log comes first, and says what the others have to hold.
        var anchors: [LogBodies.Anchor] = []
        for key in keys {
            let origin = key.name.text
            let known = seen[origin]
            do throws(LogFault) {
                if let known, known.key != key.description { throw LogFault("its key is not the one first seen") }
                let verified = try await verify(key, known)
                let found = try await LogBodies(client: client, name: Self.name(origin))
                    .check(verified, anchors.filter { $0.origin == origin })
                anchors += found ?? []
                results.append(
                    LogAuditResult(
                        origin: origin,
                        size: verified.size,
                        fault: nil,
                        previous: known?.size,
                        bodies: found != nil
                    )
                )
                seen[origin] = LogMemory.Seen(key: key.description, size: verified.size, root: verified.root)
            } catch {
                if let failure = error.failure { throw failure }
                results.append(
                    LogAuditResult(origin: origin, size: error.size, fault: error.sentence, previous: known?.size)
                )
            }
        }
        results += Self.missing(keys, seen)
        try memory.save(seen)
        return results
    }

    /// Logs of this server that were there once and are no longer listed.
    private static func missing(_ keys: [VerifierKey], _ seen: [String: LogMemory.Seen]) -> [LogAuditResult] {
        let listed = Set(keys.map(\.name.text))
        let bases = Set(listed.map(base))
        return seen.keys.filter { !listed.contains($0) && bases.contains(base($0)) }.sorted().map {
            LogAuditResult(
                origin: $0,
                size: 0,
                fault: "the server no longer has it",
                previous: seen[$0]?.size
            )
        }
    }

    /// What the logs of one server have in common: the origin without its last part.
    private static func base(_ origin: String) -> String {
        String(origin[..<(origin.lastIndex(of: "/") ?? origin.startIndex)])
    }

    /// The name of a log in paths: the last part of its origin.
    private static func name(_ origin: String) -> String {
        String(origin[(origin.lastIndex(of: "/").map { origin.index(after: $0) } ?? origin.startIndex)...])
    }

    private func verify(_ key: VerifierKey, _ known: LogMemory.Seen?) async throws(LogFault) -> Checkpoint {
        let origin = key.name.text
        let name = Self.name(origin)
        let files = LogFiles(client: client, name: name)
        let checkpoint = try await checkpoint(files, key)
        if let known, known.size > checkpoint.size {
            throw LogFault("it had \(known.size) entries and now has fewer", size: checkpoint.size)
        }
        var rebuild = LogRebuild(size: checkpoint.size, watching: known?.size ?? 0)
        var progress = Progress(name, quiet: quiet)
        defer { progress.finish() }
        do throws(LogFault) {
            while !rebuild.nextBundles.isEmpty {
                try await files.compare(try rebuild.take(try await files.bundles(rebuild.nextBundles)))
                progress.show(rebuild.taken, of: checkpoint.size)
            }
            guard rebuild.root == checkpoint.root else {
                throw LogFault("its entries do not lead to the root it signed")
            }
            if let known, rebuild.watchedRoot != known.root {
                throw LogFault("its first \(known.size) entries are not those seen before")
            }
            try await files.compare(rebuild.edgeTiles)
        } catch {
            throw LogFault(error.sentence, size: checkpoint.size, failure: error.failure)
        }
        return checkpoint
    }

    private func checkpoint(_ files: LogFiles, _ key: VerifierKey) async throws(LogFault) -> Checkpoint {
        let bytes = try await files.checkpoint()
        let verdict: CheckpointVerdict
        do throws(TransparencyLogError) {
            // A log without entries has no checkpoint yet.
            guard let bytes else {
                return try Checkpoint(origin: key.name.text, size: 0, root: MerkleTree.emptyRoot)
            }
            let verifier = try CheckpointVerifier(origin: key.name.text, logKeys: [key])
            verdict = verifier.verify(try SignedNote(parsing: bytes))
        } catch {
            throw LogFault("its checkpoint is malformed: \(error.message)")
        }
        switch verdict {
        case .verified(let verified): return verified.checkpoint
        case .refused(let refusal): throw LogFault(CheckpointSentence.of(refusal))
        }
    }
}
