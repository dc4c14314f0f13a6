// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

extension V1Routes {
    /// What is wrong with what is registered, as seen by this node.
    var findingRoutes: [Route] {
        [
            Route(
                .GET,
                "/v1/findings",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "listFindings",
                    "Protected operations that were called without an identity, and clients that prove themselves as they should not.",
                    query: Parameter.paging,
                    answers: [.ok(.page(of: "Finding", .finding), headers: [.link])]
                )
            ) { call throws(Problem) in
                let page = try PageRequest(call)
                let state = engine.view.state
                let findings =
                    engine.unidentified.findings().map(Finding.call)
                    + engine.legacyProofs.findings().map(Finding.client)
                // Rows move as calls come in, so a page is asked for by its place: a list this short is read at once.
                let start = try page.after.map { token throws(Problem) in
                    guard let start = Int(token), start > 0 else { throw PageRequest.badToken }
                    return start
                }
                let rest = Array(findings.dropFirst(start ?? 0).prefix(page.size + 1))
                var place = start ?? 0
                return page.reply(rest) { finding, writer in
                    switch finding {
                    case .call(let finding): finding.write(names: state, to: &writer)
                    case .client(let finding): finding.write(names: state, to: &writer)
                    }
                    place += 1
                    return String(place)
                }
            }
        ]
    }
}

/// One row of the list.
private enum Finding {
    case call(UnidentifiedCalls.Finding)
    case client(LegacyProofs.Finding)
}

extension LegacyProofs.Finding {
    /// Writes the finding. An identity that was retired since still has its name.
    func write(names state: TrustState, to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, text) in [
            ("kind", kind.rawValue), ("identity", state.identities[identity]?.object.name ?? identity.description),
            ("credential", credential.description),
        ] {
            writer.key(name)
            writer.string(text)
        }
        writer.key("calls")
        writer.integer(Int64(clamping: uses))
        for (name, time) in [("first_at", first), ("last_at", last)] {
            writer.key(name)
            writer.string(time.description)
        }
        writer.endObject()
    }
}

extension UnidentifiedCalls.Finding {
    /// Writes the finding. An object that was retired since still has its name.
    func write(names state: TrustState, to writer: inout JSONWriter) {
        let api = state.apis[api]?.object.name ?? self.api.description
        writer.beginObject()
        for (name, text) in [
            ("kind", "authn.missing"), ("api", api), ("operation", "\(api)/\(operation)"),
            ("enforcement_point", state.enforcementPoints[point]?.object.name ?? point.description),
        ] {
            writer.key(name)
            writer.string(text)
        }
        writer.key("calls")
        writer.integer(Int64(clamping: calls))
        for (name, time) in [("first_at", first), ("last_at", last)] {
            writer.key(name)
            writer.string(time.description)
        }
        writer.endObject()
    }
}
