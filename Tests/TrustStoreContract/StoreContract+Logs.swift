// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog
import TrustStore

extension StoreContract {
    func keepsLogsApart() throws {
        let store = try open()
        let names: [LogName] = [
            .control, .evidence(node: 1, month: 202_611), .evidence(node: 2, month: 202_611),
            .evidence(node: 1, month: 202_612),
        ]
        var models = try names.enumerated().map { number, name in
            try LogModel("contract.example/\(name)", seed: seed &+ UInt64(number))
        }
        for round in 1...4 {
            for (number, name) in names.enumerated() {
                let log = try store.log(name, signer: models[number].signer)
                try require(log.name == name, "the log has another name")
                try models[number].append(number * 40 + round, to: log)
            }
        }
        let again = try open()
        for (number, name) in names.enumerated() {
            try models[number].compare(with: try again.log(name, signer: models[number].signer))
        }
    }

    func listsEvidenceOldestFirst() throws {
        let store = try open()
        try require(try store.evidenceLogs().isEmpty, "a new store has evidence")
        let names: [LogName] = [
            .evidence(node: 2, month: 202_601), .evidence(node: 1, month: 202_512),
            .evidence(node: 1, month: 202_601), .evidence(node: 65_535, month: 202_511),
        ]
        for name in names {
            let model = try LogModel("contract.example/\(name)", seed: seed)
            _ = try store.log(name, signer: model.signer)
        }
        let control = try LogModel(seed: seed)
        _ = try store.log(.control, signer: control.signer)
        for store in [store, try open()] {
            let expected = [names[3], names[1], names[2], names[0]]
            try require(try store.evidenceLogs() == expected, "the evidence is not listed in its order")
        }
    }

    func refusesAnotherKey() throws {
        let store = try open()
        var model = try LogModel("contract.example/log", seed: seed)
        let stranger = try LogModel("contract.example/log", seed: seed &+ 1)
        let renamed = try NoteSigner(name: KeyName("contract.example/other"), seed: model.signer.seed)
        let log = try store.log(.control, signer: model.signer)
        for count in [0, 3] {
            try model.append(count, to: log)
            for opened in [store, try open()] {
                for signer in [stranger.signer, renamed] {
                    let code = try failure { _ = try opened.log(.control, signer: signer) }
                    try require(code == .corrupt, "a log of another key gave \(code)")
                }
                try model.compareHead(try opened.log(.control, signer: model.signer).head())
            }
        }
    }

    func erasesBodies() throws {
        let store = try open()
        var model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        try model.fill(log, to: 300)
        let gone: [UInt64] = [0, 7, 255, 256, model.size - 1]
        for index in gone {
            try log.eraseBody(of: index)
            try log.eraseBody(of: index)
        }
        try model.compareHead(try log.head())
        for log in [log, try open().log(.control, signer: model.signer)] {
            for (index, leaf) in try log.leaves(0..<model.size).enumerated() {
                let own = model.leaves[index]
                let isGone = gone.contains(UInt64(index))
                try require(leaf.commitment == own.commitment, "the commitment of leaf \(index) changed")
                try require(leaf.body == (isGone ? nil : own.body), "leaf \(index) has another body")
                try require((leaf.salt == nil) == isGone, "leaf \(index) has a salt, or has none")
            }
            for index in gone {
                let hashes = try log.inclusionProof(index: index, size: model.size)
                let proof = InclusionProof(index: index, size: model.size, hashes: hashes)
                let leafHash = model.leaves[Int(index)].commitment.leafHash
                let verdict = proof.verify(leafHash: leafHash, root: model.roots[Int(model.size)])
                try require(verdict.isValid, "erased leaf \(index) is not proved any more")
            }
            try requireSound(log, leaves: model.size, erased: UInt64(gone.count))
        }
    }

    func erasesOnlyWhatIsThere() throws {
        let store = try open()
        var model = try LogModel(seed: seed)
        let log = try store.log(.control, signer: model.signer)
        try model.append(3, to: log)
        for index in [3, 1000, UInt64(Int64.max), .max] {
            let code = try failure { try log.eraseBody(of: index) }
            try require(code == .range, "erasing leaf \(index) gave \(code)")
        }
        try model.compare(with: log)
    }
}
