// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import TransparencyLog

extension StoreError {
    /// What an error of the layers below means for the caller; a ``StoreError`` stays itself.
    ///
    /// Only SQLite's own sentence is taken over: the SQL and its arguments may hold stored contents.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as DatabaseError:
            self.init(Self.code(of: error), "SQLite: \(error.message ?? "code \(error.extendedResultCode.rawValue)")")
        case is RowDecodingError:
            self.init(.corrupt, "a stored value has another type than its column")
        case let error as TransparencyLogError:
            self.init(.corrupt, "the stored log does not fit together: \(error.message)")
        default:
            self.init(.unavailable, "the store failed")
        }
    }

    /// What an error of the layers below means, and in which file: for one of SQLite's own, which names none.
    init(_ error: any Error, in file: String) {
        let plain = StoreError(error)
        self.init(plain.code, error is DatabaseError ? "\(file): \(plain.message)" : plain.message)
    }

    /// Why a file could not be opened, and what to do when it is damaged.
    init(opening file: String, _ error: any Error) {
        let plain = StoreError(error)
        let remedy =
            switch (plain.code, file) {
            case (.corrupt, "replay.db"):
                ". Stop all nodes and move it away: a new one is made, and one-time tokens from before count no more"
            case (.corrupt, "leases.db"):
                ". Stop all nodes and move it away: it is made anew from the evidence"
            case (.corrupt, _): ". Keep a copy of the directory, then restore a backup"
            default: ""
            }
        self.init(plain.code, "\(file): \(plain.message)\(remedy)")
    }

    private static func code(of error: DatabaseError) -> Code {
        // A file cut short shows as a read that came up short, not as a corrupt page.
        if error.extendedResultCode == .SQLITE_IOERR_SHORT_READ { return .corrupt }
        // The index beside the write-ahead log could not be made larger.
        if error.extendedResultCode == .SQLITE_IOERR_SHMSIZE { return .full }
        return switch error.resultCode {
        case .SQLITE_FULL: .full
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
        // A missing table or column, or a row in the way of a new one: somebody else wrote this file.
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_CONSTRAINT: .corrupt
        case .SQLITE_TOOBIG: .range
        default: .unavailable
        }
    }
}
