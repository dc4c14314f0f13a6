// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import TrustModel

extension Engine {
    /// Whether a caller that was admitted at a revision would still be: for answers that go on after their request.
    ///
    /// - Parameter since: The revision at which it was admitted; a cut after it ends what the caller presented, also
    ///   where that has no id here.
    func stillAdmits(_ caller: SafeconductServer.Caller, since rev: UInt64) -> Bool {
        let state = view.state
        guard let holder = ObjectID(caller.id), state.summary(of: holder)?.isLive(at: now()) == true else {
            return false
        }
        // Who may not read any more reads no further.
        if holder.kind == .operator, denial(of: holder, reading: "feed") != nil { return false }
        if let id = ObjectID(caller.credential) { return counts(credential: id) }
        let facts = CredentialFacts(origin: .registered(id: holder, rev: rev), holder: holder)
        switch state.revocations.standing(of: facts) {
        case .good: return true
        case .cut: return false
        // A hold on everything stops calls and leaves operators their levers.
        case .held(let hold): return holder.kind == .operator && state.holds[hold]?.object.scope.kind == .all
        }
    }
}
