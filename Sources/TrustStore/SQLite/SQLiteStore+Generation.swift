// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import TransparencyLog

extension SQLiteStore {
    /// Lets the control log go on under another origin and key, from where it stands. Its old checkpoint must verify
    /// with the old key first.
    ///
    /// - Throws: ``StoreError``; `.corrupt` when the log was signed by another key than `old`, or contradicts itself.
    public func renewControl(from old: VerifierKey, to new: NoteSigner) throws(StoreError) {
        try control.write { db in
            let stored = try SQLiteHead.read(db)
            _ = try stored.tree(signedBy: old, in: db)
            let key = new.verifierKey
            let checkpoint = try Checkpoint(origin: key.name.text, size: stored.head.size, root: stored.head.root)
            try db.execute(
                literal: """
                    UPDATE head SET checkpoint = \(Data(try new.sign(checkpoint).bytes)), origin = \(key.name.text),
                    vkey = \(key.description)
                    """
            )
        }
    }
}
