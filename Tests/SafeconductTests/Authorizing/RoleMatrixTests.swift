// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// Every role with every command and every noun that can be read, under the shipped policies.
@Suite struct RoleMatrixTests {
    /// The letters of the table; `N` has no role.
    private static let letters: [(letter: Character, role: Role?)] = [
        ("O", .owner), ("T", .trustOffice), ("S", .security), ("R", .risk), ("A", .auditor), ("F", .finance),
        ("P", .productOwner), ("V", .approver), ("M", .automation), ("N", nil),
    ]

    /// Whom a row lets in, and how it is asked.
    private struct Row: Sendable {
        let title: String
        let allowed: String
        let body: @Sendable (Bench, Operator) throws -> EntryBody?
        var action: String?
        var collection = "log"
    }

    /// A world with somebody of each role, what is theirs, what is the local owner's, and what lies elsewhere.
    private final class Bench: Sendable {
        let world: World
        let people: [Character: ObjectID]

        init(_ world: World) async throws {
            self.world = world
            var people: [Character: ObjectID] = [:]
            for (letter, role) in RoleMatrixTests.letters {
                people[letter] = try await world.hire(role?.rawValue ?? "nobody", role.map { [$0] } ?? [])
            }
            self.people = people
            try await world.put(.operator, "team", #"{"kind":"team",\#(World.custody)}"#)
            let away = World.custody.replacing("prod/eu", with: "lab")
            try await world.put(.api, "away-api", #"{"hosts":["away.example"],\#(away)}"#)
            try await world.put(.enforcementPoint, "away-point", #"{"apis":["away-api"],\#(away)}"#)
            for (_, role) in RoleMatrixTests.letters {
                let name = role?.rawValue ?? "nobody"
                let own = World.custody.replacing("\"local\"", with: "\"\(name)\"")
                try await world.put(.identity, "own-\(name)", World.identity(bound: "", custody: own))
                try await world.put(.api, "own-\(name)", #"{"hosts":["\#(name).example"],\#(own)}"#)
                try await world.put(.enforcementPoint, "own-\(name)", #"{"apis":["own-\#(name)"],\#(own)}"#)
            }
            for (_, role) in RoleMatrixTests.letters where role != nil {
                _ = try await world.enrol(role?.rawValue ?? "")
            }
        }

        var state: TrustState { world.engine.view.state }

        func id(_ kind: ObjectKind, _ name: String) throws -> ObjectID { try #require(state.find(name, kind: kind)) }

        func fresh(_ kind: ObjectKind) -> ObjectID {
            var generator = SystemRandomNumberGenerator()
            return ObjectID(kind: kind, at: world.clock.now, using: &generator)
        }

        /// Reads an object as people write it.
        func read<Object: TrustObject>(_ kind: ObjectKind, _ name: String, _ json: String) throws -> Object {
            guard case .object(var object) = try JSONValue(parsing: json) else { throw EngineError(.internal, "json") }
            object["name"] = .string(name)
            let id = state.find(name, kind: kind) ?? fresh(kind)
            let references = NamedReferences(state: state, now: world.clock.now, presentExpiry: nil, own: (name, id))
            return try ObjectInput<Object>(.object(object), sealer: world.engine.sealer)
                .read(id: id, references: references).object
        }

        func identity(_ name: String, owner: String, boundary: String = "prod/eu") throws -> EntryBody {
            let custody = World.custody.replacing("\"local\"", with: "\"\(owner)\"")
                .replacing("prod/eu", with: boundary)
            return .putIdentity(try read(.identity, name, World.identity(bound: "", custody: custody)))
        }

        func custody(_ owner: String) -> String { World.custody.replacing("\"local\"", with: "\"\(owner)\"") }

        func person(_ name: String, roles: [Role], kind: Operator.Kind = .human) throws -> EntryBody {
            let list = roles.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
            return .putOperator(
                try read(
                    .operator,
                    name,
                    #"{"kind":"\#(kind.rawValue)","roles":[\#(list)],"owner":"\#(name)","purpose":"x","boundary":"y","#
                        + #""expires_in":"9d"}"#
                )
            )
        }

        func cut(_ scope: Scope) -> EntryBody { .cut(Cut(id: fresh(.cut), scope: scope)) }
        func hold(_ scope: Scope) -> EntryBody { .placeHold(Hold(id: fresh(.hold), scope: scope)) }

        func point(_ name: String, owner: String, api: String) throws -> EntryBody {
            .putEnforcementPoint(
                try read(.enforcementPoint, name, #"{"apis":["\#(api)"],\#(custody(owner))}"#)
            )
        }

        func token(of point: String) throws -> EntryBody {
            let holder = try id(.enforcementPoint, point)
            return .putCredential(
                Credential(
                    id: fresh(.credential),
                    type: .bearer,
                    holder: holder,
                    fingerprint: Fingerprint(of: "token"),
                    custody: try #require(state.summary(of: holder)?.custody)
                )
            )
        }

        func policies(_ realm: PolicySet.Realm) -> EntryBody {
            .activatePolicies(
                PolicySet(
                    id: fresh(.policySet),
                    files: [PolicySet.File(name: "a", text: "permit (principal, action, resource);")],
                    realm: realm
                )
            )
        }

        func key(of name: String) throws -> Scope {
            let holder = try id(.operator, name)
            let own = try #require(state.credentials.sorted.first { $0.object.holder == holder })
            return Scope(.credential, own.object.id.description)
        }

        func link(_ operator: ObjectID) -> EntryBody {
            .putEnrolment(Engine.enrolment(of: `operator`, Fingerprint(of: "x"), at: world.clock.now))
        }
    }

    private static let rows: [Row] = [
        Row(title: "identity.put new, own", allowed: "OTPM") { try $0.identity("new", owner: $1.name) },
        Row(title: "identity.put new, another's", allowed: "OTM") { bench, _ in
            try bench.identity("new", owner: "local")
        },
        Row(title: "identity.put new, own, other boundary", allowed: "OT") {
            try $0.identity("new", owner: $1.name, boundary: "lab")
        },
        Row(title: "identity.put own", allowed: "OTPM") { try $0.identity("own-\($1.name)", owner: $1.name) },
        Row(title: "identity.put own, other boundary", allowed: "OT") {
            try $0.identity("own-\($1.name)", owner: $1.name, boundary: "lab")
        },
        Row(title: "identity.put own, given away", allowed: "OT") { try $0.identity("own-\($1.name)", owner: "local") },
        Row(title: "identity.put another's", allowed: "OTM") { bench, _ in try bench.identity("worker", owner: "local")
        },
        Row(title: "identity.put another's, taken over", allowed: "OT") { try $0.identity("worker", owner: $1.name) },
        Row(title: "identity.retire own", allowed: "OTP") { .retire(try $0.id(.identity, "own-\($1.name)")) },
        Row(title: "identity.retire another's", allowed: "OT") { bench, _ in .retire(try bench.id(.identity, "worker"))
        },
        Row(title: "api.put new, own", allowed: "OTPM") {
            .putApi(try $0.read(.api, "new", #"{"hosts":["new.example"],\#($0.custody($1.name))}"#))
        },
        Row(title: "api.put another's, taken over", allowed: "OT") {
            .putApi(try $0.read(.api, "orders", #"{"hosts":["orders.example"],\#($0.custody($1.name))}"#))
        },
        Row(title: "api.retire own", allowed: "OTP") { .retire(try $0.id(.api, "own-\($1.name)")) },
        Row(title: "api.retire another's", allowed: "OT") { bench, _ in .retire(try bench.id(.api, "orders")) },
        Row(title: "issuer.put own", allowed: "OT") {
            .putIssuer(
                try $0.read(.issuer, "new", #"{"url":"https://n.example","audiences":["a"],\#($0.custody($1.name))}"#)
            )
        },
        Row(title: "issuer.retire", allowed: "OT") { bench, _ in .retire(try bench.id(.issuer, "ci")) },
        Row(title: "pep.put own, for an own API", allowed: "OTPM") {
            try $0.point("new", owner: $1.name, api: "own-\($1.name)")
        },
        Row(title: "pep.put own, for another's API", allowed: "OTM") {
            try $0.point("new", owner: $1.name, api: "orders")
        },
        Row(title: "pep.put own, for an API elsewhere", allowed: "OT") {
            try $0.point("new", owner: $1.name, api: "away-api")
        },
        Row(title: "pep.retire own", allowed: "OTP") { .retire(try $0.id(.enforcementPoint, "own-\($1.name)")) },
        Row(title: "pep.retire another's", allowed: "OT") { bench, _ in .retire(try bench.id(.enforcementPoint, "edge"))
        },
        Row(
            title: "credential.issue own",
            allowed: "OTPM",
            body: { try $0.token(of: "own-\($1.name)") },
            action: "credential.issue"
        ),
        Row(
            title: "credential.issue another's",
            allowed: "OTM",
            body: { bench, _ in try bench.token(of: "edge") },
            action: "credential.issue"
        ),
        Row(
            title: "credential.issue elsewhere",
            allowed: "OT",
            body: { bench, _ in try bench.token(of: "away-point") },
            action: "credential.issue"
        ),
        Row(
            title: "credential.issue an operator",
            allowed: "",
            body: { bench, _ in
                .putCredential(
                    Credential(
                        id: bench.fresh(.credential),
                        type: .bearer,
                        holder: bench.world.local,
                        fingerprint: Fingerprint(of: "token"),
                        custody: try #require(bench.state.operators[bench.world.local]).object.custody
                    )
                )
            },
            action: "credential.issue"
        ),
        Row(title: "operator.put new, no role", allowed: "OT") { bench, _ in try bench.person("new", roles: []) },
        Row(title: "operator.put new, a role", allowed: "O") { bench, _ in try bench.person("new", roles: [.auditor]) },
        Row(title: "operator.put new, owner", allowed: "O") { bench, _ in try bench.person("new", roles: [.owner]) },
        Row(title: "operator.put new, owner, a program", allowed: "") { bench, _ in
            try bench.person("new", roles: [.owner], kind: .automation)
        },
        Row(title: "operator.put self, owner too", allowed: "O") {
            try $0.person($1.name, roles: $1.roles + [.owner])
        },
        Row(title: "operator.put self, no role any more", allowed: "O") { try $0.person($1.name, roles: []) },
        Row(title: "operator.put one with a role", allowed: "O") { bench, _ in
            try bench.person("security", roles: [.security])
        },
        Row(title: "operator.put a team, renewed", allowed: "OT") { bench, _ in
            try bench.person("team", roles: [], kind: .team)
        },
        Row(title: "operator.retire a team", allowed: "OT") { bench, _ in .retire(try bench.id(.operator, "team")) },
        Row(title: "operator.retire one with a role", allowed: "O") { bench, _ in
            .retire(try bench.id(.operator, "auditor"))
        },
        Row(title: "enrolment.put another's", allowed: "O") { bench, _ in bench.link(bench.world.local) },
        Row(title: "enrolment.put own", allowed: "OTSRAFPV") { $0.link($1.id) },
        Row(title: "policy.activate calls", allowed: "OT") { bench, _ in bench.policies(.calls) },
        Row(title: "policy.activate commands", allowed: "O") { bench, _ in bench.policies(.commands) },
        Row(title: "cut identity, own", allowed: "OSP") {
            $0.cut(Scope(identity: try $0.id(.identity, "own-\($1.name)")))
        },
        Row(title: "cut identity, another's", allowed: "OS") { bench, _ in
            bench.cut(Scope(identity: try bench.id(.identity, "worker")))
        },
        Row(title: "cut issuer", allowed: "OS") { bench, _ in
            bench.cut(Scope(.issuer, try bench.id(.issuer, "ci").description))
        },
        Row(title: "cut all", allowed: "OS") { bench, _ in bench.cut(Scope(.all)) },
        Row(title: "cut an operator", allowed: "OS") { bench, _ in bench.cut(Scope(identity: bench.world.local)) },
        Row(title: "cut own key", allowed: "OTSRAFPVM") { bench, by in
            by.roles.isEmpty ? nil : bench.cut(try bench.key(of: by.name))
        },
        Row(title: "cut another's key", allowed: "OS") { bench, by in
            bench.cut(try bench.key(of: by.name == "auditor" ? "approver" : "auditor"))
        },
        Row(title: "hold.place identity, own", allowed: "OTSRP") {
            $0.hold(Scope(identity: try $0.id(.identity, "own-\($1.name)")))
        },
        Row(title: "hold.place identity, another's", allowed: "OTSR") { bench, _ in
            bench.hold(Scope(identity: try bench.id(.identity, "worker")))
        },
        Row(title: "hold.place all", allowed: "OS") { bench, _ in bench.hold(Scope(.all)) },
        Row(title: "hold.place an operator", allowed: "OS") { bench, _ in bench.hold(Scope(identity: bench.world.local))
        },
    ]

    private static let readers: [(collection: String, allowed: String)] = [
        ("status", "OTSRAFPVM"), ("operators", "OTSRAFPVM"), ("identities", "OTSRAPVM"), ("apis", "OTSRAPVM"),
        ("issuers", "OTSRAPVM"), ("enforcement-points", "OTSRAPVM"), ("credentials", "OTSRAPV"),
        ("policies", "OTSRAPV"), ("cuts", "OTSRAPV"), ("holds", "OTSRAPV"), ("decisions", "OTSRAPV"),
        ("entries", "OTSRAPV"), ("logs", "OTSRAPV"), ("log", "OTSRAPV"), ("metrics", "OTSRAFPV"),
    ]

    @Test func everyRoleAndEveryCommand() async throws {
        try await World.run { world async throws in
            let bench = try await Bench(world)
            var table = "command".padded(to: 40) + " " + String(Self.letters.map(\.letter)) + "\n"
            for row in Self.rows {
                let allowed = try Self.letters.filter { letter, _ in try ask(bench, row, letter) }.map(\.letter)
                table += line(row.title, allowed)
                #expect(String(allowed) == row.allowed, "\(row.title)")
            }
            for (hold, allowed) in [("worker", "OTS"), ("security", "OS")] {
                let kind: ObjectKind = hold == "worker" ? .identity : .operator
                let id = try await world.hold(#"{"kind":"identity","id":"\#(try bench.id(kind, hold))"}"#)
                let row = Row(title: "hold.lift \(kind.noun)", allowed: allowed) { bench, _ in
                    .liftHold(HoldLift(hold: id, cut: bench.fresh(.cut)))
                }
                let found = try Self.letters.filter { letter, _ in try ask(bench, row, letter) }.map(\.letter)
                table += line(row.title, found)
                #expect(String(found) == allowed, "\(row.title)")
            }
            for (collection, allowed) in Self.readers {
                let found = Self.letters.map(\.letter).filter { letter in
                    bench.people[letter].map { world.engine.denial(of: $0, reading: collection) == nil } ?? false
                }
                table += line("read \(collection)", found)
                #expect(String(found) == allowed, "read \(collection)")
            }
            print(table)
        }
    }

    /// Every kind of entry that an operator can give stands in the table.
    @Test func noCommandIsLeftOut() {
        let titles = Self.rows.map(\.title)
        let kinds = [
            "operator.put", "operator.retire", "identity.put", "identity.retire", "api.put", "api.retire", "issuer.put",
            "issuer.retire", "pep.put", "pep.retire", "credential.issue", "enrolment.put", "policy.activate", "cut",
            "hold.place",
        ]
        for kind in kinds { #expect(titles.contains { $0.hasPrefix(kind) }, "\(kind)") }
    }

    private func ask(_ bench: Bench, _ row: Row, _ letter: Character) throws -> Bool {
        let id = try #require(bench.people[letter])
        let by = try #require(bench.state.operators[id]).object
        guard let body = try row.body(bench, by) else { return false }
        var authorizer = Authorizer(nil)
        let command = Command(by: id, collection: row.collection, action: row.action) { _, _ in [] }
        switch try authorizer.answer(command, .success([body]), bench.state, at: bench.world.clock.now) {
        case .allowed(let auth): return auth?.determining.isEmpty == false
        case .denied: return false
        }
    }

    private func line(_ title: String, _ allowed: [Character]) -> String {
        title.padded(to: 40) + " "
            + String(Self.letters.map { allowed.contains($0.letter) ? $0.letter : "." }) + "\n"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
