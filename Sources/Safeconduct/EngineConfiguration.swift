// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel
public import WorkloadIdentity

/// What an operator decides about an engine.
public struct EngineConfiguration: Sendable {
    /// What stands before `/control` in the control log's origin, when the log is made: a domain and path that the
    /// operator owns, without a scheme. Nil makes one up that is unique and says `local`.
    public var origin: String?
    /// The number of this node, from 1: each process that uses one store has a number of its own.
    public var node: UInt16
    /// Addresses beyond public unicast that outbound calls may go to.
    public var outbound: OutboundAddresses
    /// Whether issuers on loopback addresses may use plain http.
    public var allowingLoopbackHTTP: Bool
    /// Reads the machine's clocks.
    public var readClock: @Sendable () -> TrustClock.Reading

    /// A configuration of the given members.
    public init(
        origin: String? = nil,
        outbound: OutboundAddresses = OutboundAddresses(),
        allowingLoopbackHTTP: Bool = false,
        readClock: @escaping @Sendable () -> TrustClock.Reading = MachineClock.readMachine,
        node: UInt16 = 1
    ) {
        self.origin = origin
        self.node = node
        self.outbound = outbound
        self.allowingLoopbackHTTP = allowingLoopbackHTTP
        self.readClock = readClock
    }
}
