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
    case schema, schemaForm, policyForm, typed

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
            _ = PolicyBatch.parseSchema(bytes)
            _ = PolicyBatch.evaluate(bytes)
        case .schema:
            if let fragment = try? SchemaFragment(parsing: bytes) { Self.schema(fragment) }
        case .schemaForm:
            guard let json = try? JSONValue(parsing: bytes) else { return }
            if let fragment = try? SchemaFragment(json: json) { Self.schema(fragment) }
        case .policyForm:
            guard let json = try? JSONValue(parsing: bytes), let policies = try? PolicySet(json: json) else { return }
            Self.forms(policies)
            Scene.ask(policies)
        case .typed: Self.typed(bytes)
        }
    }

    // Each policy's own source, read alone, is the same policy.
    private static func policies(_ bytes: [UInt8]) {
        guard let policies = try? Policy.parse(bytes) else { return }
        formatted(String(decoding: bytes, as: UTF8.self), policies)
        for policy in policies {
            guard let alone = try? Policy.parse(policy.source) else {
                fatalError("the source of a policy does not parse")
            }
            expect(alone.count == 1, "the source of a policy is not one policy")
            expect(alone[0].expression.nodes.count == policy.expression.nodes.count, "the trees differ")
            expect(alone[0].annotations.count == policy.annotations.count, "the annotations differ")
        }
        guard let set = try? PolicySet(policies) else { return }
        Scene.ask(set)
        forms(set)
        updates(set)
    }

    // Formatting changes space alone: the policies stay, and formatting again changes nothing.
    private static func formatted(_ text: String, _ policies: [Policy]) {
        guard let once = try? PolicyFormatter.format(text) else { fatalError("policies cannot be formatted") }
        guard let again = try? Policy.parse(once) else { fatalError("formatted policies do not parse") }
        expect((try? PolicyFormatter.format(once)) == once, "formatting again changes it")
        expect(again.count == policies.count, "formatting loses a policy")
        for (one, other) in zip(policies, again) {
            expect((try? one.json) == (try? other.json), "formatting changes a policy")
        }
        expect((try? Policy.parse((try? PolicyFormatter.format(text, width: 10)) ?? "?")) != nil, "narrow")
    }

    // The JSON form comes back the same, and the text written from a policy is that policy.
    private static func forms(_ policies: PolicySet) {
        guard let form = try? policies.json else { return }
        guard let again = try? PolicySet(json: form) else { fatalError("the JSON form of policies is none") }
        expect((try? again.json) == form, "another JSON form came back")
        for policy in policies.policies where policy.link == nil {
            guard let written = try? Policy.parse(policy.text), written.count == 1 else {
                // Text is deeper than JSON where brackets are needed.
                continue
            }
            expect((try? written[0].json) == (try? policy.json), "the text of a policy is another policy")
        }
    }

    // Half of the policies taken out and put back one by one: what answers then is as good as new.
    private static func updates(_ policies: PolicySet) {
        var changed = policies
        let moved = policies.policies.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        for policy in moved { expect(changed.remove(policy.id), "a policy cannot be removed") }
        guard let fewer = try? PolicySet(Array(changed.policies)) else { fatalError("a set has an id twice") }
        Scene.expectSameAnswers(changed, fewer)
        for policy in moved {
            guard (try? changed.add(policy)) != nil else { fatalError("a policy cannot come back") }
        }
        Scene.expectSameAnswers(changed, policies)
    }

    // A schema that resolves is written in both forms, and means the same in each.
    private static func schema(_ fragment: SchemaFragment) {
        guard let schema = try? fragment.resolved() else { return }
        guard let form = try? SchemaFragment(json: fragment.json) else {
            fatalError("the JSON form of a schema is none")
        }
        expect((try? form.resolved()) == schema, "the JSON form is another schema")
        guard let text = try? fragment.text else { return }
        guard let written = try? SchemaFragment(parsing: text) else { fatalError("the text of a schema is none") }
        expect((try? written.resolved()) == schema, "the text is another schema")
        expect((try? written.text) == text, "the text of the text is another")
    }

    // A schema, entities, a request and policies, with NULs between. What the validator lets pass meets no type error.
    private static func typed(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 4, let schema = try? Schema(parsing: parts[0]) else { return }
        let entities = try? EntityStore(parsing: parts[1], schema: schema)
        let json = try? JSONValue(parsing: parts[2])
        let request = json.flatMap { try? AuthorizationRequest(json: $0, schema: schema) }
        guard let policies = try? PolicySet(parsing: parts[3]) else { return }
        let validator = Validator(schema)
        for policy in policies.policies {
            let strict = validator.validate(policy, mode: .strict).isValid
            let permissive = validator.validate(policy, mode: .permissive).isValid
            expect(permissive || !strict, "strictly valid and not permissively")
            guard permissive, let entities, let request, let alone = try? PolicySet([policy]) else { continue }
            for failure in alone.authorize(request, entities: entities).failures {
                switch failure.error.code {
                case .missingEntity, .overflow, .value: break
                default: fatalError("a valid policy fails: \(failure.error)")
                }
            }
        }
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
