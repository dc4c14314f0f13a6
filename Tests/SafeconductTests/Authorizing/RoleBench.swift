// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing
import TrustModel

@testable import Safeconduct

/// A world with somebody of each role, what is theirs, what is the local owner's, and what lies elsewhere.
final class RoleBench: Sendable {
    let world: World
    let people: [Character: ObjectID]
    private let holds: [String: ObjectID]
    private let tasks: [String: ObjectID]

    init(_ world: World) async throws {
        self.world = world
        var people: [Character: ObjectID] = [:]
        for (letter, role) in RoleTable.columns {
            people[letter] = try await world.hire(role?.rawValue ?? "nobody", role.map { [$0] } ?? [])
        }
        self.people = people
        try await world.put(.operator, "team", #"{"kind":"team",\#(World.custody)}"#)
        let away = World.custody.replacing("prod/eu", with: "lab")
        try await world.put(.api, "away-api", #"{"hosts":["away.example"],\#(away)}"#)
        try await world.put(.enforcementPoint, "away-point", #"{"apis":["away-api"],\#(away)}"#)
        for (_, role) in RoleTable.columns {
            let name = role?.rawValue ?? "nobody"
            let own = World.custody.replacing("\"local\"", with: "\"\(name)\"")
            try await world.put(.identity, "own-\(name)", World.identity(bound: "", custody: own))
            try await world.put(.api, "own-\(name)", #"{"hosts":["\#(name).example"],\#(own)}"#)
            try await world.put(.enforcementPoint, "own-\(name)", #"{"apis":["own-\#(name)"],\#(own)}"#)
            // Others gave it more than its owner could.
            try await world.put(.enforcementPoint, "wide-\(name)", #"{"apis":["own-\#(name)","orders"],\#(own)}"#)
            let told = #"{"apis":["own-\#(name)"],"explanations":true,\#(own)}"#
            try await world.put(.enforcementPoint, "told-\(name)", told)
            try await world.put(.enforcementPoint, "far-\(name)", #"{"apis":["own-\#(name)","away-api"],\#(own)}"#)
        }
        try await world.put(.backEnd, "stock", Self.backEnd("orders", World.custody))
        for (_, role) in RoleTable.columns where role != nil {
            _ = try await world.enrol(role?.rawValue ?? "")
        }
        // Before anything is on hold: what is on hold begins nothing.
        try await world.put(.api, "away-api", #"{"hosts":["away.example"],"operations":[\#(Self.operation)],\#(away)}"#)
        try await world.put(.identity, "other", World.identity(bound: ""))
        var tasks: [String: ObjectID] = [:]
        for name in RoleTable.columns.map({ "own-\($0.role?.rawValue ?? "nobody")" }) + ["other"] {
            let json =
                #"{"identity":"\#(name)","purpose":"x","expires_in":"1h","#
                + #""apis":[{"api":"away-api","operations":["look"]}]}"#
            let outcome = await world.engine.declareTask(try JSONValue(parsing: json), by: world.local)
            let revs = try World.done(outcome)
            tasks[name] = world.engine.view.state.tasks.newest { revs.contains($0.created) }?.object.id
        }
        self.tasks = tasks
        try await world.put(.operator, "guest", #"{"kind":"human",\#(World.custody)}"#)
        var holds: [String: ObjectID] = [:]
        let state = world.engine.view.state
        for (_, role) in RoleTable.columns {
            let name = "own-\(role?.rawValue ?? "nobody")"
            _ = try World.done(
                await world.engine.issueBearer(to: name, kind: .enforcementPoint, by: world.local).outcome
            )
            let id = try #require(state.find(name, kind: .identity))
            holds[name] = try await world.hold(#"{"kind":"identity","id":"\#(id)"}"#)
        }
        _ = try World.done(await world.engine.issueBearer(to: "edge", kind: .enforcementPoint, by: world.local).outcome)
        for (name, kind) in [("worker", .identity), ("guest", .operator)] as [(String, ObjectKind)] {
            let id = try #require(state.find(name, kind: kind))
            holds[name] = try await world.hold(#"{"kind":"identity","id":"\#(id)"}"#)
        }
        for realm in PolicySet.Realm.allCases {
            var draft = JSONObject(
                World.policySet(("draft.cedar", "permit (principal is Operator, action, resource);"))
                    .objectValue?.map { ($0.key, $0.value) } ?? []
            )
            draft["realm"] = .string(realm.rawValue)
            _ = try World.done(await world.engine.putPolicies(.object(draft), by: world.local))
        }
        holds["all"] = try await world.hold(#"{"kind":"all"}"#)
        self.holds = holds
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

    func key(of name: String, owner: String) throws -> EntryBody {
        let identity = try #require(state.identities[try id(.identity, name)]).object
        var custody = identity.custody
        custody.owner = try id(.operator, owner)
        return .putCredential(
            Credential(
                id: fresh(.credential),
                type: .key,
                holder: identity.id,
                fingerprint: Fingerprint(of: "key of \(name)"),
                custody: custody
            )
        )
    }

    private static let operation = #"{"name":"look","method":"GET","path":"/look"}"#

    /// The task of an identity.
    func task(of identity: String) throws -> ObjectID { try #require(tasks[identity]) }

    /// The declaration of a task that reaches an API.
    func declaration(of identity: String, api: String) throws -> EntryBody {
        let json =
            #"{"identity":"\#(identity)","purpose":"x","not_before":"\#(world.clock.now)","expires_in":"1h","#
            + #""apis":[{"api":"\#(api)","operations":["look"]}]}"#
        let references = NamedReferences(state: state, now: world.clock.now, presentExpiry: nil, own: nil)
        return .putTask(
            try ObjectInput<DeclaredTask>(try JSONValue(parsing: json), sealer: nil)
                .object(id: fresh(.task), references: references, present: nil)
        )
    }

    static func backEnd(_ api: String, _ custody: String) -> String {
        let operation = api == "orders" ? "show" : "look"
        return
            #"{"type":"postgresql","api":"\#(api)","connection":{"host":"db.example","databases":["stock"],"user":"broker"},"#
            + #""roles":[{"operation":"\#(operation)","in_roles":["readers"]}],\#(custody)}"#
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

    func point(_ name: String, owner: String, api: String, explanations: Bool = false) throws -> EntryBody {
        let json = #"{"apis":["\#(api)"],"explanations":\#(explanations),\#(custody(owner))}"#
        return .putEnforcementPoint(try read(.enforcementPoint, name, json))
    }

    /// The lift of the hold on `name`; on everything for `all`.
    func lift(_ name: String) throws -> EntryBody {
        .liftHold(HoldLift(hold: try #require(holds[name]), cut: fresh(.cut)))
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

    func tokenKey() throws -> TokenKey {
        let key = SigningKey.generate(.es256).verificationKey
        let now = world.clock.now
        return TokenKey(
            id: fresh(.tokenKey),
            jwk: key.bareJWK,
            fingerprint: try #require(Fingerprint(bytes: key.thumbprint)),
            signsFrom: now.advanced(byMilliseconds: 1000),
            signsUntil: now.advanced(byMilliseconds: 2000),
            acceptedUntil: now.advanced(byMilliseconds: 3000)
        )
    }

    func draft(_ realm: PolicySet.Realm) -> EntryBody {
        guard case .activatePolicies(let set) = policies(realm) else { return policies(realm) }
        return .putPolicies(PolicyDraft(set, isValidated: true))
    }

    /// The set of a realm that decides nothing yet.
    func put(_ realm: PolicySet.Realm) throws -> ObjectID {
        try #require(
            state.policySets.sorted.first {
                $0.object.realm == realm && state.activePolicies(of: realm) != $0.object.id
            }
        ).object.id
    }

    /// The scope of the first credential of an operator or an enforcement point.
    func credential(_ kind: ObjectKind, _ name: String) throws -> Scope {
        let holder = try id(kind, name)
        let own = try #require(state.credentials.sorted.first { $0.object.holder == holder })
        return Scope(.credential, own.object.id.description)
    }

    func link(_ operator: ObjectID) -> EntryBody {
        .putEnrolment(Engine.enrolment(of: `operator`, Fingerprint(of: "x"), at: world.clock.now))
    }
}
