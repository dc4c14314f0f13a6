// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What checking a Merkle proof came to.
public enum ProofVerdict: Sendable, Hashable {
    /// The proof holds.
    case valid
    /// The proof does not hold, because of the fault.
    case invalid(ProofFault)

    /// Whether the proof holds.
    public var isValid: Bool {
        self == .valid
    }
}

/// Why a Merkle proof does not hold.
public enum ProofFault: String, Sendable, Hashable {
    /// The leaf index is not below the tree size.
    case indexOutOfRange = "index_out_of_range"
    /// The old tree is said to be larger than the new one.
    case sizesOutOfOrder = "sizes_out_of_order"
    /// There are more or fewer hashes than these sizes need.
    case wrongLength = "wrong_length"
    /// The hashes lead to another root (of the old tree, in a consistency proof).
    case rootMismatch = "root_mismatch"
    /// The hashes lead to another root of the new tree.
    case newRootMismatch = "new_root_mismatch"
}
