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
    /// The numbers that nodes may have.
    public static let nodes: ClosedRange<UInt16> = 1...LogOrigins.slots
    /// The number of this node, from 1: each process that uses one store has a number of its own.
    public var node: UInt16
    /// Addresses beyond public unicast that outbound calls may go to.
    public var outbound: OutboundAddresses
    /// Whether issuers on loopback addresses may use plain http.
    public var allowingLoopbackHTTP: Bool
    /// Whether operators may present bearer tokens: for the one of `dev`, whose token never leaves its machine.
    public var allowingOperatorTokens: Bool
    /// How long a permitted call may take to be told what came of it before that counts as unknown, in milliseconds.
    public var outcomeWindow: Int64
    /// How long token keys sign, and how they overlap.
    public var tokenKeys: TokenKeyTimes
    /// The issuer of the tokens that are issued here: the server's public URL without a final slash (RFC 8414 section 2).
    /// Empty where it is known only once the server listens: ``Engine/issuerURL``.
    public var issuerURL: String
    /// How long tokens that are issued here live.
    public var tokens: TokenLifetimes
    /// Whether client assertions may name the endpoint called as their audience, as RFC 7523 section 3 has it, and not
    /// this server's issuer alone, as its revision does.
    public var allowingLegacyAudiences: Bool
    /// Whether a store without a control log is given one; otherwise it is refused. A new control plane knows nobody and
    /// revokes nothing, so nobody should get one by mistake.
    public var mayBegin: Bool
    /// Reads the machine's clocks.
    public var readClock: @Sendable () -> TrustClock.Reading

    /// A configuration of the given members.
    public init(
        origin: String? = nil,
        outbound: OutboundAddresses = OutboundAddresses(),
        allowingLoopbackHTTP: Bool = false,
        allowingOperatorTokens: Bool = true,
        outcomeWindow: Int64 = 300_000,
        tokenKeys: TokenKeyTimes = TokenKeyTimes(),
        issuerURL: String = "",
        tokens: TokenLifetimes = TokenLifetimes(),
        allowingLegacyAudiences: Bool = true,
        mayBegin: Bool = true,
        readClock: @escaping @Sendable () -> TrustClock.Reading = MachineClock.readMachine,
        node: UInt16 = 1
    ) {
        self.origin = origin
        self.node = node
        self.outbound = outbound
        self.allowingLoopbackHTTP = allowingLoopbackHTTP
        self.allowingOperatorTokens = allowingOperatorTokens
        self.outcomeWindow = outcomeWindow
        self.tokenKeys = tokenKeys
        self.issuerURL = issuerURL
        self.tokens = tokens
        self.allowingLegacyAudiences = allowingLegacyAudiences
        self.mayBegin = mayBegin
        self.readClock = readClock
    }
}
