// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import WorkloadIdentity

@Suite("Rights only shrink along a chain, and the chain only grows")
struct AttenuationTests {
    private static let names = ["a", "b", "c", "d", "e"]

    private static func some(_ generator: inout SeededGenerator) throws -> TextSet {
        let texts = names.filter { _ in Bool.random(using: &generator) }
        return try TextSet(texts.isEmpty ? ["a"] : texts)
    }

    private static func detail(_ generator: inout SeededGenerator) throws -> AuthorizationDetail {
        func sometimes<T>(_ value: T, _ generator: inout SeededGenerator) -> T? {
            Int.random(in: 0..<3, using: &generator) == 0 ? value : nil
        }
        return try AuthorizationDetail(
            actions: some(&generator),
            locations: sometimes(some(&generator), &generator),
            datatypes: sometimes(some(&generator), &generator),
            identifier: sometimes(Bool.random(using: &generator) ? "x" : "y", &generator),
            privileges: sometimes(some(&generator), &generator) ?? .none,
            purpose: sometimes("p", &generator),
            notAfter: sometimes(NumericDate(seconds: Int64.random(in: 1...50, using: &generator)), &generator)
        )
    }

    /// Whether a detail lets one thing be done: what `isWithin` must not widen, told without it.
    private static func grants(_ detail: AuthorizationDetail, _ thing: [String], at second: Int64) -> Bool {
        detail.actions.texts.contains(thing[0])
            && detail.locations?.texts.contains(thing[1]) ?? true
            && detail.datatypes?.texts.contains(thing[2]) ?? true
            && detail.identifier.map { $0 == thing[3] } ?? true
            && (thing[4].isEmpty || detail.privileges.texts.contains(thing[4]))
            && detail.purpose.map { $0 == thing[5] } ?? true
            && detail.notAfter.map { second < $0.seconds } ?? true
    }

    @Test func details() throws {
        var generator = SeededGenerator("attenuation of details")
        var (narrower, wider) = (0, 0)
        for _ in 0..<1500 {
            let (one, other) = (try Self.detail(&generator), try Self.detail(&generator))
            let common = one.narrowed(to: other)
            if let common {
                #expect(common.isWithin(one) && common.isWithin(other))
                narrower += 1
            }
            let isWithin = one.isWithin(other)
            if isWithin { wider += 1 }
            for _ in 0..<12 {
                let pick = (0..<3).map { _ in Self.names.randomElement(using: &generator) ?? "a" }
                let thing =
                    pick + [
                        Bool.random(using: &generator) ? "x" : "y", Bool.random(using: &generator) ? "" : "b",
                        Bool.random(using: &generator) ? "p" : "q",
                    ]
                let second = Int64.random(in: 0...60, using: &generator)
                let (first, next) = (Self.grants(one, thing, at: second), Self.grants(other, thing, at: second))
                if isWithin { #expect(!first || next) }
                #expect((common.map { Self.grants($0, thing, at: second) } ?? false) == (first && next))
            }
        }
        #expect(narrower > 100 && wider > 5, "the samples say something")
    }

    @Test("No sequence of appends and narrowings ever widens")
    func sequences() throws {
        var generator = SeededGenerator("attenuation of chains")
        for _ in 0..<150 {
            let root = try (OAuthScope("a b c d e"), Self.detail(&generator))
            var (scope, detail, chain) = (root.0, root.1, ActorChain.none)
            var past: [(OAuthScope, AuthorizationDetail, ActorChain)] = [(scope, detail, chain)]
            for step in 0..<12 {
                switch Int.random(in: 0..<3, using: &generator) {
                case 0:
                    scope = scope.narrowed(to: try OAuthScope(Self.some(&generator).texts.joined(separator: " ")))
                case 1: detail = detail.narrowed(to: try Self.detail(&generator)) ?? detail
                default:
                    let actor = try Actor(subject: "actor-\(step)")
                    guard chain.actors.count < ActorChain.maximumDepth else {
                        #expect(throws: WorkloadIdentityError.self) { try chain.appending(actor) }
                        continue
                    }
                    chain = try chain.appending(actor)
                }
                // Through the wire and back, as a next token would have it.
                chain = try ActorChain(chain.claim)
                detail = try AuthorizationDetail(detail.json)
                for (earlierScope, earlierDetail, earlierChain) in past {
                    #expect(scope.isWithin(earlierScope) && detail.isWithin(earlierDetail))
                    #expect(chain.isExtension(of: earlierChain))
                }
                past.append((scope, detail, chain))
            }
        }
    }
}
