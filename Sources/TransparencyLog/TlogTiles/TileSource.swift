// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where hash tiles come from: a database, files, a server.
public protocol TileSource {
    /// What reading may throw.
    associatedtype Failure: Error

    /// The tile at `address`. A wider tile of the same level and index may stand in for a partial one.
    mutating func tile(at address: TileAddress) throws(Failure) -> HashTile
}

/// Why a hash could not be read from tiles.
public enum TileReadFailure<SourceFailure: Error>: Error {
    /// The source of tiles failed.
    case source(SourceFailure)
    /// The source gave another tile than the one asked for, or the tree of this size does not have the hash.
    case tree(TransparencyLogError)
}
