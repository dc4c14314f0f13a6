// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Cedar
import Foundation
import StrictJSON

/// Why Cedar files cannot be served, as `file:line:column: message`.
public struct PlainCedarFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence for people.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Reads a directory of policies and a file of entities.
public enum PlainCedarFiles {
    /// The largest entity file and the most values in it.
    private static let entityLimits = JSONLimits(maximumBytes: 64 << 20, maximumDepth: 64, maximumValues: 1 << 23)

    /// The policies of all `*.cedar` files in `directory`.
    ///
    /// Files are read in the order of their names' bytes and the policies named `policy0`, `policy1` and so on through
    /// all of them, so that ids are unique and the same in every run.
    public static func policies(in directory: String) throws -> PolicySet {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0.hasSuffix(".cedar") && !$0.hasPrefix(".") }
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw PlainCedarFailure("\(directory): the directory cannot be read")
        }
        guard !names.isEmpty else { throw PlainCedarFailure("\(directory): no file here ends in .cedar") }
        var policies: [Policy] = []
        for name in names {
            let path = "\(directory)/\(name)"
            let first = policies.count
            let text = try bytes(path)
            do throws(ParseError) {
                policies += try Policy.parse(text) { Policy.numbered(first + $0) }
            } catch {
                throw PlainCedarFailure("\(path):\(error.position.line):\(error.position.column): \(error.message)")
            }
        }
        return try PolicySet(policies)
    }

    /// The entities of a file in Cedar's entity JSON; no entities without a file.
    public static func entities(at path: String?) throws -> EntityStore {
        guard let path else { return EntityStore() }
        let text = try bytes(path)
        do throws(EntityReadError) {
            return try EntityStore(parsing: text, limits: entityLimits)
        } catch {
            guard case .json(let fault) = error else { throw PlainCedarFailure("\(path): \(error)") }
            throw PlainCedarFailure("\(path):\(fault.line):\(fault.column): \(fault.message)")
        }
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PlainCedarFailure("\(path): the file cannot be read")
        }
        return Array(data)
    }
}
