// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import Synchronization
import TrustModel

/// Bounds how often links may be tried in vain, so that trying is seen and slow. Links that count are let through
/// before it, so nobody can keep an operator out by trying others.
final class EnrolmentThrottle: Sendable {
    private struct Bucket {
        var tokens: Double = EnrolmentThrottle.burst
        var at: Timestamp?
    }

    private static let burst = 20.0
    private static let perSecond = 2.0
    private let bucket = Mutex(Bucket())

    /// Whether another vain try may be answered; else it is told to wait.
    func take(at now: Timestamp) -> Bool {
        bucket.withLock { bucket in
            let passed = Double(max(0, now.milliseconds - (bucket.at ?? now).milliseconds)) / 1000
            bucket.at = now
            bucket.tokens = min(Self.burst, bucket.tokens + passed * Self.perSecond)
            guard bucket.tokens >= 1 else { return false }
            bucket.tokens -= 1
            return true
        }
    }
}
