// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import WorkloadIdentity

@testable import Safeconduct

/// Names with the addresses that a test gives them; each question may get another answer.
final class FixedNames: NameResolver {
    private let answers: @Sendable (String, Int) -> [String]
    private let asked = Mutex<[String]>([])

    /// The names asked for so far.
    var questions: [String] { asked.withLock { $0 } }

    /// - Parameter answers: The addresses for a name, and how many questions came before.
    init(_ answers: @escaping @Sendable (String, Int) -> [String]) { self.answers = answers }

    convenience init(_ table: [String: [String]]) { self.init { name, _ in table[name] ?? [] } }

    func addresses(of name: String) async -> Result<[IPAddress], OutboundFailure> {
        let before = asked.withLock { asked in
            asked.append(name)
            return asked.count - 1
        }
        return .success(answers(name, before).compactMap { IPAddress($0) })
    }
}

/// A name server that never answers.
struct SilentNames: NameResolver {
    func addresses(of name: String) async -> Result<[IPAddress], OutboundFailure> {
        await PendingAnswer<Result<[IPAddress], OutboundFailure>>().wait() ?? .failure(.cancelled)
    }
}

extension OutboundAddresses {
    /// Public addresses and those of this machine.
    static func withLoopback() throws -> OutboundAddresses {
        try OutboundAddresses(allowing: [AddressBlock("127.0.0.0/8"), AddressBlock("::1/128")])
    }
}

extension GuardedClient {
    /// The body at a URL, as text.
    func text(_ url: String, allowingLoopbackHTTP: Bool = true) async throws -> Result<String, OutboundFailure> {
        let request = try OutboundRequest(
            location: HTTPLocation(url),
            allowingLoopbackHTTP: allowingLoopbackHTTP
        )
        return await document(request).map { String(decoding: $0.body, as: UTF8.self) }
    }
}

extension Result where Failure == OutboundFailure {
    /// The name of the failure; nil for a success.
    var failureName: String? {
        guard case .failure(let failure) = self else { return nil }
        return failure.code.name
    }
}
