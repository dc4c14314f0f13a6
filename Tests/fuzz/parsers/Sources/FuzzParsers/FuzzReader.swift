// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON

/// Everything that reads what people or machines send. Whatever the bytes: an error or a value, and of a value what
/// the type promises.
///
/// The seeds choose a reader by its place in this list; new ones come at the end.
enum FuzzReader: CaseIterable {
    case policies, entities, request, evaluation, value, pattern, extensions, entityUID, json, batch

    func read(_ bytes: [UInt8]) {
        switch self {
        case .policies: Self.policies(bytes)
        case .entities: _ = try? EntityStore(parsing: bytes)
        case .request:
            guard let json = try? JSONValue(parsing: bytes) else { return }
            if let request = try? AuthorizationRequest(json: json) { Self.comesBack(request) }
        case .evaluation: Self.evaluation(bytes)
        case .value: Self.value(bytes)
        case .pattern: Self.pattern(bytes)
        case .extensions: Self.extensions(String(decoding: bytes, as: UTF8.self))
        case .entityUID: Self.entityUID(String(decoding: bytes, as: UTF8.self))
        case .json: Self.json(bytes)
        case .batch:
            _ = PolicyBatch.parse(bytes)
            _ = PolicyBatch.evaluate(bytes)
        }
    }

    // Each policy's own source, read alone, is the same policy.
    private static func policies(_ bytes: [UInt8]) {
        guard let policies = try? Policy.parse(bytes) else { return }
        for policy in policies {
            guard let alone = try? Policy.parse(policy.source) else {
                fatalError("the source of a policy does not parse")
            }
            expect(alone.count == 1, "the source of a policy is not one policy")
            expect(alone[0].expression.nodes.count == policy.expression.nodes.count, "the trees differ")
            expect(alone[0].annotations.count == policy.annotations.count, "the annotations differ")
        }
        if let set = try? PolicySet(policies) { Scene.ask(set) }
    }

    private static func comesBack(_ request: AuthorizationRequest) {
        guard let again = try? AuthorizationRequest(json: request.json) else {
            fatalError("a request's JSON is no request")
        }
        expect(again.principal == request.principal && again.context == request.context, "another request came back")
    }

    // Policies, entities and a request, with two NULs between.
    private static func evaluation(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 3, let policies = try? PolicySet(parsing: parts[0]),
            let entities = try? EntityStore(parsing: parts[1]), let json = try? JSONValue(parsing: parts[2]),
            let request = try? AuthorizationRequest(json: json)
        else { return }
        let response = policies.authorize(request, entities: entities)
        // A reversed set answers the same.
        guard let reversed = try? PolicySet(policies.policies.reversed()) else {
            fatalError("a set cannot be reversed")
        }
        expect(response.decision == reversed.authorize(request, entities: entities).decision, "the order decides")
    }

    private static func value(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let value = try? Value(json: json) else { return }
        guard let again = try? Value(json: value.json) else { fatalError("a value's JSON is no value") }
        expect(again == value, "another value came back")
        expect(again.hashValue == value.hashValue, "equal values, different hashes")
    }

    // Against the plainest way to match: every place is tried. The first byte parts pattern and text; '*' is wild.
    private static func pattern(_ bytes: [UInt8]) {
        let parts = String(decoding: bytes, as: UTF8.self).utf8.split(
            separator: 0,
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard parts.count == 2, parts[0].count <= 64, parts[1].count <= 256 else { return }
        let pieces = parts[0].split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
        let text = Text(String(decoding: parts[1], as: UTF8.self))
        let expected = Wildcards.match(Array(parts[0]), Array(parts[1]))
        expect(LikePattern(pieces: pieces).matches(text) == expected, "like is wrong")
    }

    // What a constructor reads, its description says again.
    private static func extensions(_ text: String) {
        if let value = DecimalValue(text) { expect(DecimalValue(value.description) == value, "decimal") }
        if let value = DurationValue(text) { expect(DurationValue(value.description) == value, "duration") }
        if let value = IPAddressValue(text) {
            expect(IPAddressValue(value.description) == value, "ip")
            expect(value.isInRange(value), "an address is not in itself")
        }
        if let value = DatetimeValue(text) {
            let value = Value.datetime(value)
            expect((try? Value(json: value.json)) == value, "datetime")
        }
    }

    private static func entityUID(_ text: String) {
        guard let uid = try? EntityUID(parsing: text) else { return }
        expect((try? EntityUID(parsing: uid.description)) == uid, "another entity came back")
        expect((try? EntityUID(json: uid.json)) == uid, "another entity came back from JSON")
    }

    private static func json(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes) else { return }
        guard let again = try? JSONValue(parsing: json.serialized()) else { fatalError("no JSON was written") }
        expect(again == json, "other JSON came back")
    }
}
