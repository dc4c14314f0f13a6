// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import StrictJSON
import Testing
import TrustModel
import WorkloadIdentity

@testable import Safeconduct

@Suite struct IntrospectionTests {
    private static func basic(_ name: String, _ secret: String) -> String {
        "Basic " + Data("\(name):\(secret)".utf8).base64EncodedString()
    }

    /// The answer to the point `edge`.
    static func introspect(_ world: World, _ text: String, as token: String) async throws -> JSONValue {
        let request = try World.request([("token", text)], authorization: "Bearer \(token)")
        return try await world.engine.introspect(request).get()
    }

    @Test func aPointIsToldOfTokensForItsApis() async throws {
        try await World.run { world async throws in
            let point = try await world.pointToken()
            let (token, text) = try await world.issuedToken(scope: "create show")
            let answer = try await Self.introspect(world, text, as: point)
            #expect(answer["active"] == true && answer["scope"] == "create show" && answer["token_type"] == "Bearer")
            #expect(answer["jti"]?.stringValue == token.id.description && answer["iss"]?.stringValue == World.issuerURL)
            #expect(
                answer["sub"]?.stringValue == token.subject.description
                    && answer["aud"]?.stringValue == token.audience.description
            )
            #expect(answer["exp"]?.integerValue == token.expiresAt.milliseconds / 1000)
            #expect(answer["safeconduct"] == nil, "what is between nodes stays there")
            let bound = try await world.issuedToken(confirmation: .dpop(Fingerprint(of: "key")))
            let told = try await Self.introspect(world, bound.text, as: point)
            #expect(
                told["token_type"] == "DPoP" && told["cnf"]?["jkt"]?.stringValue == Fingerprint(of: "key").thumbprint
            )
        }
    }

    /// Whatever does not count is the same to who asks.
    @Test func nothingIsToldOfWhatDoesNotCount() async throws {
        try await World.run { world async throws in
            let point = try await world.pointToken()
            try await world.put(.api, "stock", #"{"hosts":["stock.example"],\#(World.custody),"operations":[]}"#)
            let root = try await world.issuedToken()
            let (good, text) = try await world.issuedToken(ancestors: [root.token.id])
            #expect(try await Self.introspect(world, text, as: point)["active"] == true)
            let task = try await world.task()
            let inactive: [String] = [
                "", "abc", text + "x", try await world.issuedToken(api: "stock").text,
                try await world.issuedToken(issuer: "https://other.example").text,
                try await world.issuedToken(scopes: [Scope(task: task)]).text,
            ]
            try await world.cut(#"{"kind":"task","id":"\#(task)"}"#)
            for token in inactive where !token.isEmpty {
                #expect(try await Self.introspect(world, token, as: point) == ["active": false])
            }
            // An ancestor ends it, its subject does, its signing key does.
            try await world.cut(#"{"kind":"credential","id":"\#(root.token.id)"}"#)
            #expect(try await Self.introspect(world, text, as: point) == ["active": false])
            let next = try await world.issuedToken()
            let hold = try await world.hold(#"{"kind":"identity","id":"\#(good.subject)"}"#)
            #expect(try await Self.introspect(world, next.text, as: point) == ["active": false])
            try await world.lift(hold)
            let third = try await world.issuedToken(seconds: 100)
            #expect(try await Self.introspect(world, third.text, as: point)["active"] == true)
            world.clock.advance(seconds: 100)
            #expect(try await Self.introspect(world, third.text, as: point) == ["active": false])
            let fourth = try await world.issuedToken()
            let kid = try #require(await world.engine.tokenSigner()?.verificationKey.keyID)
            try await world.cut(#"{"kind":"key","id":"\#(kid)"}"#)
            #expect(try await Self.introspect(world, fourth.text, as: point) == ["active": false])
        }
    }

    @Test func onlyPointsMayAsk() async throws {
        try await World.run { world async throws in
            let point = try await world.pointToken()
            let text = try await world.issuedToken().text
            for (authorization, isLetIn) in [
                ("Bearer \(point)", true), (Self.basic("edge", point), true), (Self.basic("other", point), false),
                ("Bearer x", false),
                (nil, false), (Self.basic("edge", "x"), false), ("Bearer \(try world.localToken())", false),
            ] as [(String?, Bool)] {
                let request = try World.request([("token", text)], authorization: authorization)
                switch await world.engine.introspect(request) {
                case .success(let answer): #expect(isLetIn && answer["active"] == true)
                case .failure(let refusal): #expect(!isLetIn && refusal.error == .invalidClient)
                }
            }
            let empty = try World.request([], authorization: "Bearer \(point)")
            guard case .failure(let refusal) = await world.engine.introspect(empty) else {
                Issue.record("a request without a token was answered")
                return
            }
            #expect(refusal.error == .invalidRequest)
        }
    }
}
