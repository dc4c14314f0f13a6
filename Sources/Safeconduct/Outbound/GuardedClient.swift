// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import NIOSSL
internal import WorkloadIdentity

/// The one way out: every outbound call of the product goes through it.
///
/// It connects only to addresses that the operator allows. It looks the name up itself, once, refuses the name when
/// *any* of its addresses is not allowed (a name that leads to the inside and the outside is a rebinding attack or a
/// mistake, and picking one would leave it to the attacker which), and connects to the address it checked. It follows
/// no redirect, uses no proxy, unpacks nothing, sends no credential, and bounds each exchange in time and bytes.
/// Any port may be named: issuers listen where they like, and the address is what decides.
struct GuardedClient: DocumentSource {
    private let addresses: OutboundAddresses
    private let limits: OutboundLimits
    private let names: any NameResolver
    private let turns: OutboundTurns
    private let tls: Result<NIOSSLContext, OutboundFailure>

    /// - Parameters:
    ///   - addresses: Where it may connect to.
    ///   - roots: Who vouches for servers. Read once: a change of the machine's roots counts from the next start.
    ///   - limits: What an exchange may cost.
    ///   - names: Who knows the addresses of names.
    init(
        addresses: OutboundAddresses,
        roots: TrustedRoots = .system,
        limits: OutboundLimits = .standard,
        names: any NameResolver = SystemNames.shared
    ) {
        self.addresses = addresses
        self.limits = limits
        self.names = names
        turns = OutboundTurns(limits: limits)
        do {
            tls = .success(try roots.makeContext())
        } catch {
            tls = .failure(OutboundFailure(.tls, "the machine's certificate authorities can't be read"))
        }
    }

    func document(_ request: OutboundRequest) async -> Result<OutboundAnswer, OutboundFailure> {
        let time = min(request.within, limits.time)
        guard time > .zero else { return .failure(Self.timeout) }
        // Every step of an exchange ends at once when its task is cancelled, so the deadline is a race.
        return await withTaskGroup(of: Result<OutboundAnswer, OutboundFailure>.self) { race in
            race.addTask { await exchange(request) }
            race.addTask {
                do {
                    try await Task.sleep(for: time)
                } catch {
                    return .failure(.cancelled)
                }
                return .failure(Self.timeout)
            }
            let first = await race.next()
            race.cancelAll()
            return first ?? .failure(.cancelled)
        }
    }

    private func exchange(_ request: OutboundRequest) async -> Result<OutboundAnswer, OutboundFailure> {
        let location = request.location
        let host = "\(location.host) \(location.port)"
        if case .failure(let failure) = await turns.begin(host) { return .failure(failure) }
        defer { turns.end(host) }
        let context: NIOSSLContext?
        switch location.isSecure ? tls.map(Optional.some) : .success(nil) {
        case .success(let tls): context = tls
        case .failure(let failure): return .failure(failure)
        }
        let allowed: [IPAddress]
        switch await checkedAddresses(request) {
        case .success(let addresses): allowed = addresses
        case .failure(let failure): return .failure(failure)
        }
        let exchange = HTTPExchange(request: request, tls: context, limits: limits)
        var last = OutboundFailure(.unreachable, "the host's name has no address")
        for address in allowed.prefix(limits.attempts) {
            let result = await exchange.run(at: address)
            // Only where nothing answered is the next address worth asking.
            guard case .failure(let failure) = result, failure.code == .unreachable else { return result }
            last = failure
        }
        return .failure(last)
    }

    /// The addresses of a location, when all of them may be connected to.
    private func checkedAddresses(_ request: OutboundRequest) async -> Result<[IPAddress], OutboundFailure> {
        let location = request.location
        guard location.isSecure || (request.allowingLoopbackHTTP && location.isLoopback) else {
            return .failure(OutboundFailure(.refusedAddress, "plain 'http' is only for loopback, where it is allowed"))
        }
        let found: [IPAddress]
        if let address = location.address {
            found = [address]
        } else {
            switch await names.addresses(of: location.host) {
            case .success(let addresses): found = addresses
            case .failure(let failure): return .failure(failure)
            }
        }
        guard found.count <= limits.addresses else {
            return .failure(OutboundFailure(.refusedAddress, "the host's name has too many addresses"))
        }
        for address in found {
            if let kind = refusal(of: address, secure: location.isSecure) {
                return .failure(
                    OutboundFailure(
                        .refusedAddress,
                        "the host leads to an address of class '\(kind.rawValue)', which outbound calls may not go to"
                    )
                )
            }
        }
        return .success(found)
    }

    /// Why an address may not be connected to; nil when it may.
    ///
    /// Whoever admitted plain `http` on loopback has thereby allowed the loopback addresses for it, and no others.
    private func refusal(of address: IPAddress, secure: Bool) -> AddressClass? {
        if secure { return addresses.refusal(of: address) }
        return address.addressClass == .loopback ? nil : address.addressClass
    }

    private static let timeout = OutboundFailure(.timeout, "the exchange took too long")
}
