// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

/// Text to fragment to text, text to JSON, JSON to text: always the same schema.
enum SchemaRoundTrip {
    /// What is lost on the way of a schema in text; empty when nothing is.
    static func losses(of text: String) throws -> [String] {
        let fragment = try SchemaFragment(parsing: text)
        let schema = try fragment.resolved()
        var losses: [String] = []
        let printed = try fragment.text
        let again = try SchemaFragment(parsing: printed)
        if again != fragment { losses.append("fragment -> text -> fragment") }
        if try again.text != printed { losses.append("text -> fragment -> text") }
        if try again.resolved() != schema { losses.append("the meaning of the text") }
        return losses + (try self.losses(ofJSON: fragment.json, meaning: schema))
    }

    /// Where a schema in text is not what the reference implementation's translation of it to JSON says.
    static func differences(of text: String, from translation: JSONValue) throws -> [String] {
        let fragment = try SchemaFragment(parsing: text)
        var differences: [String] = []
        if fragment.json != translation { differences.append("another JSON form") }
        if try Schema(json: translation) != fragment.resolved() { differences.append("the meaning of the translation") }
        return differences
    }

    /// What is lost on the way of a schema in JSON.
    static func losses(ofJSON json: JSONValue, meaning schema: Schema? = nil) throws -> [String] {
        let fragment = try SchemaFragment(json: json)
        let meant = try fragment.resolved()
        var losses: [String] = []
        if let schema, meant != schema { losses.append("the meaning of the JSON") }
        if try SchemaFragment(json: fragment.json) != fragment { losses.append("fragment -> JSON -> fragment") }
        let printed = try SchemaFragment(parsing: fragment.text)
        if try printed.resolved().withoutHalves != meant.withoutHalves { losses.append("the meaning of JSON -> text") }
        return losses
    }
}

@Suite struct SchemaRoundTripTests {
    @Test(arguments: SchemaCases.accepted)
    func texts(text: String) throws {
        #expect(try SchemaRoundTrip.losses(of: text) == [])
    }

    @Test(arguments: SchemaJSONCases.accepted)
    func jsons(text: String) throws {
        // A shape that a common type gives, `decimal` from outside the namespace and the like: all can be said in text.
        #expect(try SchemaRoundTrip.losses(ofJSON: json(text)) == [])
    }

    @Test func randomSchemas() throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        var accepted = 0
        let rounds = Effort.rounds(200)
        for round in 0..<rounds {
            let text = RandomSchema.text(using: &generator)
            guard schemaError(text) == nil else { continue }
            accepted += 1
            #expect(try SchemaRoundTrip.losses(of: text) == [], "seed \(seed), round \(round):\n\(text)")
        }
        #expect(accepted > rounds / 3, "seed \(seed)")
    }
}
