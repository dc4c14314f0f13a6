// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// How many bytes of explanations the answers of one request may still hold: each may be long, and a batch has many.
///
/// One for a request, however its questions are asked and however often: what was told of a decision that is made again
/// was made, too.
public final class ReasonsAllowance: Sendable {
    /// What the answers of one request hold together.
    static let bytes = 4 << 20

    private let spent = Mutex(0)

    /// An allowance of which nothing is spent.
    public init() {}

    /// Whether another explanation is worth making.
    var hasMore: Bool { spent.withLock { $0 < Self.bytes } }

    /// Whether an explanation of so many bytes is told. The first one of a request always is: nobody could ask for less.
    func take(_ count: Int) -> Bool {
        spent.withLock { spent in
            let isFirst = spent == 0
            spent += count
            return isFirst || spent <= Self.bytes
        }
    }
}
