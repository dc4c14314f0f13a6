// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TrustStore

extension StoreContract {
    func keepsSealedSecrets() throws {
        var generator = SeededGenerator(seed: seed)
        let sealed = try open().sealed
        // Two spellings of one character are two names.
        let names = ["", "a", "A", "a/202611", "caf\u{E9}", "cafe\u{301}", "nul\u{0}name", "x'; DROP TABLE names; --"]
        var kept: [(name: String, blob: [UInt8])] = []
        for (number, name) in names.enumerated() {
            try require(try sealed.read(name) == nil, "there is a secret before it was kept")
            let blob = generator.bytes([0, 1, 60, 5000][number % 4])
            try require(try sealed.insert(name, blob) == blob, "a new secret came back as another")
            kept.append((name, blob))
        }
        for sealed in [sealed, try open().sealed] {
            for (name, blob) in kept {
                try require(try sealed.read(name) == blob, "a secret was kept as another")
                try require(try sealed.insert(name, [1, 2, 3]) == blob, "a taken name was given away")
                try require(try sealed.read(name) == blob, "a taken name was overwritten")
            }
            try require(try sealed.read("b") == nil, "there is a secret that nobody kept")
        }
    }

    func sealsTheFirstOfTwo() throws {
        let (here, there) = (try open().sealed, try open().sealed)
        for round in 0..<20 {
            let mine = [UInt8(round), 1]
            let theirs = [UInt8(round), 2]
            let first = round % 2 == 0 ? mine : theirs
            let kept = [
                try (round % 2 == 0 ? here : there).insert("key/\(round)", first),
                try here.insert("key/\(round)", mine),
                try there.insert("key/\(round)", theirs),
            ]
            try require(kept == [first, first, first], "two stores keep different secrets under one name")
        }
    }

    func destroysByPrefix() throws {
        let sealed = try open().sealed
        let names = ["nhi_1/202610", "nhi_1/202611", "nhi_10/202611", "nhi_2/202611", "nhi_1", "nhi_", "\u{10FFFF}"]
        for name in names {
            _ = try sealed.insert(name, Array(name.utf8))
        }
        try require(try sealed.destroy(prefix: "nhi_3/") == 0, "something else was destroyed")
        try require(try sealed.destroy(prefix: "nhi_1/") == 2, "not exactly two secrets were destroyed")
        try require(try sealed.destroy(prefix: "nhi_1/") == 0, "they were destroyed twice")
        let code = try failure { _ = try sealed.destroy(prefix: "") }
        try require(code == .range, "destroying everything gave \(code)")
        for sealed in [sealed, try open().sealed] {
            for name in names {
                let blob = name.hasPrefix("nhi_1/") ? nil : Array(name.utf8)
                try require(try sealed.read(name) == blob, "\(name) is there, or is not")
            }
        }
        // The name is free again.
        try require(try sealed.insert("nhi_1/202610", [9]) == [9], "a destroyed name is still taken")
        try require(try sealed.destroy(prefix: "\u{10FFFF}") == 1, "the last of all names cannot be destroyed")
    }
}
