// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

/// What a cut, a hold or a retirement stopped never counts again, whatever is registered for its subject later.
struct EndingTests {
    /// A token of an issuer, as a verifier would see it.
    struct Token: Hashable {
        let issuer: String
        let subject: String
        let environment: String
        let issuedAt: Timestamp
    }

    /// What a token comes to in a state: nobody, somebody, or somebody whom a hold stops.
    enum Admission: Equatable {
        case nobody, held
        case counts(ObjectID)
    }

    private static func admission(of token: Token, _ state: TrustState) -> Admission {
        guard let issuer = state.issuer(url: token.issuer)?.object else { return .nobody }
        let fitting = state.identities(issuer: issuer.id, subject: token.subject).filter { record in
            record.object.federation.contains { $0.issuer == issuer.id && fits($0, token) }
        }
        let live = fitting.filter { !$0.retired }
        #expect(live.count <= 1, "no token proves two identities")
        let claims = JSONObject([("env", .string(token.environment))])
        let found = state.identities(issuer: issuer.id, subject: token.subject, claims: claims).map(\.object.id)
        #expect(found == (live.isEmpty ? fitting : live).map(\.object.id))
        guard let identity = live.first ?? fitting.first else { return .nobody }
        let facts = CredentialFacts(
            origin: .foreign(issuedAt: token.issuedAt),
            holder: identity.object.id,
            issuer: issuer.id,
            subject: ForeignSubject(issuer: issuer.url, subject: token.subject),
            claims: claims,
            trustDomain: issuer.trustDomain
        )
        switch state.revocations.standing(of: facts) {
        case .good: return identity.retired ? .nobody : .counts(identity.object.id)
        case .held: return .held
        case .cut: return .nobody
        }
    }

    private static func fits(_ binding: Identity.Federation, _ token: Token) -> Bool {
        binding.subject == token.subject && binding.claims.allSatisfy { $0.value.stringValue == token.environment }
    }

    /// Whether the token is one of an identity's, by any registration of its issuer, and of no live one's besides.
    private static func belongs(_ token: Token, to id: ObjectID, _ state: TrustState) -> Bool {
        func owns(_ record: Record<Identity>) -> Bool {
            record.object.federation.contains { binding in
                state.issuers[binding.issuer]?.object.url == token.issuer && fits(binding, token)
            }
        }
        guard let record = state.identities[id], owns(record) else { return false }
        return !state.identities.sorted.contains { $0.object.id != id && !$0.retired && owns($0) }
    }

    @Test(arguments: Seeds.some(20) + [18_298_973_955_088_249_819]) func whatWasStoppedNeverCountsAgain(seed: UInt64)
        throws
    {
        var world = World(seed: seed)
        var (tokens, dead): ([Token], Set<Token>) = ([], [])
        var (counted, revived) = (0, 0)
        for _ in 0..<300 {
            tokens.append(world.token())
            let before = tokens.map { Self.admission(of: $0, world.state) }
            guard let entry = try world.step() else { continue }
            for (token, old) in zip(tokens, before) {
                let new = Self.admission(of: token, world.state)
                if case .counts(let id) = new {
                    counted += 1
                    let wasStopped = dead.contains(token)
                    #expect(!wasStopped, "\(token) came back to life by \(entry)")
                    if case .counts(let other) = old, other != id { revived += 1 }
                }
                switch (entry, old) {
                case (.retire(let id), .counts(let other)) where id.kind == .identity && id != other:
                    #expect(new == old, "\(token) ended with somebody else's")
                case (.cut(let cut), .counts(let other))
                where cut.scope.kind == .identity && cut.scope != Scope(identity: other):
                    #expect(new == old, "\(token) ended with somebody else's")
                case (.liftHold, .counts): #expect(new == old, "\(token) ended with a hold that was not on it")
                case (.cut(let cut), _) where cut.scope.kind == .identity:
                    // Whether it counted then or not: it was issued before.
                    if let id = ObjectID(cut.scope.value), Self.belongs(token, to: id, world.state) {
                        dead.insert(token)
                    }
                case (.placeHold(let hold), _) where hold.scope.kind == .identity:
                    if let id = ObjectID(hold.scope.value), Self.belongs(token, to: id, world.state) {
                        dead.insert(token)
                    }
                default: break
                }
                switch (entry, old, new) {
                case (.cut, .counts, .nobody), (.retire, .counts, .nobody), (.retire, .counts, .held):
                    dead.insert(token)
                case (_, _, .held), (_, .held, _): dead.insert(token)
                default: break
                }
            }
        }
        // A fresh seed may well put a hold on everything early on.
        if seed <= 20 { #expect(counted > 20 && dead.count > 10, "tokens should count, and be stopped") }
        let restored = try TrustState.restored(from: world.state.snapshot())
        #expect(restored.snapshot() == world.state.snapshot())
        for token in tokens {
            #expect(Self.admission(of: token, restored) == Self.admission(of: token, world.state))
        }
    }

    /// Two URLs, two subjects and three environments, so that everything is let go and taken again all the time.
    private struct World {
        var random: SeededGenerator
        var state = TrustState()
        private var now = Sample.now
        private var made: UInt64 = 100

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            for entry in (try? Sample.entries().prefix(3)) ?? [] { try? state.apply(entry) }
        }

        mutating func token() -> Token {
            Token(
                issuer: pick(["https://a.test", "https://b.test"]),
                subject: pick(["s", "t"]),
                environment: pick(["x", "y"]),
                issuedAt: now.advanced(byMilliseconds: -Int64.random(in: 0...30_000, using: &random))
            )
        }

        /// Tries one command; nil when it is refused.
        mutating func step() throws -> EntryBody? {
            now = now.advanced(byMilliseconds: Int64.random(in: 0...60_000, using: &random))
            let body = try body()
            guard state.refusal(of: body, at: now) == nil else { return nil }
            try state.apply(Entry(time: now, by: Sample.owner, body: body))
            return body
        }

        private mutating func pick<Value>(_ values: [Value]) -> Value {
            values[Int.random(in: values.indices, using: &random)]
        }

        private mutating func fresh(_ kind: ObjectKind) -> ObjectID {
            made += 1
            return Sample.id(kind, made)
        }

        private mutating func body() throws -> EntryBody {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<4: return .putIssuer(try issuer())
            case 4..<13: return .putIdentity(try identity())
            case 13..<15: return .retire(anyID())
            case 15: return .cut(Cut(id: fresh(.cut), scope: scope()))
            case 16, 17: return .placeHold(Hold(id: fresh(.hold), scope: scope()))
            default:
                let hold = state.holds.sorted.filter { !$0.retired }.randomElement(using: &random)?.object.id
                return .liftHold(HoldLift(hold: hold ?? fresh(.hold), cut: fresh(.cut)))
            }
        }

        private mutating func anyID() -> ObjectID {
            if random.chance(20), let issuer = state.issuers.sorted.randomElement(using: &random) {
                return issuer.object.id
            }
            return state.identities.sorted.filter { !$0.retired }.randomElement(using: &random)?.object.id
                ?? fresh(.identity)
        }

        private mutating func scope() -> Scope {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: Scope(.issuer, "\(state.issuers.sorted.randomElement(using: &random)?.object.id ?? fresh(.issuer))")
            case 1: Scope(.trustDomain, pick(["t1", "t2"]))
            default:
                Scope(identity: state.identities.sorted.randomElement(using: &random)?.object.id ?? fresh(.identity))
            }
        }

        private mutating func issuer() throws -> Issuer {
            let present = random.chance(70) ? state.issuers.sorted.filter { !$0.retired } : []
            let old = present.randomElement(using: &random)?.object
            let id = old?.id ?? fresh(.issuer)
            let url = random.chance(95) ? old?.url : nil
            return try Sample.read(
                #"{"id":"\#(id)","name":"\#(old?.name ?? "i\(made)")",\#(custody),"#
                    + #""url":"\#(url ?? pick(["https://a.test", "https://b.test"]))","audiences":["safeconduct"],"#
                    + #""algorithms":["ES256"],"trust_domain":"\#(pick(["t1", "t2"]))"}"#
            )
        }

        private mutating func identity() throws -> Identity {
            let present = random.chance(60) ? state.identities.sorted.filter { !$0.retired } : []
            let old = present.randomElement(using: &random)?.object
            let id = old?.id ?? fresh(.identity)
            let bindings = (0..<Int.random(in: 0...2, using: &random)).compactMap { _ -> String? in
                guard let issuer = state.issuers.sorted.filter({ !$0.retired }).randomElement(using: &random) else {
                    return nil
                }
                let claims = pick(["{}", #"{"env":"x"}"#, #"{"env":"y"}"#])
                return #"{"issuer":"\#(issuer.object.id)","subject":"\#(pick(["s", "t"]))","claims":\#(claims)}"#
            }
            return try Sample.read(
                #"{"id":"\#(id)","name":"\#(old?.name ?? "n\(made)")","kind":"service",\#(custody),"#
                    + #""federation":[\#(bindings.joined(separator: ","))]}"#
            )
        }

        private var custody: String { Sample.custody(expiry: now.advanced(byMilliseconds: 3_600_000)) }
    }
}
