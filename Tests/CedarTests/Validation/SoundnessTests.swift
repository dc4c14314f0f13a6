// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

/// What validation is for: a policy that passes strictly does not fail on requests and entities that fit the schema,
/// except for arithmetic that leaves 64 bits.
@Suite struct SoundnessTests {
    private static let schema = """
        entity G;
        entity T in [G] = { owner: U, size: Long } tags String;
        entity U in [G] = {
            n: Long, b?: Bool, o?: String, at?: datetime, u?: U, t: T, s: Set<Long>, r?: { a?: Long, d: decimal }
        } tags Long;
        action read appliesTo { principal: U, resource: T, context: { ip?: ipaddr, who?: U, now: datetime } };
        """

    @Test func whatPassesDoesNotFail() throws {
        let schema = try Schema(parsing: Self.schema)
        let validator = Validator(schema)
        let seed = SeededGenerator.freshSeed()
        var values = ValueGenerator(schema: schema, generator: SeededGenerator(seed: seed))
        let action = try uid("Action::read")
        var passed = 0
        for round in 0..<300 {
            var conditions = ConditionGenerator(
                schema,
                principal: try #require(EntityTypeName("U")),
                action: action,
                resource: try #require(EntityTypeName("T")),
                seed: seed &+ UInt64(round)
            )
            let text = "permit (principal, action, resource) when { \(conditions.condition(depth: 3)) };"
            let policies = try PolicySet(parsing: text)
            guard validator.validate(policies.policies[0]).isValid else { continue }
            passed += 1
            #expect(validator.validate(policies.policies[0], mode: .permissive).isValid, "seed \(seed): \(text)")
            let store = try EntityStore(values.entities())
            for entity in store.all {
                try schema.validate(entity)
                #expect(try Entity(json: entity.json, schema: schema) == entity, "seed \(seed)")
            }
            for _ in 0..<8 {
                let request = AuthorizationRequest(
                    principal: values.uid(try #require(EntityTypeName("U"))),
                    action: action,
                    resource: values.uid(try #require(EntityTypeName("T"))),
                    context: values.record(schema.actions[action]?.context ?? RecordType())
                )
                try schema.validate(request)
                for failure in policies.authorize(request, entities: store).failures {
                    #expect(failure.error.code == .overflow, "seed \(seed): \(failure.error) in \(text)")
                }
            }
        }
        #expect(passed > 60, "seed \(seed)")
    }
}

/// Random values of the types of a schema. There are two entities of each type, and both exist.
struct ValueGenerator {
    let schema: Schema
    var generator: SeededGenerator

    mutating func uid(_ type: EntityTypeName) -> EntityUID {
        EntityUID(type: type, id: Bool.random(using: &generator) ? "x" : "y")
    }

    mutating func value(_ type: SchemaType) -> Value {
        switch type {
        case .bool: .bool(Bool.random(using: &generator))
        case .long: .long([0, 1, -7, .max].randomElement(using: &generator) ?? 0)
        case .string: .string(["a", "", "t"].randomElement(using: &generator) ?? "")
        case .decimal: .decimal(DecimalValue(tenThousandths: Int64.random(in: -9...20_000, using: &generator)))
        case .ipaddr: .ip(IPAddressValue(ipv4: 0x0A00_0001, prefixLength: .random(in: 0...32, using: &generator)))
        case .datetime: .datetime(DatetimeValue(milliseconds: .random(in: .min ... .max, using: &generator)))
        case .duration: .duration(DurationValue(milliseconds: .random(in: .min ... .max, using: &generator)))
        case .entity(let name): .entity(uid(name))
        case .set(let element):
            .set(ValueSet((0..<Int.random(in: 0...3, using: &generator)).map { _ in value(element) }))
        case .record(let type): .record(record(type))
        }
    }

    mutating func record(_ type: RecordType) -> Record {
        var record: Record = [:]
        for attribute in type.attributes where attribute.isRequired || Bool.random(using: &generator) {
            record[attribute.name] = value(attribute.type)
        }
        return record
    }

    /// Both entities of every type.
    mutating func entities() -> [Entity] {
        var entities: [Entity] = []
        for type in schema.entityTypes.values {
            for id in ["x", "y"] as [Text] {
                var entity = Entity(uid: EntityUID(type: type.name, id: id), attributes: record(type.attributes))
                for parent in type.parents where Bool.random(using: &generator) { entity.parents.insert(uid(parent)) }
                if let tags = type.tags, Bool.random(using: &generator) { entity.tags["t"] = value(tags) }
                entities.append(entity)
            }
        }
        return entities
    }
}
