// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

extension Connection {
    /// What a person said about the server: by options, or by environment variables.
    struct Request: Sendable {
        var url: String?
        var tokenFile: String?
        var caFile: String?
        var keyFile: String?
        var data: String?
    }

    /// The server to talk to: options before the environment before what the server of the data directory left.
    ///
    /// A server named by a URL gets no token that was made for another one: with a URL from an option or the
    /// environment, `connection.json` takes no part.
    ///
    /// - Throws: ``CommandFailure`` when no server is known.
    static func find(_ request: Request, environment: [String: String]) throws(CommandFailure) -> Connection {
        let variable = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let tokenFile = request.tokenFile ?? variable("SAFECONDUCT_TOKEN_FILE")
        let caFile = request.caFile ?? variable("SAFECONDUCT_CA_FILE")
        // Of a token and a key, the one that was named nearer: an option before the environment, then the key.
        let keyFile = request.keyFile ?? (request.tokenFile == nil ? variable("SAFECONDUCT_KEY_FILE") : nil)
        if let keyFile {
            let key = try OperatorKey(file: keyFile)
            let url = request.url ?? variable("SAFECONDUCT_URL") ?? key.url
            return Connection(url: url, caFile: caFile ?? key.caFile, key: key)
        }
        if let url = request.url ?? variable("SAFECONDUCT_URL") {
            return Connection(url: url, tokenFile: tokenFile, caFile: caFile)
        }
        let directory = request.data ?? DataPath.standard(environment)
        guard let path = running(in: directory) else {
            throw CommandFailure(
                .unavailable,
                "no Safeconduct runs here: there is no \(file(in: directory, node: 1))",
                hints: ["Start one with 'safeconduct dev', or name a server with --url and --token-file."]
            )
        }
        let bytes = try InputFile.bytes(path, maximumBytes: 1 << 20)
        do throws(ShapeError) {
            var connection = try Connection(bytes)
            connection.tokenFile = tokenFile ?? connection.tokenFile
            connection.caFile = caFile ?? connection.caFile
            return connection
        } catch {
            throw CommandFailure(.error, "\(path): \(error)")
        }
    }
}

extension Connection {
    /// The file in which a node says where it is; the first node's has no number.
    static func file(in directory: String, node: UInt16) -> String {
        "\(directory)/connection\(node == 1 ? "" : "-\(node)").json"
    }

    /// The file of the running node of the lowest number: they all answer alike.
    private static func running(in directory: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let numbers = names.compactMap { name -> UInt16? in
            if name == "connection.json" { return 1 }
            guard name.hasPrefix("connection-"), name.hasSuffix(".json") else { return nil }
            return UInt16(name.dropFirst("connection-".count).dropLast(".json".count))
        }
        return numbers.min().map { file(in: directory, node: $0) }
    }
}

/// Where the data directory is.
enum DataPath {
    /// The directory that somebody named. What many rely on never goes by a default place: a configuration that lost its
    /// end would then run another control plane, an empty one, and nobody would be told.
    ///
    /// - Parameters:
    ///   - layers: What was said, in any order of weight.
    ///   - source: What to complain about, the configuration file as a rule.
    static func named(_ layers: [SettingsLayer], _ source: String) throws(CommandFailure) -> String {
        if let data = layers.lazy.compactMap(\.data).first { return data }
        throw CommandFailure(
            .error,
            "\(Printable.text(source)): data: no data directory is named, here or by SAFECONDUCT_DATA_DIR",
            hints: ["A file that was cut short says less than was meant: look at its end."]
        )
    }

    /// Throws unless a control plane was made in `directory`, without making anything there.
    static func requireControlPlane(_ directory: String) throws(CommandFailure) {
        guard !InputFile.exists("\(directory)/control.db") else { return }
        throw CommandFailure(
            .notFound,
            "\(Printable.text(directory)) holds no control plane",
            hints: ["'safeconduct init' makes one, 'safeconduct restore' puts a backup there; is the disk mounted?"]
        )
    }

    /// Where it is for one person on one machine, unless they say: `$XDG_STATE_HOME/safeconduct`, else `~/.local/state/safeconduct` (XDG Base Directory Specification).
    static func standard(_ environment: [String: String]) -> String {
        if let named = environment["SAFECONDUCT_DATA_DIR"], !named.isEmpty { return named }
        return state(environment) + "/safeconduct"
    }

    /// The directory for state that programs keep between runs.
    static func state(_ environment: [String: String]) -> String {
        // The specification wants relative paths ignored.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        return "\(home)/.local/state"
    }
}
