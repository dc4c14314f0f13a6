// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import StrictJSON
import TrustModel
import TrustStore

extension V1Routes {
    /// How operators get their keys, and what a command left in the control log.
    var enrolmentRoutes: [Route] {
        [
            Route(
                .POST,
                "/v1/operators/{id}/enrolment",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "inviteOperator",
                    "Makes a one-time link's secret, shown this once; it lives 15 minutes.",
                    answers: [.created(.enrolment)]
                )
            ) { call throws(Problem) in
                let reference = call.parameters[0]
                let (outcome, secret) = await engine.invite(reference, by: try engine.operatorID(call.caller))
                let view = try Self.done(outcome).view
                guard let secret, let id = view.state.find(reference, kind: .operator) else {
                    throw Problem(.internalError, "the link is lost; make another")
                }
                var writer = JSONWriter()
                writer.beginObject()
                for (key, text) in [
                    ("operator", id.description), ("operator_name", view.state.summary(of: id)?.name ?? ""),
                    ("secret", secret.secret), ("expires_at", secret.expiresAt.description),
                ] {
                    writer.key(key)
                    writer.string(text)
                }
                writer.endObject()
                return answer(writer, status: 201, rev: view.state.rev)
            },
            Route(
                .POST,
                "/v1/enrolments/redeem",
                for: .public,
                body: .json(maximumBytes: 16 << 10),
                on: .pool,
                document: RouteDocument(
                    "redeemEnrolment",
                    "Registers the key of whoever holds a link's secret, once.",
                    request: .json(.enrolmentRedemption),
                    answers: [.created(.enrolled)],
                    problems: [.notFound, .conflict, .refused, .tooManyRequests, .unavailable]
                )
            ) { call throws(Problem) in try await redeem(try call.json()) },
            Route(
                .GET,
                "/v1/entries/{rev}",
                for: .operator,
                on: .pool,
                document: RouteDocument(
                    "getEntry",
                    "One entry of the control log as it is stored: who changed what, and which decision let it in.",
                    path: [.required("rev", .string(length: 1...20), "The revision.")],
                    answers: [.ok(.storedEntry)],
                    problems: [.notFound, .unavailable]
                )
            ) { call throws(Problem) in
                guard let rev = UInt64(call.parameters[0]), String(rev) == call.parameters[0] else {
                    throw Problem(.notFound, "the control log has no such revision")
                }
                let body: [UInt8]?
                do {
                    body = try await engine.reading { engine in
                        guard rev < engine.view.state.size, let log = try engine.log(.control) else { return nil }
                        return try log.leaves(rev..<rev + 1).first?.body
                    }
                } catch {
                    throw Problem(.unavailable, "the log can't be read")
                }
                guard let body else { throw Problem(.notFound, "the control log has no such revision") }
                return Reply(contentType: "application/json", body: body, cacheControl: "private, no-cache")
            },
        ]
    }

    private func redeem(_ value: JSONValue) async throws(Problem) -> Reply {
        let (secret, jwk, proof): (String, JSONValue, String)
        do throws(ShapeError) {
            var reader = try ObjectReader(value)
            secret = try reader.string("secret")
            jwk = try reader.required("jwk")
            proof = try reader.string("proof")
            try reader.finish()
        } catch {
            throw Problem(error)
        }
        switch await engine.redeem(secret: secret, jwk: jwk, proof: proof) {
        case .failure(let refusal) where refusal.code == .notFound:
            guard throttle.take(at: engine.now()) else {
                throw Problem(.tooManyRequests, "too many links are tried in vain", headers: [("Retry-After", "5")])
            }
            throw Problem(.notFound, refusal.message, remedy: "Ask for a new link.")
        case .failure(let refusal): throw Problem(refusal)
        case .success(let enrolled):
            var writer = JSONWriter()
            writer.beginObject()
            for (key, text) in [
                ("operator", enrolled.operator.object.id.description), ("name", enrolled.operator.object.name),
                ("credential", enrolled.credential.object.id.description), ("audience", enrolled.audience),
                ("expires_at", enrolled.credential.object.custody.expiresAt.description),
            ] {
                writer.key(key)
                writer.string(text)
            }
            writer.endObject()
            return answer(writer, status: 201)
        }
    }
}
