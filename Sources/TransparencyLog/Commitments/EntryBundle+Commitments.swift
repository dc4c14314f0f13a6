// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension EntryBundle {
    /// Bundles commitments. Throws `.tile` unless there are 1 to 256.
    public init(commitments: [LeafCommitment]) throws(TransparencyLogError) {
        try self.init(entries: commitments.map(\.entry))
    }

    /// The entries as commitments. Throws `.tile` when one is not exactly 32 bytes.
    public func commitments() throws(TransparencyLogError) -> [LeafCommitment] {
        var commitments: [LeafCommitment] = []
        commitments.reserveCapacity(entries.count)
        for entry in entries {
            guard let commitment = LeafCommitment(entry: entry) else {
                throw TransparencyLogError(.tile, "an entry of this bundle is not a commitment of 32 bytes")
            }
            commitments.append(commitment)
        }
        return commitments
    }
}
