// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

/// One stored object of each kind, byte for byte as the log keeps it.
enum Sample {
    /// 2026-11-21T07:40:00Z.
    static let now = Timestamp(seconds: 1_795_246_800)
    static let expiry = now.advanced(byMilliseconds: 86_400_000)
    static let owner = id(.operator, 1)

    static func id(_ kind: ObjectKind, _ number: UInt64) -> ObjectID {
        ObjectID(kind: kind, high: UInt64(now.milliseconds) << 16, low: number)
    }

    static func custody(owner: ObjectID = owner, expiry: Timestamp = expiry) -> String {
        #""owner":"\#(owner)","purpose":"orders","boundary":"prod/eu","expires_at":"\#(expiry)""#
    }

    static let fingerprint = String(repeating: "0123456789abcdef", count: 4)
    static let sealed = #","sealed":{"key":"nhi_1/202611","box":"AAECAw"}"#

    static let `operator` =
        #"{"id":"\#(owner)","name":"payments","kind":"team",\#(custody())}"#

    static func identity(_ number: UInt64 = 2, name: String = "checkout", federation: String = "") -> String {
        #"{"id":"\#(id(.identity, number))","name":"\#(name)","kind":"service",\#(custody()),"#
            + #""labels":["eu","pci"],"federation":[\#(federation)]}"#
    }

    static let binding =
        #"{"issuer":"\#(id(.issuer, 4))","subject":"repo:shop/checkout:ref","claims":{"aud":"x","n":1,"ok":true}}"#

    static func api(
        basePath: String = "/v1",
        hosts: String = #""api.example""#,
        operations: String = Sample.operations
    ) -> String {
        #"{"id":"\#(id(.api, 3))","name":"orders","# + custody()
            + #","hosts":[\#(hosts)],"base_path":"\#(basePath)","data_class":"internal","sensitivity":500,"#
            + #""operations":[\#(operations)]}"#
    }

    static func operation(_ name: String, _ method: String, _ path: String, action: String = "read") -> String {
        #"{"name":"\#(name)","method":"\#(method)","path":"\#(path)","action":"\#(action)","#
            + #""capabilities":[],"attributes":[]}"#
    }

    static let operations =
        operation("show", "GET", "/orders/{id}")
        + #",{"name":"cancel","method":"DELETE","path":"/orders/{id}","action":"write","data_class":"secret","#
        + #""sensitivity":900,"capabilities":["mints_credentials","reads_personal_data"],"attributes":["reason"]}"#

    static let tokenKey =
        #"{"id":"\#(id(.tokenKey, 9))","jwk":{"crv":"P-256","kty":"EC","x":"AAAA","y":"BBBB"},"fingerprint":"\#(fingerprint)","#
        + #""signs_from":"\#(now)","signs_until":"\#(expiry)","accepted_until":"\#(expiry.advanced(byMilliseconds: 1))"}"#

    static func task(_ number: UInt64 = 11, more: String = "", budget: String = "") -> String {
        #"{"id":"\#(id(.task, number))","identity":"\#(id(.identity, 2))","purpose":"report","#
            + #""apis":[{"api":"\#(id(.api, 3))","operations":["cancel","show"]}],"data_classes":["internal"],\#(budget)"#
            + #""not_before":"\#(now)","expires_at":"\#(now.advanced(byMilliseconds: 3_600_000))"\#(more)}"#
    }

    static let issuer =
        #"{"id":"\#(id(.issuer, 4))","name":"ci","# + custody()
        + #","url":"https://issuer.example","jwks_url":"https://issuer.example/keys","audiences":["safeconduct"],"#
        + #""algorithms":["ES256","RS256"],"token_types":["jwt"],"maximum_token_seconds":3600,"one_time":true,"#
        + #""required_claims":{"env":["prod","eu"],"owner":"shop"},"trust_domain":"shop.example"}"#

    static let backEnd =
        #"{"id":"\#(id(.backEnd, 10))","name":"stock","# + custody()
        + #","type":"postgresql","api":"\#(id(.api, 3))","connection":{"host":"db.example","port":5432,"#
        + #""databases":["stock"],"user":"broker","sslmode":"verify-full"},"roles":[{"operation":"show","#
        + #""in_roles":["readers"],"ttl_seconds":900,"maximum_seconds":3600,"connection_limit":4}]}"#
    static let enforcementPoint =
        #"{"id":"\#(id(.enforcementPoint, 5))","name":"edge","# + custody()
        + #","apis":["\#(id(.api, 3))"],"subjects":["proven","asserted"]}"#

    static let credential =
        #"{"id":"\#(id(.credential, 6))","kind":"bearer","holder":"\#(id(.enforcementPoint, 5))","#
        + #""fingerprint":"\#(fingerprint)",\#(custody()),"ancestors":["\#(id(.credential, 9))"]}"#

    static let policySet =
        #"{"id":"\#(id(.policySet, 7))","files":[{"name":"a.cedar","text":"permit (principal, action, resource);\n"}],"#
        + #""digest":"\#(Fingerprint(of: #"["a.cedar","permit (principal, action, resource);\n"]"#))"}"#

    static let cut =
        #"{"id":"\#(id(.cut, 8))","scope":{"kind":"identity","id":"\#(id(.identity, 2))"},"#
        + #""suspect_since":"2026-11-20T00:00:00.000Z"}"#

    static let hold = #"{"id":"\#(id(.hold, 9))","scope":{"kind":"all"}}"#

    static let node = #"{"id":"\#(id(.node, 10))","number":1,"verifying_key":"BAUG"}"#

    /// The state after these entries holds one object of each kind.
    static func entries() throws -> [Entry] {
        let bodies: [EntryBody] = [
            .logOpen(LogOpening(origin: "test.example/control", verifyingKey: "k+1+AA", generation: 1)),
            .putNode(try read(node)), .putOperator(try read(`operator`)), .putIssuer(try read(issuer)),
            .putIdentity(try read(identity(federation: binding))), .putApi(try read(api())),
            .putEnforcementPoint(try read(enforcementPoint)), .putCredential(try read(credential)),
            .activatePolicies(try read(policySet)), .cut(try read(cut)), .placeHold(try read(hold)),
            .anchorEvidence(EvidenceAnchor(origin: "test.example/evidence-1-202611", size: 7, root: "AAAA")),
        ]
        return bodies.map { Entry(time: now, by: owner, body: $0) }
    }

    /// The state after ``entries()``.
    static func state() throws -> TrustState {
        var state = TrustState()
        for entry in try entries() { try state.apply(entry) }
        return state
    }

    /// Reads a stored object.
    static func read<Object: TrustObject>(_ text: String) throws -> Object {
        try Object(stored: try JSONValue(parsing: text))
    }

    /// The stored form of an object.
    static func text(_ object: some TrustObject) -> String {
        var writer = JSONWriter()
        object.writeStored(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension TrustState {
    /// The lines of a snapshot.
    func snapshot() -> [[UInt8]] {
        var lines: [[UInt8]] = []
        writeSnapshot { lines.append($0) }
        return lines
    }

    /// Reads what ``snapshot()`` wrote, in parts of `together` lines.
    static func restored(from lines: [[UInt8]], together: Int = 3) throws -> TrustState {
        var reader = SnapshotReader()
        for start in stride(from: 0, to: lines.count, by: together) {
            let part = Array(lines[start..<min(lines.count, start + together)])
            try reader.read(try SnapshotPart(part, isFirst: start == 0))
        }
        return try reader.finish()
    }

    /// Folds one change, `milliseconds` after the newest.
    mutating func apply(_ body: EntryBody, after milliseconds: Int64 = 0) throws {
        try apply(
            Entry(time: max(time, Sample.now).advanced(byMilliseconds: milliseconds), by: Sample.owner, body: body)
        )
    }

    /// The refusal of a change at ``Sample/now``; nil when it is allowed.
    func refusal(of body: EntryBody, at time: Timestamp = Sample.now) -> CommandRefusal? {
        do {
            try validate(body, at: time)
            return nil
        } catch {
            return error
        }
    }
}
