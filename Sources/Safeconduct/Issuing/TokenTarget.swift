// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel
internal import WorkloadIdentity

/// What a token is to be good for: one API, and some of its operations.
struct TokenTarget: Sendable, Equatable {
    /// The API.
    let api: ObjectID
    /// Names of operations, each once.
    let operations: [String]

    /// Reads what a request says of it.
    ///
    /// - `audience` (RFC 8693 section 2.1) names an API, `resource` (RFC 8707 section 2) says where it is; exactly one
    ///   API has to come of them, however often it is said.
    /// - `scope` (RFC 6749 section 3.3) names its operations.
    ///
    /// What is not said is what the token is derived from, if it is; there is nothing else that is taken for granted.
    init(_ form: FormParameters, by basis: GrantBasis, _ state: borrowing TrustState) throws(IssueRefusal) {
        var found: ObjectID?
        let named = form.values(of: "audience") + form.values(of: "resource")
        let places = named.isEmpty ? basis.allowedTarget ?? basis.detail?.locations?.texts ?? [] : named
        if let parent = basis.parent, places.isEmpty { found = parent.audience }
        for place in places {
            guard let api = Self.api(place, state), found ?? api == api else {
                throw IssueRefusal(.invalidTarget, "a token is for exactly one API, by its name, id or URL")
            }
            found = api
        }
        guard let found else {
            throw IssueRefusal(.invalidTarget, "'audience' or 'resource' has to say which API the token is for")
        }
        api = found
        for allowed in [basis.allowedTarget, basis.detail?.locations?.texts].compactMap(\.self) {
            guard allowed.contains(where: { Self.api($0, state) == found }) else {
                throw IssueRefusal(.invalidTarget, "the token may be for another API only")
            }
        }
        guard let text = form["scope"] ?? basis.impliedScope, !text.isEmpty else {
            throw IssueRefusal(.invalidScope, "'scope' has to name the operations of the API that the token is for")
        }
        let scope: OAuthScope
        do throws(WorkloadIdentityError) { scope = try OAuthScope(text) } catch {
            throw IssueRefusal(.invalidScope, error.message)
        }
        guard basis.allowed.map(scope.isWithin) ?? true else {
            throw IssueRefusal(.invalidScope, "the scope is wider than that of the assertion")
        }
        operations = scope.tokens
    }

    /// The API of this name, id or place.
    private static func api(_ place: String, _ state: borrowing TrustState) -> ObjectID? {
        if let id = state.find(place, kind: .api), state.apis[id]?.retired == false { return id }
        guard let url = try? HTTPLocation(place), url.query == nil,
            let authority = CallTarget.normalizedHost("\(url.host):\(url.port)")
        else { return nil }
        let path = url.path.utf8.last == UInt8(ascii: "/") ? String(url.path.dropLast()) : url.path
        // The API whose paths begin there, or the one that has this path.
        var best: (api: ObjectID, length: Int)?
        for record in state.apis.sorted where !record.retired && record.object.hosts.contains(authority) {
            let base = record.object.basePath
            let isWithin = path.utf8.elementsEqual(base.utf8) || path.utf8.starts(with: (base + "/").utf8)
            guard isWithin, base.utf8.count >= best?.length ?? 0 else { continue }
            // Of two that answer at one place neither is meant.
            if base.utf8.count == best?.length { return nil }
            best = (record.object.id, base.utf8.count)
        }
        return best?.api
    }
}

extension GrantBasis {
    /// The scope where the request does not say any: what the task's details name, else what is allowed, else the
    /// parent's.
    fileprivate var impliedScope: String? {
        if let detail { return detail.actions.texts.joined(separator: " ") }
        return (allowed ?? parent?.scope)?.description
    }
}
