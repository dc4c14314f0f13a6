// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import Synchronization
import WorkloadIdentity

@testable import Safeconduct

/// The keys of issuers as a test says, without a network; counts what it is asked for.
final class ScriptedKeys: KeySource {
    typealias Answer = Result<JWKSet, KeyFailure>

    private let answers = Mutex<[String: Answer]>([:])
    private let asked = Mutex(0)
    private let meanwhile = Mutex<(@Sendable () async -> Void)?>(nil)

    /// How often keys were asked for.
    var count: Int { asked.withLock { $0 } }

    func set(_ keys: [SigningKey], of issuer: String) {
        answers.withLock { $0[issuer] = .success(JWKSet(keys.map(\.verificationKey))) }
    }

    func fail(_ issuer: String, code: String) {
        answers.withLock { $0[issuer] = .failure(KeyFailure(code: code, message: "as the test says")) }
    }

    /// Runs `work` once while the next caller waits for its answer.
    func whileFetching(_ work: @escaping @Sendable () async -> Void) { meanwhile.withLock { $0 = work } }

    func keys(of issuer: IssuerURL, at location: HTTPLocation?, keyID: String?) async -> Answer {
        asked.withLock { $0 += 1 }
        let work = meanwhile.withLock { work in
            defer { work = nil }
            return work
        }
        await work?()
        return answers.withLock { $0[issuer.description] }
            ?? .failure(KeyFailure(code: "issuer_unreachable", message: "nobody is there"))
    }
}
