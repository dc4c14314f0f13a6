// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import JOSE
import Synchronization
import WorkloadIdentity

@testable import Safeconduct

/// Documents as a test says, without a network; counts what is asked for.
final class ScriptedDocuments: DocumentSource {
    typealias Script = @Sendable (_ url: String, _ before: Int) async -> Result<OutboundAnswer, OutboundFailure>

    private let asked = Mutex<[OutboundRequest]>([])
    private let script: Mutex<Script>

    init(_ script: @escaping Script) { self.script = Mutex(script) }

    /// Answers every question with this text.
    convenience init(always text: String) { self.init { _, _ in .text(text) } }

    /// The questions so far.
    var requests: [OutboundRequest] { asked.withLock { $0 } }
    /// How many questions there were so far.
    var count: Int { requests.count }

    /// Answers otherwise from now on.
    func change(_ script: @escaping Script) { self.script.withLock { $0 = script } }

    func document(_ request: OutboundRequest) async -> Result<OutboundAnswer, OutboundFailure> {
        let before = asked.withLock { asked in
            asked.append(request)
            return asked.count - 1
        }
        let script = script.withLock { $0 }
        return await script(request.location.description, before)
    }
}

extension Result where Success == OutboundAnswer, Failure == OutboundFailure {
    static func text(_ text: String, cacheControl: String? = nil) -> Self {
        .success(OutboundAnswer(body: Array(text.utf8), cacheControl: cacheControl))
    }

    static let down = Self.failure(OutboundFailure(.unreachable, "down"))
}

/// A clock that stands still until a test moves it.
final class StandingClock: Sendable {
    private let moment = Mutex(ContinuousClock.now)

    var now: @Sendable () -> ContinuousClock.Instant {
        { [self] in moment.withLock { $0 } }
    }

    func advance(_ duration: Duration) { moment.withLock { $0 = $0.advanced(by: duration) } }
}

/// Holds tasks until it is opened, or until they are cancelled.
final class AsyncGate: Sendable {
    private let pending = Mutex<(isOpen: Bool, waiting: [PendingAnswer<Bool>])>((false, []))

    /// How many are held.
    var held: Int { pending.withLock { $0.waiting.count } }

    func wait() async {
        let answer = PendingAnswer<Bool>()
        let isOpen = pending.withLock { pending in
            if !pending.isOpen { pending.waiting.append(answer) }
            return pending.isOpen
        }
        if !isOpen { _ = await answer.wait() }
    }

    func open() {
        let waiting = pending.withLock { pending in
            let waiting = pending.waiting
            pending = (true, [])
            return waiting
        }
        for answer in waiting { answer.give(true) }
    }
}

enum TestKeys {
    /// A JWK Set of new P-256 keys with these ids.
    static func set(_ ids: String...) -> String { set(ids) }

    static func set(_ ids: [String]) -> String {
        let keys = ids.map { id in
            let point = P256.Signing.PrivateKey().publicKey.x963Representation.dropFirst()
            return
                #"{"kty":"EC","crv":"P-256","kid":"\#(id)","x":"\#(url(point.prefix(32)))","y":"\#(url(point.suffix(32)))"}"#
        }
        return #"{"keys":[\#(keys.joined(separator: ","))]}"#
    }

    private static func url(_ bytes: Data) -> String {
        let text = bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        return text.replacing("=", with: "")
    }
}

extension IssuerKeys {
    /// The ids of an issuer's keys, or the code of the failure after an exclamation mark.
    func ids(_ issuer: String, at location: String? = nil, kid: String? = nil) async throws -> [String] {
        let url = try IssuerURL(issuer, allowingLoopbackHTTP: true)
        switch try await keys(of: url, at: location.map { try HTTPLocation($0) }, keyID: kid) {
        case .success(let set): return set.keys.compactMap(\.keyID)
        case .failure(let failure): return ["!\(failure.code)"]
        }
    }
}
