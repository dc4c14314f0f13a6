// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Cedar
import StrictJSON
import TrustModel

/// The files that commands about plain Cedar take: nothing of a server is in them.
struct CedarFiles: ParsableArguments {
    @Option(help: ArgumentHelp("Cedar text, or a directory of *.cedar files.", valueName: "file"))
    var policies: String

    @Option(help: ArgumentHelp("A JSON array in Cedar's entity form.", valueName: "file"))
    var entities: String

    @Option(help: ArgumentHelp("A schema in the Cedar schema language.", valueName: "file"))
    var schema: String?

    /// The policies; their ids are `@id`'s value where it is one policy's alone, else `policy0`, `policy1` and so on
    /// through all files.
    func readPolicies() throws(CommandFailure) -> Cedar.PolicySet {
        var policies: [Policy] = []
        for file in try PolicyFiles.read([self.policies]) where file.stored.content == .policies {
            let first = policies.count
            // Read before, to tell faults by file and line.
            policies += (try? Policy.parse(file.text, id: { Policy.numbered(first + $0) })) ?? []
        }
        var names: [Text: Int] = [:]
        for policy in policies { names[policy.annotation("id") ?? policy.id, default: 0] += 1 }
        var set = Cedar.PolicySet()
        for var policy in policies {
            if let id = policy.annotation("id"), names[id] == 1 { policy.id = id }
            set.replace(policy)
        }
        return set
    }

    /// The schema; nil when none is named.
    func readSchema() throws(CommandFailure) -> Schema? {
        guard let schema else { return nil }
        return try Self.schema(at: schema)
    }

    /// The entities; with a schema they have to conform to it.
    func readEntities(_ schema: Schema?) throws(CommandFailure) -> EntityStore {
        try Self.entities(at: entities, schema)
    }
}

extension CedarFiles {
    private static let maximumBytes = 1 << 30
    private static let limits = JSONLimits(maximumBytes: maximumBytes, maximumDepth: 64, maximumValues: 1 << 26)

    /// Reads a schema.
    static func schema(at path: String) throws(CommandFailure) -> Schema {
        let bytes = try InputFile.bytes(path, maximumBytes: maximumBytes)
        do throws(SchemaError) {
            return try Schema(parsing: bytes)
        } catch {
            throw CommandFailure(.error, "\(path): \(error)")
        }
    }

    /// Reads entities.
    static func entities(at path: String, _ schema: Schema?) throws(CommandFailure) -> EntityStore {
        let bytes = try InputFile.bytes(path, maximumBytes: maximumBytes)
        do throws(EntityReadError) {
            guard let schema else { return try EntityStore(parsing: bytes, limits: limits) }
            return try EntityStore(parsing: bytes, schema: schema, limits: limits)
        } catch {
            throw CommandFailure(.error, "\(path): \(error)")
        }
    }

    /// Reads one request: `{"principal", "action", "resource", "context"?}`.
    static func request(at path: String, _ schema: Schema?) throws(CommandFailure) -> AuthorizationRequest {
        try request(try json(at: path), schema, path)
    }

    /// Reads a sample of requests: a JSON array, or an object with one as its `requests`.
    static func requests(at path: String, _ schema: Schema?) throws(CommandFailure) -> [AuthorizationRequest] {
        let json = try json(at: path)
        guard let list = json.arrayValue ?? json["requests"]?.arrayValue else {
            throw CommandFailure(
                .error,
                "\(path): an array of requests is expected, or one as the 'requests' of an object"
            )
        }
        var requests: [AuthorizationRequest] = []
        for (index, element) in list.enumerated() {
            requests.append(try request(element, schema, "\(path): /\(index)"))
        }
        return requests
    }

    /// Reads one request from JSON that stands at `place`.
    static func request(
        _ json: JSONValue,
        _ schema: Schema?,
        _ place: String
    ) throws(CommandFailure) -> AuthorizationRequest {
        do throws(EntityFormatError) {
            guard let schema else { return try AuthorizationRequest(json: json) }
            return try AuthorizationRequest(json: json, schema: schema)
        } catch {
            let pointer = error.pointer.isEmpty ? "" : " \(error.pointer):"
            throw CommandFailure(.error, Printable.text("\(place):\(pointer) \(error.message)"))
        }
    }

    private static func json(at path: String) throws(CommandFailure) -> JSONValue {
        let bytes = try InputFile.bytes(path, maximumBytes: maximumBytes)
        do throws(JSONError) {
            return try JSONValue(parsing: bytes, limits: limits)
        } catch {
            throw CommandFailure(.error, "\(path):\(error.line):\(error.column): \(error.message)")
        }
    }
}
