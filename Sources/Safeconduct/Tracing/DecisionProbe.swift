// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Synchronization

/// Notes when a decision came to the end of each of its stages. A question carries one only when its trace is recorded.
public final class DecisionProbe: Sendable {
    enum Stage {
        case verified
        case evaluated
        case recorded
    }

    /// When it was made: monotonic nanoseconds, as all times here.
    public let began = NIODeadline.now().uptimeNanoseconds
    private let verifiedAt = Atomic<UInt64>(0)
    private let evaluatedAt = Atomic<UInt64>(0)
    private let recordedAt = Atomic<UInt64>(0)

    /// A probe whose first stage begins now.
    public init() {}

    /// When it was known who calls; 0 when the decision did not get there.
    public var verified: UInt64 { verifiedAt.load(ordering: .relaxed) }
    /// When the policies had been asked; 0 when they were not.
    public var evaluated: UInt64 { evaluatedAt.load(ordering: .relaxed) }
    /// When the leaf was durable; 0 when none was written.
    public var recorded: UInt64 { recordedAt.load(ordering: .relaxed) }

    /// A stage has ended. A decision that is made again counts by its last time.
    func mark(_ stage: Stage) {
        let now = NIODeadline.now().uptimeNanoseconds
        switch stage {
        case .verified: verifiedAt.store(now, ordering: .relaxed)
        case .evaluated: evaluatedAt.store(now, ordering: .relaxed)
        case .recorded: recordedAt.store(now, ordering: .relaxed)
        }
    }
}
