// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import JOSE
internal import Synchronization
internal import WorkloadIdentity

/// The keys of issuers, fetched through the guarded client and remembered.
///
/// All callers of one issuer share one fetch, which no caller's going away ends; a fetch of one issuer stands in
/// nobody else's way. Failures are remembered, longer each time, so that a dead issuer costs nothing. While an issuer
/// can't be asked its last keys count for up to an hour after they were fetched (stale-if-error): a shorter outage of
/// an issuer is then none here, and a key that it has withdrawn is honoured no longer than `max-age` would allow
/// anyway.
final class IssuerKeys: KeySource {
    private let outbound: any DocumentSource
    private let limits: IssuerKeysLimits
    private let now: @Sendable () -> IssuerRecord.Moment
    private let table: Mutex<IssuerTable>

    /// - Parameters:
    ///   - outbound: Fetches the documents of issuers.
    ///   - limits: How long keys are used and what they may cost.
    ///   - now: A clock that never goes back.
    init(
        outbound: any DocumentSource,
        limits: IssuerKeysLimits = .standard,
        now: @escaping @Sendable () -> IssuerRecord.Moment = { ContinuousClock.now }
    ) {
        self.outbound = outbound
        self.limits = limits
        self.now = now
        table = Mutex(IssuerTable(limits: limits))
    }

    /// How many issuers and how many of their keys are remembered.
    var remembered: (issuers: Int, keys: Int) { table.withLock { ($0.count, $0.keyCount) } }

    func keys(
        of issuer: IssuerURL,
        at location: HTTPLocation?,
        keyID: String?
    ) async -> Result<JWKSet, KeyFailure> {
        let key = IssuerTable.Key(issuer: issuer, location: location)
        let plan = table.withLock { makePlan(for: key, keyID, &$0) }
        if plan.startsFetch {
            // Belongs to all who will wait for it, so it is not a child of the first of them.
            let trace = TraceContext.current?.child()
            Task.detached { [self] in await fetch(key, trace) }
        }
        switch plan.answer {
        case .now(let answer): return answer
        case .later(let answer, let number):
            if let outcome = await answer.wait() { return outcome }
            table.withLock { table in
                if table.has(key) { _ = table.update(key) { $0.waiting?[number] = nil } }
            }
            return .failure(.cancelled)
        }
    }

    private struct Plan {
        enum Answer {
            case now(IssuerRecord.Answer)
            case later(PendingAnswer<IssuerRecord.Answer>, number: Int)
        }

        let answer: Answer
        var startsFetch = false
    }

    private func makePlan(for key: IssuerTable.Key, _ keyID: String?, _ table: inout IssuerTable) -> Plan {
        let moment = now()
        let number = table.nextNumber()
        let plan = table.update(key) { entry in
            let isFetching = entry.waiting != nil
            switch entry.record.step(for: keyID, at: moment, isFetching: isFetching) {
            case .answer(let answer): return Plan(answer: .now(answer))
            case .answerAndFetch(let answer):
                entry.waiting = entry.waiting ?? [:]
                return Plan(answer: .now(answer), startsFetch: !isFetching)
            case .fetch:
                guard (entry.waiting?.count ?? 0) < limits.waitersPerIssuer else {
                    return Plan(answer: .now(.failure(.busy)))
                }
                let answer = PendingAnswer<IssuerRecord.Answer>()
                entry.waiting = entry.waiting ?? [:]
                entry.waiting?[number] = IssuerTable.Waiter(keyID: keyID, answer: answer)
                return Plan(answer: .later(answer, number: number), startsFetch: !isFetching)
            }
        }
        return plan ?? Plan(answer: .now(.failure(.busy)))
    }

    private func fetch(_ key: IssuerTable.Key, _ trace: TraceContext?) async {
        let fetched = await TraceContext.$current.withValue(trace) { await self.fetched(key) }
        let moment = now()
        let told = table.withLock { table in
            table.update(key) { entry in
                switch fetched {
                case .success(let found): entry.record.succeeded(found.keys, lifetime: found.lifetime, at: moment)
                case .failure(let failure): entry.record.failed(failure, at: moment)
                }
                let waiting = entry.waiting?.values.map { $0 } ?? []
                entry.waiting = nil
                return waiting.map { ($0.answer, entry.record.outcome(for: $0.keyID, at: moment)) }
            }
        }
        for (answer, outcome) in told ?? [] { answer.give(outcome) }
    }

    /// Asks the issuer: the discovery document when it is not known where the keys are, then the keys.
    private func fetched(_ key: IssuerTable.Key) async -> Result<(keys: IssuerKeySet, lifetime: Int?), KeyFailure> {
        let began = now()
        // An issuer without TLS is one that configuration accepted on loopback; its documents may be there, too.
        let isLocal = !key.issuer.location.isSecure
        do throws(KeyFailure) {
            let location: HTTPLocation
            if let known = key.location {
                location = known
            } else {
                let document = try await document(
                    at: discovery(of: key.issuer),
                    "the discovery document",
                    isLocal: isLocal,
                    since: began
                )
                do throws(WorkloadIdentityError) {
                    let body = document.body
                    location = try DiscoveryDocument(parsing: body, for: key.issuer, allowingLoopbackHTTP: isLocal).keys
                } catch {
                    throw KeyFailure(error)
                }
            }
            let document = try await document(at: location, "the key set", isLocal: isLocal, since: began)
            do throws(JOSEError) {
                let keys = IssuerKeySet(try JWKSet(parsing: document.body))
                return .success((keys, CacheLifetime.seconds(document.cacheControl)))
            } catch {
                throw KeyFailure(error)
            }
        } catch {
            return .failure(error)
        }
    }

    private func discovery(of issuer: IssuerURL) throws(KeyFailure) -> HTTPLocation {
        do throws(WorkloadIdentityError) {
            return try HTTPLocation(issuer.discoveryLocation)
        } catch {
            throw KeyFailure(error)
        }
    }

    private func document(
        at location: HTTPLocation,
        _ name: String,
        isLocal: Bool,
        since began: IssuerRecord.Moment
    ) async throws(KeyFailure) -> OutboundAnswer {
        let request = OutboundRequest(
            location: location,
            accepting: "application/json, application/jwk-set+json",
            allowingLoopbackHTTP: isLocal,
            within: limits.fetchTime - began.duration(to: now()),
            trace: TraceContext.current
        )
        switch await outbound.document(request) {
        case .success(let answer): return answer
        case .failure(let failure): throw KeyFailure(failure, fetching: "\(name) of the issuer")
        }
    }
}
