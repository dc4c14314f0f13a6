// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustStore

extension Engine {
    /// Sets space aside on the disk for cuts and holds, which are then carried out even when the disk is full.
    ///
    /// Until that is possible no decision is recorded, and so none is given: evidence must not take the last room.
    public func keepReserve() async { _ = try? await blocking { self.store.keepReserve() } }

    /// Why decisions can't be recorded now, and so are not given; nil when they can.
    public var evidenceFault: EngineError? {
        store.reserve == .short ? EvidenceWriter.short : evidence.fault
    }

    /// Looks whether there is room again, when there was none: fills the space kept for cuts and writes what was counted
    /// meanwhile, which is the sign for everybody else to go on.
    public func recoverSpace() async {
        guard evidenceFault != nil else { return }
        await keepReserve()
        await flushRefusals()
    }
}
