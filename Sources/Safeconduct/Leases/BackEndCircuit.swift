// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// Keeps from asking a back end that does not answer: after each failure in a row it is left alone for longer.
struct BackEndCircuit: Sendable {
    /// Failures in a row.
    private(set) var failures: Int64 = 0
    /// Until when it is left alone.
    private(set) var openUntil: Timestamp?
    /// Why it failed last.
    private(set) var lastError: String?

    /// Whether it may be asked.
    func admits(_ now: Timestamp) -> Bool { openUntil.map { $0 <= now } ?? true }

    /// It answered.
    mutating func succeeded() {
        failures = 0
        openUntil = nil
        lastError = nil
    }

    /// It did not.
    mutating func failed(_ code: String, at now: Timestamp, using generator: inout some RandomNumberGenerator) {
        failures += 1
        lastError = code
        openUntil = now.advanced(byMilliseconds: Self.pause(failures, longest: 60_000, using: &generator))
    }

    /// How long to wait after so many failures: twice as long each time, at most `longest` milliseconds, less a random
    /// part of up to a half, so that what failed together does not come back together.
    static func pause(_ failures: Int64, longest: Int64, using generator: inout some RandomNumberGenerator) -> Int64 {
        let whole = min(longest, 500 << min(max(failures, 0), 20))
        return whole - Int64.random(in: 0...whole / 2, using: &generator)
    }
}

/// How a back end is, for whoever looks.
public struct BackEndHealth: Sendable, Equatable {
    /// Which.
    public let backEnd: ObjectID
    /// Failures in a row.
    public let failures: Int64
    /// Until when it is left alone; nil when it answers.
    public let leftAloneUntil: Timestamp?
    /// Why it failed last.
    public let lastError: String?
    /// Whether what it has was compared with what is recorded since the log's present generation began.
    public let isReconciled: Bool
}
