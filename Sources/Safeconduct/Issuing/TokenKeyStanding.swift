// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// What a token key is for at a moment.
public enum TokenKeyStanding: String, Sendable, CaseIterable {
    /// Published, so that everybody knows it when it signs.
    case announced
    /// It signs.
    case signing
    /// It signs no more; what it signed counts.
    case accepted
    /// Nothing counts that it signed: its time is over, or it was cut.
    case ended
}

extension Engine {
    /// What a token key is for now.
    public func standing(of record: Record<TokenKey>) -> TokenKeyStanding {
        let (state, now) = (view.state, now())
        guard state.liveTokenKeys(at: now).contains(where: { $0.object.id == record.object.id }) else { return .ended }
        if record.object.signsFrom > now { return .announced }
        return state.signingTokenKey(at: now)?.object.id == record.object.id ? .signing : .accepted
    }
}
