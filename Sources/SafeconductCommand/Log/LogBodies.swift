// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import TransparencyLog
import TrustStore

/// The bodies of a log, read from a server as its operator and compared with what the tree commits to; and the anchors
/// of other logs that they hold.
struct LogBodies: Sendable {
    /// A checkpoint of an evidence log as the control log keeps it.
    struct Anchor: Sendable, Equatable {
        let origin: String
        let size: UInt64
        let root: String
    }

    let client: Client
    /// The log's name in paths.
    let name: String

    /// Reads every leaf below the checkpoint's size.
    ///
    /// - Parameter anchors: What the control log says of this log.
    /// - Returns: The anchors that the bodies hold; nil when this caller may not see bodies.
    func check(_ checkpoint: Checkpoint, _ anchors: [Anchor]) async throws(LogFault) -> [Anchor]? {
        var pass = Pass(wanted: Dictionary(grouping: anchors, by: \.size))
        var token: String?
        while pass.tree.size < checkpoint.size {
            guard let page = try await page(after: token) else {
                // A server that stops showing bodies half-way does not take back what it showed.
                try pass.requireBodies()
                return nil
            }
            let items = page["items"]?.arrayValue ?? []
            guard !items.isEmpty else { throw LogFault("its leaves end before its checkpoint") }
            for item in items where pass.tree.size < checkpoint.size { try pass.take(item) }
            token = String(pass.tree.size - 1)
        }
        guard pass.tree.root == checkpoint.root else {
            throw LogFault("its bodies lead to another root than it signed")
        }
        try pass.requireBodies()
        if let anchor = anchors.first(where: { $0.size > checkpoint.size }) {
            throw LogFault("the control log anchors \(anchor.size) entries of it")
        }
        return pass.found
    }

    private func page(after token: String?) async throws(LogFault) -> JSONValue? {
        let query = "?page_size=1000" + (token.map { "&page_token=\($0)" } ?? "")
        do throws(CommandFailure) {
            let answer = try await client.get("/v1/logs/\(PathSegment.encode(name))/leaves\(query)")
            // Logs may be public while bodies are not; and a server of an older release has no such path.
            if [401, 403, 404].contains(answer.status) { return nil }
            if answer.isDamage { throw CommandFailure(.error, answer.failure.message) }
            return try answer.accepted().json()
        } catch {
            throw error.status == .error ? LogFault(error.message) : LogFault(error)
        }
    }

    /// One pass over the leaves.
    private struct Pass {
        var tree = GrowingTree()
        var found: [Anchor] = []
        private var absent = AbsentBodies()
        let wanted: [UInt64: [Anchor]]

        init(wanted: [UInt64: [Anchor]]) { self.wanted = wanted }

        mutating func take(_ item: JSONValue) throws(LogFault) {
            let index = tree.size
            guard item["index"]?.integerValue.map({ UInt64(clamping: $0) }) == index,
                let text = item["commitment"]?.stringValue, let hash = Hash32(base64: text)
            else { throw LogFault("leaf \(index) is missing") }
            let commitment = LeafCommitment(hash)
            if let body = item["body"]?.stringValue {
                guard let salt = Self.bytes(item["salt"]?.stringValue).flatMap({ LeafSalt(bytes: $0) }),
                    let body = Self.bytes(body), commitment.opens(salt: salt, body: body)
                else { throw LogFault("the body of leaf \(index) is not the one it was made from") }
                if let anchor = Self.anchor(in: body) { found.append(anchor) }
            } else {
                absent.add(index)
            }
            do throws(TransparencyLogError) {
                _ = try tree.append([commitment])
            } catch {
                throw LogFault("its leaves make no tree: \(error.message)")
            }
            for anchor in wanted[tree.size] ?? [] where anchor.root != tree.root.base64 {
                throw LogFault("its first \(tree.size) entries are not those that the control log anchors")
            }
        }

        /// Throws when a leaf came without its body: whoever may see one sees all, and nothing here erases any.
        func requireBodies() throws(LogFault) {
            if let fault = absent.fault(of: tree.size) { throw LogFault(fault, size: tree.size) }
        }

        private static func bytes(_ text: String?) -> [UInt8]? {
            text.flatMap { Data(base64Encoded: $0) }.map(Array.init)
        }

        private static func anchor(in body: [UInt8]) -> Anchor? {
            guard body.starts(with: "{\"v\":1,\"kind\":\"evidence.anchor\"".utf8),
                let entry = try? JSONValue(parsing: body), let anchor = entry["body"],
                let origin = anchor["origin"]?.stringValue, let size = anchor["size"]?.integerValue,
                let root = anchor["root"]?.stringValue
            else { return nil }
            return Anchor(origin: origin, size: UInt64(clamping: size), root: root)
        }
    }
}

extension Answer {
    /// Whether the server found the log itself to be at fault, and not merely out of reach.
    var isDamage: Bool {
        guard !isSuccess, let problem = try? json() else { return false }
        return problem["code"]?.stringValue == "log_damaged"
    }
}
