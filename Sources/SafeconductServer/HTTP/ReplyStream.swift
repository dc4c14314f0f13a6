// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A body that is made while it is sent: for answers that have no end of their own.
///
/// The connection asks for more only when the last bytes have left, so nothing piles up for whoever reads slowly.
public struct ReplyStream: Sendable {
    /// The next bytes, once there are any; nil at the end. The task that asks is cancelled when the connection ends.
    let next: @Sendable () async -> [UInt8]?

    /// A body of what `next` gives.
    public init(_ next: @escaping @Sendable () async -> [UInt8]?) { self.next = next }
}
