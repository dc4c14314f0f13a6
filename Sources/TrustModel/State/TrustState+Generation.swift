// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

// A log that was restored from a backup may lack entries, and with them revocations: its new generation is believed in
// little until an operator says that everything is back (invariant 3).
extension TrustState {
    /// The generation of the log, from 1.
    public var generation: Int64 { opening?.generation ?? 1 }

    /// Whether an operator still has to confirm the generation: until then elevated operations are denied.
    public var isUnconfirmed: Bool { generation > confirmedGeneration }

    /// Whether `opening` may stand where the log is now.
    func follows(_ opening: LogOpening) -> Bool {
        guard size > 0 else { return opening.previous == nil }
        return opening.generation == generation + 1 && opening.previous != nil
            && opening.origin != self.opening?.origin
    }

    /// Whether this generation is the one that waits to be confirmed.
    func awaits(_ confirmed: Int64) -> Bool { isUnconfirmed && confirmed == generation }

    /// Sets the newest generation that an operator confirmed.
    mutating func setConfirmed(_ new: Int64) {
        if confirmedGeneration > 1 { digest.remove(Self.bytes(confirmed: confirmedGeneration)) }
        if new > 1 { digest.add(Self.bytes(confirmed: new)) }
        confirmedGeneration = new
    }

    private static func bytes(confirmed generation: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("confirmed_generation", generation)
        writer.endObject()
        return writer.bytes
    }
}
