// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import WorkloadIdentity

@testable import Safeconduct
@testable import TrustModel

/// Tokens that come of tokens, and what is true of them whatever the tokens say.
struct ExchangeGraph {
    struct Node {
        let token: IssuedToken
        let parent: Int?
        /// What the token is of its own: who got it, who acts in it, its key, what the client came with.
        let own: Set<Scope>
    }

    static let operations = ["a", "b", "c", "d"]
    static let identities = 6

    private(set) var tokens: [Node] = []
    private var next: UInt64 = 1
    private var rev: UInt64 = 10
    /// Which identities serve which API.
    private let servers: [[Int]]
    private static let start = Timestamp(seconds: 1_800_000_000)

    static func identity(_ number: Int) -> ObjectID { ObjectID(kind: .identity, high: 1, low: UInt64(number)) }
    static func api(_ number: Int) -> ObjectID { ObjectID(kind: .api, high: 1, low: UInt64(number)) }

    init(_ generator: inout SeededGenerator) {
        servers = (0..<3).map { _ in (0..<Self.identities).filter { _ in Bool.random(using: &generator) } }
    }

    /// No tokens yet, and everybody serves every API.
    init() { servers = Array(repeating: Array(0..<Self.identities), count: 3) }

    /// Adds tokens of random descent until there are so many.
    mutating func grow(to count: Int, _ generator: inout SeededGenerator) {
        for _ in 0..<count * 3 where tokens.count < count {
            let client = Int.random(in: 0..<Self.identities, using: &generator)
            guard let parent = tokens.indices.randomElement(using: &generator),
                Int.random(in: 0..<5, using: &generator) > 0
            else {
                let wanted = Self.operations.filter { _ in Bool.random(using: &generator) }
                root(client: client, api: Int.random(in: 0..<3, using: &generator), wanted + ["a"], &generator)
                continue
            }
            let actor = Int.random(in: 0..<8, using: &generator)
            derive(
                from: parent,
                to: client,
                actor: actor < Self.identities ? actor : nil,
                Self.operations.filter { _ in Bool.random(using: &generator) },
                &generator
            )
        }
    }

    /// Adds a token that a client asked for itself.
    mutating func root(client: Int, api: Int, _ operations: [String], _ generator: inout SeededGenerator) {
        var lineage = TokenLineage(of: Self.identity(client), purpose: "orders")
        let proof = self.proof(of: client)
        (lineage.ancestors, lineage.scopes) = proof
        add(
            lineage,
            nil,
            client,
            Self.api(api),
            operations,
            Set(proof.scopes + Self.credentials(proof.ancestors)),
            &generator
        )
    }

    /// Exchanges a token, where the rules let it be; whether they did.
    @discardableResult
    mutating func derive(
        from parent: Int,
        to client: Int,
        actor: Int?,
        _ operations: [String],
        _ generator: inout SeededGenerator
    ) -> Bool {
        let token = tokens[parent].token
        guard !operations.isEmpty,
            TokenLineage.refusal(
                of: token,
                to: Self.identity(client),
                servers: servers[Int(token.audience.low)].map(Self.identity),
                for: token.audience,
                operations
            ) == nil
        else { return false }
        let proof = self.proof(of: client)
        guard
            let lineage = try? TokenLineage(
                from: token,
                to: Self.identity(client),
                actor: actor.map(Self.identity),
                proof: proof
            )
        else { return false }
        var own = Set(proof.scopes + Self.credentials(proof.ancestors))
        if let actor { own.insert(Scope(identity: Self.identity(actor))) }
        // An actor who is the holder already was in the parent.
        add(lineage, parent, client, token.audience, operations, own, &generator)
        return true
    }

    /// What a client comes with: a registered key.
    private func proof(of client: Int) -> (ancestors: [ObjectID], scopes: [Scope]) {
        ([ObjectID(kind: .credential, high: 9, low: UInt64(client))], [Scope(.key, "key-of-\(client)")])
    }

    private static func credentials(_ ids: [ObjectID]) -> [Scope] { ids.map { Scope(.credential, $0.description) } }

    private mutating func add(
        _ lineage: TokenLineage,
        _ parent: Int?,
        _ client: Int,
        _ api: ObjectID,
        _ operations: [String],
        _ own: Set<Scope>,
        _ generator: inout SeededGenerator
    ) {
        let id = ObjectID(kind: .credential, high: 2, low: next)
        next += 1
        rev += UInt64.random(in: 0...2, using: &generator)
        let key = Fingerprint(of: "holder \(client) \(Int.random(in: 0...1, using: &generator))")
        let wanted = Self.start.advanced(byMilliseconds: Int64.random(in: 60...900, using: &generator) * 1000)
        guard let scope = try? OAuthScope(operations.joined(separator: " ")) else { return }
        let token = IssuedToken(
            id: id,
            issuer: "https://trust.example",
            subject: lineage.subject,
            client: Self.identity(client),
            audience: api,
            scope: scope,
            issuedAt: Self.start,
            expiresAt: min(wanted, lineage.notAfter ?? wanted),
            confirmation: .dpop(key),
            chain: lineage.chain,
            rev: rev,
            purpose: lineage.purpose,
            task: lineage.task,
            ancestors: lineage.ancestors,
            scopes: lineage.scopes
        )
        let mine: Set<Scope> = [
            Scope(.credential, id.description), Scope(.key, key.thumbprint), Scope(identity: Self.identity(client)),
            Scope(identity: lineage.subject),
        ]
        tokens.append(Node(token: token, parent: parent, own: own.union(mine)))
    }

    /// What is wrong with any token beside the one it came of.
    var faultsOfGrowth: [String] {
        tokens.flatMap { node -> [String] in
            let token = node.token
            var faults: [String] = []
            if (try? IssuedToken(claims: token.claims)) != token { faults.append("\(token.id) is not read as written") }
            guard let parent = node.parent.map({ tokens[$0].token }) else { return faults }
            if token.audience != parent.audience || !token.scope.isWithin(parent.scope) { faults.append("wider") }
            if token.expiresAt > parent.expiresAt { faults.append("longer") }
            if token.subject != parent.subject { faults.append("another subject") }
            if !token.chain.isExtension(of: parent.chain) { faults.append("a hop is lost") }
            if token.client != parent.client, token.actors.first != token.client {
                faults.append("the client did not join")
            }
            return faults
        }
    }

    /// Cuts something that some token is of its own, and finds whom that wrongly ended or spared.
    func cut(_ generator: inout SeededGenerator) -> (Scope, [String]) {
        let victim = tokens[Int.random(in: tokens.indices, using: &generator)]
        let scope = generator.pick(victim.own.sorted { $0.description < $1.description })
        var table = RevocationTable()
        table.cut(
            scope,
            by: ObjectID(kind: .cut, high: 1, low: 1),
            rev: rev + 1,
            time: Self.start.advanced(byMilliseconds: 1)
        )
        var dead: [Bool] = []
        var faults: [String] = []
        for (index, node) in tokens.enumerated() {
            // Dead is what has the scope of its own, and all that came of it.
            dead.append(node.own.contains(scope) || node.parent.map { dead[$0] } ?? false)
            let isCut = table.standing(of: node.token.facts) != .good
            if isCut != dead[index] { faults.append("token \(index) is \(isCut ? "ended" : "spared")") }
        }
        return (scope, faults)
    }
}
