// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE

/// What is remembered about one issuer, and what follows from it: plain values, without waiting and without clocks.
struct IssuerRecord {
    /// A moment on a clock that never goes back.
    typealias Moment = ContinuousClock.Instant
    typealias Answer = Result<JWKSet, KeyFailure>

    /// What to do for a caller.
    enum Step {
        /// Answer at once.
        case answer(Answer)
        /// Answer at once, and ask the issuer meanwhile.
        case answerAndFetch(Answer)
        /// Wait for the issuer's answer.
        case fetch
    }

    private let limits: IssuerKeysLimits
    private(set) var keys: IssuerKeySet?
    // Fresh keys are fetched again a little ahead of their end, so that nobody has to wait for it.
    private var refreshFrom: Moment?
    private var freshUntil: Moment?
    private var staleUntil: Moment?
    private var failure: KeyFailure?
    private var failures = 0
    private var quietUntil: Moment?
    private var searchFrom: Moment?

    init(limits: IssuerKeysLimits) { self.limits = limits }

    /// What to do for a caller whose token names `keyID`.
    ///
    /// A flood of tokens with made-up key ids makes one fetch in each ``IssuerKeysLimits/searchPause`` and delays only
    /// itself: a caller whose key is at hand never waits.
    ///
    /// - Parameters:
    ///   - keyID: The `kid` of the token, nil when it has none.
    ///   - now: The time.
    ///   - isFetching: Whether the issuer is being asked already.
    mutating func step(for keyID: String?, at now: Moment, isFetching: Bool) -> Step {
        let mayAsk = quietUntil.map { now >= $0 } ?? true
        guard let keys, isUsable(at: now) else {
            if let failure, !mayAsk, !isFetching { return .answer(.failure(failure)) }
            return .fetch
        }
        guard keys.has(keyID) else { return search(keys, now, mayAsk: mayAsk, isFetching: isFetching) }
        if isFresh(at: now) {
            let isDue = refreshFrom.map { now >= $0 } ?? false
            return isDue && mayAsk && !isFetching ? .answerAndFetch(.success(keys.set)) : .answer(.success(keys.set))
        }
        // The first caller after the end asks and waits. Once that has failed, nobody waits for this issuer again as
        // long as the old keys count.
        if failures == 0 { return .fetch }
        return mayAsk && !isFetching ? .answerAndFetch(.success(keys.set)) : .answer(.success(keys.set))
    }

    private mutating func search(_ keys: IssuerKeySet, _ now: Moment, mayAsk: Bool, isFetching: Bool) -> Step {
        if isFetching { return .fetch }
        guard mayAsk else { return .answer(failure.map { .failure($0) } ?? .success(keys.set)) }
        guard isFresh(at: now) else { return .fetch }
        if let searchFrom, now < searchFrom { return .answer(.success(keys.set)) }
        searchFrom = now.advanced(by: limits.searchPause)
        return .fetch
    }

    /// What a caller who waited is told after ``succeeded(_:lifetime:at:)`` or ``failed(_:at:)``.
    func outcome(for keyID: String?, at now: Moment) -> Answer {
        if let keys, isUsable(at: now), failure == nil || keys.has(keyID) { return .success(keys.set) }
        return .failure(failure ?? .cancelled)
    }

    /// The issuer answered.
    ///
    /// - Parameters:
    ///   - keys: Its keys.
    ///   - seconds: How long it says they are fresh; nil when it does not say.
    ///   - now: The time.
    mutating func succeeded(_ keys: IssuerKeySet, lifetime seconds: Int?, at now: Moment) {
        let said = seconds.map { Duration.seconds($0) } ?? limits.usualLifetime
        let lifetime = min(max(said, limits.shortestLifetime), limits.longestLifetime)
        self.keys = keys
        refreshFrom = now.advanced(by: lifetime * 4 / 5)
        freshUntil = now.advanced(by: lifetime)
        staleUntil = now.advanced(by: limits.staleLifetime)
        failure = nil
        failures = 0
        quietUntil = nil
    }

    /// The issuer did not answer, or nothing usable.
    mutating func failed(_ failure: KeyFailure, at now: Moment) {
        self.failure = failure
        // A lack of room here is not held against the issuer.
        failures = failure.isOurs ? max(failures, 1) : min(failures + 1, 32)
        let pause = failure.isOurs ? limits.firstPause : limits.firstPause * (1 << (failures - 1))
        quietUntil = now.advanced(by: min(pause, limits.longestPause))
        if !isUsable(at: now) { keys = nil }
    }

    private func isFresh(at now: Moment) -> Bool { freshUntil.map { now < $0 } ?? false }

    /// Whether the keys count: while fresh, and up to the end of the stale time when the issuer can't be asked.
    private func isUsable(at now: Moment) -> Bool { isFresh(at: now) || (staleUntil.map { now < $0 } ?? false) }
}
