// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// What a request makes its answer depend on (RFC 9110 section 13).
struct Conditions: Sendable {
    let ifMatch: EntityTags?
    let ifNoneMatch: EntityTags?

    /// The conditions of a request.
    ///
    /// - Throws: A ``Problem`` when a header is malformed: a condition that is not understood must not be passed over.
    init(_ headers: HTTPHeaders) throws(Problem) {
        ifMatch = try Self.tags("If-Match", headers)
        ifNoneMatch = try Self.tags("If-None-Match", headers)
    }

    /// Whether there are none.
    var isEmpty: Bool { ifMatch == nil && ifNoneMatch == nil }

    /// Whether something of this version may be changed; nil when it does not exist.
    func allowChange(of present: EntityTag?) -> Bool {
        if let ifMatch, !ifMatch.include(present, weakly: false) { return false }
        if let ifNoneMatch, ifNoneMatch.include(present, weakly: true) { return false }
        return true
    }

    /// The revision that the asker read last, where it says so.
    var knownRevision: UInt64? {
        guard case .listed(let tags)? = ifMatch else { return nil }
        return tags.lazy.compactMap(\.tag.rev).first
    }

    private static func tags(_ name: String, _ headers: HTTPHeaders) throws(Problem) -> EntityTags? {
        let values = headers[name]
        guard !values.isEmpty else { return nil }
        guard let tags = EntityTags(values.joined(separator: ",")) else {
            throw Problem(.invalidRequest, "\(name) lists no entity tags (RFC 9110 section 13.1)")
        }
        return tags
    }
}
