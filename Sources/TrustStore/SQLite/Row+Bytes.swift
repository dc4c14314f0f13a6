// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TransparencyLog

extension Row {
    /// The blob at `index`, copied once; nil for NULL.
    func bytes(_ index: Int) throws -> [UInt8]? {
        // A zero-length blob may come as no data at all.
        if hasNull(atIndex: index) { return nil }
        return try withUnsafeData(atIndex: index) { data in data.map { Array($0) } ?? [] }
    }

    /// The 32 bytes at `index`; nil for NULL or another length.
    func hash(_ index: Int) throws -> Hash32? {
        try withUnsafeData(atIndex: index) { data in data.flatMap { Hash32(bytes: $0) } }
    }

    /// The non-negative number at `index`.
    func count(_ index: Int) throws -> UInt64 {
        guard let value = UInt64(exactly: try decode(Int64.self, atIndex: index)) else {
            throw StoreError(.corrupt, "a stored number is negative")
        }
        return value
    }
}
