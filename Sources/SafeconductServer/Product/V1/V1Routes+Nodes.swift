// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel
import TrustStore

extension V1Routes {
    /// The nodes of this control plane.
    var nodes: Route {
        Route(
            .GET,
            "/v1/nodes",
            for: .operator,
            on: .pool,
            document: RouteDocument(
                "listNodes",
                "The nodes: number, key, and how far their evidence is anchored.",
                query: Parameter.paging,
                answers: [.ok(.page(of: "Node", .node), headers: [.link])]
            )
        ) { call throws(Problem) in
            let page = try PageRequest(call)
            let after = try page.after.map { token throws(Problem) in
                guard let number = UInt16(token) else { throw PageRequest.badToken }
                return number
            }
            let state = engine.view.state
            let records = state.nodes.sorted.filter { $0.object.number > after ?? 0 }
                .sorted { $0.object.number < $1.object.number }
            return page.reply(records) { record, writer in
                write(record, state, to: &writer)
                return String(record.object.number)
            }
        }
    }

    private func write(_ record: Record<Node>, _ state: TrustState, to writer: inout JSONWriter) {
        let node = record.object
        writer.beginObject()
        for (name, text) in [
            ("id", node.id.description), ("since", record.changedAt.description), ("verifying_key", node.verifyingKey),
        ] {
            writer.key(name)
            writer.string(text)
        }
        writer.key("number")
        writer.integer(Int64(node.number))
        writer.key("answering")
        writer.bool(node.id == engine.node.id)
        writer.key("last_anchor")
        if let (name, anchor) = lastAnchor(of: node, state) {
            writer.beginObject()
            writer.key("log")
            writer.string(name.description)
            writer.key("size")
            writer.integer(Int64(clamping: anchor.size))
            writer.key("root")
            writer.string(anchor.root)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.endObject()
    }

    /// The anchor of a node's newest evidence log.
    private func lastAnchor(of node: Node, _ state: TrustState) -> (LogName, EvidenceAnchor)? {
        let found = state.anchors.compactMap { anchor -> (month: Int, name: LogName, anchor: EvidenceAnchor)? in
            guard let text = anchor.origin.split(separator: "/").last, let name = LogName(String(text)),
                case .evidence(node.number, let month) = name
            else { return nil }
            return (month, name, anchor)
        }
        return found.max { $0.month < $1.month }.map { ($0.name, $0.anchor) }
    }
}
