// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The addresses that the product may connect to on behalf of somebody's configuration.
///
/// Checked for the address that is really connected to, after name lookup: a name proves nothing about where it leads.
public struct OutboundAddresses: Sendable {
    /// Blocks allowed although they are not global.
    public let allowed: [AddressBlock]

    /// Global unicast addresses, and those in `allowed`.
    public init(allowing allowed: [AddressBlock] = []) { self.allowed = allowed }

    /// Why `address` may not be connected to: its class; nil when it may.
    public func refusal(of address: IPAddress) -> AddressClass? {
        let kind = address.addressClass
        if kind == .global || allowed.contains(where: { $0.contains(address) }) { return nil }
        return kind
    }
}
