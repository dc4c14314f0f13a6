// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

/// Control log entries of any number of identities as a real estate has them: two labels, one federation binding, sealed
/// text; few owners, purposes and boundaries.
struct IdentityEntries {
    private static let owners = 50
    private let time = Timestamp(milliseconds: 1_790_000_000_000)
    private let by: ObjectID
    private let issuer: ObjectID
    private let operators: [ObjectID]
    private let issuerURL = "https://token.actions.example"

    /// - Parameter owner: Who owns everything; nil makes operators for it, which ``preamble()`` registers.
    init(owner: ObjectID? = nil) {
        var generator = SystemRandomNumberGenerator()
        let time = time
        operators =
            owner.map { [$0] } ?? (0..<Self.owners).map { _ in ObjectID(kind: .operator, at: time, using: &generator) }
        by = operators[0]
        issuer = ObjectID(kind: .issuer, at: time, using: &generator)
    }

    /// What has to be registered before the identities.
    func preamble(expiresAt: Timestamp) throws -> [EntryBody] {
        let owners = operators.count == 1 ? [] : operators
        let issuer: JSONValue = [
            "id": .string(issuer.description), "name": "actions", "owner": .string(by.description), "purpose": "ci",
            "boundary": "prod/eu", "expires_at": .string(expiresAt.description), "url": .string(issuerURL),
            "audiences": ["https://orders.shop.example"],
        ]
        return owners.enumerated().map { number, id in
            .putOperator(
                Operator(
                    id: id,
                    name: "team-\(number)",
                    type: .team,
                    custody: Custody(owner: id, purpose: "operations", boundary: "prod/eu", expiresAt: expiresAt)
                )
            )
        } + [.putIssuer(try Issuer(stored: issuer))]
    }

    /// The stored object of identity `number`.
    func object(_ number: Int, expiresAt: Timestamp) -> JSONValue {
        var generator = SystemRandomNumberGenerator()
        let id = ObjectID(kind: .identity, at: time.advanced(byMilliseconds: Int64(number)), using: &generator)
        let box = String(
            decoding: (0..<128).map { _ in Self.digits[Int.random(in: 0..<64, using: &generator)] },
            as: UTF8.self
        )
        return [
            "id": .string(id.description), "name": .string(Self.name(number)), "kind": "service",
            "owner": .string(operators[number % operators.count].description),
            "purpose": .string(["order-handling", "billing", "reporting", "fraud-detection"][number % 4]),
            "boundary": .string(["prod/eu", "prod/us", "staging/eu"][number % 3]),
            "expires_at": .string(expiresAt.description),
            "labels": [.string("tier-\(number % 3)"), .string("squad-\(number % 97)")],
            "federation": [
                ["issuer": .string(issuer.description), "subject": .string(Self.subject(number)), "claims": [:]]
            ],
            "sealed": ["key": .string("\(id)/202611"), "box": .string(box)],
        ]
    }

    /// The stored bytes of the entry that registers identity `number`.
    func stored(_ number: Int, expiresAt: Timestamp) -> [UInt8] {
        let entry: JSONValue = [
            "v": 1, "kind": "identity.put", "at": .string(time.description), "by": .string(by.description),
            "body": object(number, expiresAt: expiresAt),
        ]
        return entry.serialized()
    }

    /// An entry of a body, of the same time as all.
    func entry(_ body: EntryBody) -> Entry { Entry(time: time, by: by, body: body) }

    /// The name of identity `number`.
    static func name(_ number: Int) -> String { "payments-worker-\(number)" }

    /// Its subject.
    static func subject(_ number: Int) -> String { "repo:shop/service-\(number):environment:production" }

    /// Looks identity `number` up by what a token says.
    func find(_ number: Int, in state: TrustState) -> Int {
        state.identities(issuer: issuer, subject: Self.subject(number)).count
    }

    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
}
