// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Reads objects of one kind from a server.
struct Registry: Sendable {
    let noun: Noun
    let client: Client

    /// One object, by its name or id.
    func object(_ reference: String) async throws(CommandFailure) -> JSONValue {
        try await client.get(noun.path(of: reference)).accepted().json()
    }

    /// One object; nil when there is none.
    func objectIfAny(_ reference: String) async throws(CommandFailure) -> JSONValue? {
        let answer = try await client.get(noun.path(of: reference))
        if !answer.isSuccess, answer.failure.status == .notFound { return nil }
        return try answer.accepted().json()
    }

    /// Ends one object, by its name or id.
    ///
    /// - Returns: The object as it is from now on.
    func retire(_ reference: String) async throws(CommandFailure) -> JSONValue {
        try await client.delete(noun.path(of: reference)).accepted().json()
    }

    /// The list, page after page.
    ///
    /// - Parameter limit: The most items; a list that has more says so in `next_page_token`.
    func list(limit: Int = .max) async throws(CommandFailure) -> JSONValue {
        try await PagedList.all("/v1/\(noun.path)", limit: limit, pageSize: noun.pageSize, client)
    }
}

/// Lists that come in pages.
enum PagedList {
    /// The most items that the server puts on a page.
    static let maximumPageSize = 1000
    private static let maximumPages = 10_000

    /// The items of all pages together, as one page.
    ///
    /// - Parameter filters: Query parameters that narrow the list; nil ones are left out.
    static func all(
        _ path: String,
        filters: [(name: String, value: String?)] = [],
        limit: Int,
        pageSize: Int = maximumPageSize,
        _ client: Client
    ) async throws(CommandFailure) -> JSONValue {
        var items: [JSONValue] = []
        var token: String?
        let narrowed = filters.map { name, value in value.map { "&\(name)=\(PathSegment.encode($0))" } ?? "" }.joined()
        for _ in 0..<maximumPages {
            let size = max(1, min(pageSize, limit - items.count))
            let query = "?page_size=\(size)" + (token.map { "&page_token=\(PathSegment.encode($0))" } ?? "")
            let page = try await client.get(path + query + narrowed).accepted().json()
            items += page["items"]?.arrayValue ?? []
            token = page["next_page_token"]?.stringValue
            if token == nil || items.count >= limit { break }
        }
        var list = JSONObject([("items", .array(items))])
        if let token { list["next_page_token"] = .string(token) }
        return .object(list)
    }
}
