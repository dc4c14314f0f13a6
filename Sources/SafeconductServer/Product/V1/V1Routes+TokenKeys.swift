// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel

extension V1Routes {
    /// The keys that sign tokens.
    var tokenKeyRoutes: [Route] {
        [
            Route(
                .GET,
                "/v1/token-keys",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "listTokenKeys",
                    "The keys that sign tokens, the newest first: their times and what they are for now.",
                    query: Parameter.paging,
                    answers: [.ok(.page(of: "TokenKey", .tokenKey), headers: [.link])]
                )
            ) { call throws(Problem) in
                let page = try PageRequest(call)
                let after = try page.after.map { token throws(Problem) in
                    guard let id = ObjectID(token), id.kind == .tokenKey else { throw PageRequest.badToken }
                    return id
                }
                let records = engine.view.state.tokenKeys.sorted.reversed().filter { record in
                    after.map { record.object.id < $0 } ?? true
                }
                return page.reply(records) { record, writer in
                    write(record, to: &writer)
                    return record.object.id.description
                }
            },
            Route(
                .POST,
                "/v1/token-keys",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "rotateTokenKeys",
                    "Makes the next key that signs tokens; it does once everybody can have seen it.",
                    answers: [
                        .created(.tokenKey), Answer(200, "The next key is there already.", .json(.tokenKey)),
                    ]
                )
            ) { call throws(Problem) in
                let outcome = await engine.rotateTokenKeys(by: try engine.operatorID(call.caller))
                let (revs, view) = try Self.done(outcome)
                let keys = view.state.tokenKeys
                guard let record = keys.newest(where: { revs.contains($0.created) }) ?? keys.sorted.last else {
                    throw Problem(.internalError, "there is no token key")
                }
                var writer = JSONWriter()
                write(record, to: &writer)
                return answer(writer, status: revs.isEmpty ? 200 : 201, rev: view.state.rev)
            },
        ]
    }

    private func write(_ record: Record<TokenKey>, to writer: inout JSONWriter) {
        let key = record.object
        writer.beginObject()
        for (name, text) in [
            ("id", key.id.description), ("thumbprint", key.fingerprint.thumbprint),
            ("signs_from", key.signsFrom.description), ("signs_until", key.signsUntil.description),
            ("accepted_until", key.acceptedUntil.description), ("state", engine.standing(of: record).rawValue),
        ] {
            writer.key(name)
            writer.string(text)
        }
        writer.endObject()
    }
}
