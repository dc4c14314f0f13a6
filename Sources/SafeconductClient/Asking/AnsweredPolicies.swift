// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// By which policies the last answer was decided: sent back with the next question, so that operators see a point that
/// was answered under old ones.
final class AnsweredPolicies: Sendable {
    static let header = "Safeconduct-Policy"

    private let last = Mutex<String?>(nil)

    /// Notes what an answer carries; what is no such header is passed over.
    func note(_ value: String?) {
        guard let value, (1...128).contains(value.utf8.count), value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return
        }
        last.withLock { if $0 != value { $0 = value } }
    }

    /// The header field for the next question; none before the first answer.
    var fields: [(String, String)] { last.withLock { $0 }.map { [(Self.header, $0)] } ?? [] }
}
