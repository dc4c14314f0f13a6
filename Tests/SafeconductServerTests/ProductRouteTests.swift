// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import NIOHTTP1
import Safeconduct
import StrictJSON
import Testing
import TrustModel
import TrustStore

@testable import SafeconductServer

/// Walks the whole table of the product with a real engine: with no credential, a wrong one, and those of a point, an owner,
/// and an operator without a role; with ones that have expired and ones that were cut.
@Suite(.timeLimit(.minutes(5))) struct ProductRouteTests {
    private static func object(_ members: JSONValue, until expiry: Timestamp? = nil) -> JSONValue {
        var object = JSONObject([("owner", "team"), ("purpose", "test"), ("boundary", "b")])
        if let expiry {
            object["expires_at"] = .string(expiry.description)
        } else {
            object["expires_in"] = "1d"
        }
        for member in members.objectValue ?? JSONObject() { object[member.key] = member.value }
        return .object(object)
    }

    private static let world: [(ObjectKind, String, JSONValue)] = [
        (.operator, "team", ["kind": "team", "purpose": "test", "boundary": "b", "expires_in": "1d"]),
        (.operator, "person", object(["kind": "human", "owner": "person"])),
        (.operator, "lost", object(["kind": "human", "owner": "lost", "roles": ["owner"]])),
        (.operator, "keen", object(["kind": "human", "owner": "keen", "roles": ["owner"]])),
        (.identity, "holder", object(["kind": "service"])),
        (.api, "orders", object(["operations": []])),
        (.enforcementPoint, "point", object(["apis": ["orders"]])),
        (.enforcementPoint, "lost-point", object(["apis": ["orders"]])),
    ]

    /// What each command is sent with; a route that changes something and stands not here fails the walk.
    private static let bodies: [String: String] = [
        "putOperator": #"{"kind":"team","purpose":"x","boundary":"b","expires_in":"1d"}"#,
        "putIdentity": #"{"kind":"service","owner":"team","purpose":"x","boundary":"b","expires_in":"1d"}"#,
        "putApi": #"{"owner":"team","purpose":"x","boundary":"b","expires_in":"1d"}"#,
        "putIssuer":
            #"{"url":"https://i.example","audiences":["a"],"owner":"team","purpose":"x","boundary":"b","expires_in":"1d"}"#,
        "putEnforcementPoint": #"{"apis":["orders"],"owner":"team","purpose":"x","boundary":"b","expires_in":"1d"}"#,
        "retireOperator": "", "retireIdentity": "", "retireApi": "", "retireIssuer": "", "retireEnforcementPoint": "",
        "createEnforcementPoint":
            #"{"name":"some","apis":["orders"],"owner":"team","purpose":"x","boundary":"b","expires_in":"1d"}"#,
        "rotateEnforcementPointToken": "", "inviteOperator": "",
        "activatePolicies": #"{"files":[{"name":"a","text":"permit (principal, action, resource);"}]}"#,
        "putPolicies": #"{"files":[{"name":"a","text":"permit (principal is Identity, action, resource);"}]}"#,
        "enforcePolicies": "", "shadowPolicies": "", "rollBackPolicies": "{}", "retirePolicySet": "",
        "putObjects":
            #"{"objects":[{"kind":"identity","name":"several","object":{"kind":"service","owner":"team","purpose":"x","#
            + #""boundary":"b","expires_in":"1d"}}]}"#,
        "createCut": #"{"scope":{"kind":"key","id":"t"}}"#, "placeHold": #"{"scope":{"kind":"key","id":"t"}}"#,
        // The example key of RFC 7517 appendix A.1.
        "registerCredential":
            #"{"holder":"holder","jwk":{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","#
            + #""y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}}"#, "liftHold": "",
        "rotateTokenKeys": "",
        "confirmGeneration": #"{"generation":2}"#,
        "declareTask":
            #"{"identity":"holder","purpose":"x","apis":[{"api":"orders","operations":["list"]}],"expires_in":"1h"}"#,
        "completeTask": "", "cancelTask": "", "spendOfTask": #"{"amounts":{"calls":1}}"#,
    ]

    private static func path(of route: Route) -> String {
        var path = route.template.description
        for name in route.template.parameterNames { path = path.replacing("{\(name)}", with: "some") }
        return path.hasSuffix("*") ? String(path.dropLast()) + "0/000" : path
    }

    /// The credentials that a walk presents.
    private struct Credentials {
        var point = ""
        var person = ""
        var latePoint = ""
        var lostPoint = ""
        var keys: [String: SigningKey] = [:]
        var origin = ""

        /// A fresh client assertion.
        func assertion(_ name: String, expired: Bool = false) throws -> String {
            let now = Int64(Date().timeIntervalSince1970) - (expired ? 120 : 0)
            let claims: JSONValue = [
                "iss": .string(name), "sub": .string(name), "aud": .string(origin), "iat": .integer(now),
                "exp": .integer(now + 60), "jti": .string(UUID().uuidString),
            ]
            let key = try #require(keys[name])
            return String(decoding: try key.sign(claims.serialized(), type: "JWT"), as: UTF8.self)
        }
    }

    private static func enrol(_ name: String, _ engine: Engine) async throws -> SigningKey {
        let invited = await engine.invite(name, by: engine.node.id)
        let secret = try #require(invited.secret).secret
        let key = SigningKey.generate(.es256)
        let claims: JSONValue = ["enrolment": .string(Fingerprint(of: secret).description)]
        let proof = try key.sign(claims.serialized(), type: "safeconduct-enrolment+jwt")
        _ = try await engine.redeem(
            secret: secret,
            jwk: .object(key.verificationKey.jwk),
            proof: String(decoding: proof, as: UTF8.self)
        ).get()
        return key
    }

    private static func build(_ engine: Engine, _ directory: String) async throws -> Credentials {
        let tokenFile = directory + "/data/operator.token"
        try await engine.provideLocalOperator(tokenFile: tokenFile)
        var credentials = Credentials()
        credentials.person = String(decoding: try PrivateFile.read(tokenFile)?.dropLast() ?? [], as: UTF8.self)
        credentials.origin = engine.view.state.opening?.origin ?? ""
        func put(_ kind: ObjectKind, _ name: String, _ value: JSONValue) async throws {
            let outcome = await engine.put(kind, named: name, value, by: engine.node.id)
            guard case .done = outcome else { throw Problem(.internalError, "\(name): \(outcome)") }
        }
        for (kind, name, value) in world { try await put(kind, name, value) }
        func token(_ name: String) async throws -> String {
            let issued = await engine.issueBearer(to: name, kind: .enforcementPoint, by: engine.node.id)
            return try #require(issued.token, "\(name): \(issued.outcome)").secret
        }
        credentials.point = try await token("point")
        credentials.lostPoint = try await token("lost-point")
        for name in ["person", "lost", "keen"] { credentials.keys[name] = try await enrol(name, engine) }
        for (name, kind) in [("lost", .operator), ("lost-point", .enforcementPoint)] as [(String, ObjectKind)] {
            let id = try #require(engine.view.state.find(name, kind: kind))
            let scope: JSONValue = ["scope": ["kind": "identity", "id": .string(id.description)]]
            guard case .done = await engine.cut(scope, by: engine.node.id) else {
                throw Problem(.internalError, "no cut")
            }
        }
        // Two that get their credentials, and have a second to live after that.
        func late(until expiry: Timestamp) async throws {
            let person: JSONValue = ["kind": "human", "owner": "late", "roles": ["owner"]]
            try await put(.operator, "late", object(person, until: expiry))
            try await put(.enforcementPoint, "late-point", object(["apis": ["orders"]], until: expiry))
        }
        try await late(until: engine.now().advanced(byMilliseconds: 3_600_000))
        credentials.keys["late"] = try await enrol("late", engine)
        credentials.latePoint = try await token("late-point")
        let end = engine.now().advanced(byMilliseconds: 1000)
        try await late(until: end)
        while engine.now() <= end { try await Task.sleep(for: .milliseconds(50)) }
        return credentials
    }

    @Test(arguments: [false, true])
    func everyRouteAsksForItsAudience(publicLog: Bool) async throws {
        try await TestData.withDirectory { directory in
            let store = try SQLiteStore(directory: directory + "/data")
            let engine = try await Engine.open(
                store: store,
                master: try MasterKey(file: directory + "/data/master.key"),
                configuration: EngineConfiguration(issuerURL: "https://pdp.example")
            )
            let credentials = try await Self.build(engine, directory)
            let routes = ProductServer.routes(
                engine,
                publicLog: publicLog,
                at: PublicURL("https://pdp.example"),
                Readiness(),
                MetricRegistry()
            )
            #expect(Set(routes.map(\.document.operation)).count == routes.count)
            // An owner ends what the others are about to present: the walk of commands comes last.
            let ordered = routes.filter { $0.method == .GET } + routes.filter { $0.method != .GET }
            try await TestServer.run(routes, gatekeeper: EngineGatekeeper(engine: engine)) { server in
                for route in ordered {
                    let size = engine.view.state.size
                    try await Self.walk(route, TestClient(port: server.port), credentials) {
                        #expect(engine.view.state.size == size, "\(route.name): something was changed")
                    }
                }
            }
        }
    }

    private static func walk(
        _ route: Route,
        _ client: TestClient,
        _ credentials: Credentials,
        unchanged: () -> Void
    ) async throws {
        let commands = [.operator, .identity].contains(route.audience) && route.method != .GET && !route.changesNothing
        let body = bodies[route.document.operation]
        if commands { #expect(body != nil, "\(route.document.operation) has no body to be tried with") }
        func answer(_ token: String?) async throws -> TestClient.Answer {
            var headers = [("Content-Type", "application/json")]
            if let token, route.authorizationIsSubjects {
                headers.append(("Safeconduct-Enforcement-Point", token))
            } else if let token {
                headers.append(("Authorization", "Bearer \(token)"))
            }
            let method = route.method?.rawValue ?? "GET"
            return try await client.send(method, path(of: route), headers, body: commands ? body ?? "" : "")
        }
        func status(_ token: String?) async throws -> Int { try await answer(token).status }
        let none = try await status(nil)
        let wrong = try await status("nonsense")
        let asPoint = try await status(credentials.point)
        let expired = [
            try await status(credentials.latePoint), try await status(try credentials.assertion("late")),
            try await status(try credentials.assertion("keen", expired: true)),
        ]
        let cut = [try await status(credentials.lostPoint), try await status(try credentials.assertion("lost"))]
        let twice = try credentials.assertion("keen")
        let roleless = try await answer(try credentials.assertion("person"))
        unchanged()
        let refused = [401, 403]
        var statuses = [none, wrong, asPoint, roleless.status] + expired + cut
        switch route.audience {
        case .public:
            statuses += [try await status(credentials.person)]
            #expect(!statuses.contains { refused.contains($0) }, "\(route.name): \(statuses)")
        case .enforcementPoint:
            #expect(none == 401 && wrong == 401 && roleless.status == 403, "\(route.name)")
            #expect(expired + cut == [401, 401, 401, 401, 401], "\(route.name): \(expired) \(cut)")
            #expect(asPoint != 403, "\(route.name)")
            let asPerson = try await status(credentials.person)
            #expect(asPerson == 403, "\(route.name)")
        // Operators may do there what their roles let them; identities have a walk of their own.
        case .operator, .identity:
            #expect(none == 401 && wrong == 401 && asPoint == 403, "\(route.name)")
            #expect(expired + cut == [401, 401, 401, 401, 401], "\(route.name): \(expired) \(cut)")
            #expect(roleless.status == 403 && roleless.code == "denied", "\(route.name): \(roleless.text)")
            let asPerson = try await status(twice)
            #expect(!refused.contains(asPerson), "\(route.name)")
            statuses.append(asPerson)
            // Whatever the route, an assertion counts once.
            let again = try await status(twice)
            #expect(again == 401, "\(route.name): an assertion counted twice")
        }
        #expect(!statuses.contains { $0 >= 500 }, "\(route.name): \(statuses)")
    }
}
