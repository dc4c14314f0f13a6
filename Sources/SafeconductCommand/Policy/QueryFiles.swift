// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import Foundation
import StrictJSON

/// The files and options that all forms of `safeconduct policy query` take.
struct QueryFiles: ParsableArguments {
    @OptionGroup var files: CedarFiles

    @Option(help: ArgumentHelp("The context, a JSON object in Cedar's form.", valueName: "json"))
    var context: String?

    @Option(help: "At most so many.")
    var limit: Int?

    @Option(help: ArgumentHelp("Go on behind this entity.", valueName: "entity"))
    var after: String?

    @Flag(help: "One JSON object.")
    var json = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    /// Answers a query and writes what was found.
    func run(_ query: PolicyQuery) throws {
        guard json else {
            // Written as it is found: there may be millions.
            _ = try find(query) { found in
                FileHandle.standardOutput.write(Data(found.map { "\($0)\n" }.joined().utf8))
            }
            return
        }
        var results: [JSONValue] = []
        let next = try find(query) { found in
            results += found.map { ["type": .string($0.type.text.string), "id": .string($0.id.string)] }
        }
        let answer: JSONValue = [
            "results": .array(results), "next": next.map { .string($0.description) } ?? .null,
        ]
        FileHandle.standardOutput.write(Data(answer.serialized() + [UInt8(ascii: "\n")]))
    }

    /// Gives what is found, page by page, up to the limit.
    ///
    /// - Returns: What to go on behind; nil when that was all.
    func find(_ query: PolicyQuery, _ body: ([EntityUID]) -> Void) throws(CommandFailure) -> EntityUID? {
        let schema = try files.readSchema()
        let store = try files.readEntities(schema)
        let prepared = try files.readPolicies().prepare(query, in: EntityDirectory(store), schema: schema)
        var next: EntityUID?
        if let after {
            let place = try Self.entity(after)
            let isSought =
                switch query.sought {
                case .principals(let type), .resources(let type): place.type == type
                case .actions: place.type.isAction
                }
            guard isSought else {
                throw CommandFailure(.error, "--after: '\(after)' is none of what is sought")
            }
            next = place
        }
        var left = limit ?? .max
        repeat {
            let page = prepared.page(after: next, limit: min(1000, left), entities: store)
            if !page.results.isEmpty { body(page.results) }
            left -= page.results.count
            next = page.next
        } while next != nil && left > 0
        return next
    }

    /// The context given.
    func record() throws(CommandFailure) -> Record {
        guard let context else { return [:] }
        do {
            return try Record(json: try JSONValue(parsing: Array(context.utf8)))
        } catch {
            throw CommandFailure(.error, "--context: \(error)")
        }
    }

    /// The entity that a person wrote as Cedar does.
    static func entity(_ text: String) throws(CommandFailure) -> EntityUID {
        do throws(ParseError) {
            return try EntityUID(parsing: text)
        } catch {
            throw CommandFailure(.error, "'\(text)' is no entity, such as User::\"ann\": \(error.message)")
        }
    }

    /// The entity type that a person wrote.
    static func type(_ text: String) throws(CommandFailure) -> EntityTypeName {
        guard let type = EntityTypeName(text) else {
            throw CommandFailure(.error, "'\(text)' is no entity type; write User or Shop::User")
        }
        return type
    }
}
