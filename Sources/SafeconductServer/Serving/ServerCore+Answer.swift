// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import TrustModel

extension ServerCore {
    /// The longest that an answer waits for a revision.
    static let revisionWait = Duration.seconds(2)

    /// Everything between a whole request of a known caller and its answer that is the same for all routes.
    ///
    /// In order: an identity is known by its token, the caller is asked about once more where that is due, the revision asked for is waited for, unknown
    /// parameters are refused, a command gets its terms, the route does its work, and who has the answer already is told
    /// so.
    func answer(_ call: HTTPCall, by route: Route) async -> Reply {
        var call = call
        do throws(Problem) {
            if call.caller.unverified != nil { call.caller = try await identify(call.caller, on: route) }
            // What counts once is spent before anything is done or told for it.
            if call.caller.assertion != nil || route.isReading {
                try await gatekeeper.confirm(call.caller, reading: route.isReading ? route.collection : nil)
            }
            guard route.audience != .public, let revisions else { return try await tell(call, by: route) }
            try await wait(for: call, revisions)
            // Read before the route does its work: what the answer shows is never older.
            let revision = revisions.revision
            var reply: Reply
            do throws(Problem) { reply = try await tell(call, by: route) } catch {
                reply = error.reply(instance: call.requestID, as: route.errors)
            }
            if !reply.headers.contains(where: { $0.name == Self.revisionHeader }) {
                reply.headers.append((Self.revisionHeader, String(revision)))
            }
            return reply
        } catch {
            return error.reply(instance: call.requestID, as: route.errors)
        }
    }

    private func identify(_ caller: Caller, on route: Route) async throws(Problem) -> Caller {
        do throws(Problem) { return try await gatekeeper.identify(caller) } catch {
            if error.code.status == 401 { gatekeeper.refused(error, on: route.name) }
            throw error
        }
    }

    /// So far may another node be ahead of this one.
    private static let furthestRevision: UInt64 = 1_000_000
    static let revisionHeader = "X-Trust-Revision"
    private static let wantedHeader = "At-Least-Revision"

    private func wait(for call: HTTPCall, _ revisions: any RevisionSource) async throws(Problem) {
        let values = call.headers[Self.wantedHeader]
        guard let value = values.first else { return }
        guard values.count == 1, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let wanted = Int64(value) else {
            throw Problem(.invalidRequest, "\(Self.wantedHeader) is one revision, such as an answer's X-Trust-Revision")
        }
        // No answer of this control plane ever told a revision so far ahead: it is a mistake, not a delay.
        guard UInt64(wanted) <= revisions.revision + Self.furthestRevision else {
            throw Problem(.invalidRequest, "there is no revision \(wanted); this node stands at \(revisions.revision)")
        }
        guard await revisions.reaches(UInt64(wanted), within: Self.revisionWait) else {
            throw Problem(
                .revisionUnreached,
                "this node stands at revision \(revisions.revision)",
                headers: [("Retry-After", "1")]
            )
        }
    }

    private func tell(_ call: HTTPCall, by route: Route) async throws(Problem) -> Reply {
        if route.isResource { try call.allowQuery(route.document.query) }
        guard route.isCommand else {
            let reply = try await route.handler(call)
            return try Self.unlessKnown(reply, call)
        }
        if !route.document.isTagged, try !Conditions(call.headers).isEmpty {
            // Passing over a condition would carry out what was not to be.
            throw Problem(.invalidRequest, "the route takes neither If-Match nor If-None-Match")
        }
        let key = try IdempotencyKey(call.headers)
        let terms = CommandTerms(
            key: key.map { CommandTerms.key($0.text, of: call.caller.id, request: Self.request(call)) },
            credential: ObjectID(call.caller.credential),
            facts: call.caller.proven?.facts
        )
        let result = await CommandTerms.$current.withValue(terms) { () async -> Result<Reply, Problem> in
            do throws(Problem) { return .success(try await route.handler(call)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// What a key stands for: method, path, query and body as sent.
    private static func request(_ call: HTTPCall) -> [UInt8] {
        var bytes = Array("\(call.method.rawValue)\n\(call.path)\(call.query.map { "?\($0)" } ?? "")\n".utf8)
        bytes.append(contentsOf: call.body)
        return bytes
    }

    /// 304 where the asker has this very version (RFC 9110 section 13.1.2).
    private static func unlessKnown(_ reply: Reply, _ call: HTTPCall) throws(Problem) -> Reply {
        guard reply.status == 200, call.method == .GET || call.method == .HEAD,
            let tag = reply.headers.first(where: { $0.name == "ETag" })?.value,
            let known = try Conditions(call.headers).ifNoneMatch,
            known.include(EntityTag(opaque: String(tag.dropFirst().dropLast())), weakly: true)
        else { return reply }
        var reply = reply
        reply.status = 304
        reply.body = []
        return reply
    }
}
