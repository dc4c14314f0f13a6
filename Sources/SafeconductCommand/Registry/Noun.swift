// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

/// A kind of object that the server lists, and how people see it.
struct Noun: Sendable {
    /// A column of its list.
    struct Column: Sendable {
        let title: String
        let cell: @Sendable (JSONValue) -> String
    }

    /// The noun of commands.
    let name: String
    /// The plural in paths, below `/v1/`.
    let path: String
    /// The columns of its list.
    let columns: [Column]
    /// How many objects to ask for at once; fewer where they are so large that an answer would become too long.
    var pageSize = PagedList.maximumPageSize

    /// The list as a table.
    func table(_ list: JSONValue) -> Table {
        Table(
            titles: columns.map(\.title),
            rows: (list["items"]?.arrayValue ?? []).map { item in columns.map { $0.cell(item) } },
            empty: "none"
        )
    }

    /// The path of one object.
    func path(of reference: String) -> String { "/v1/\(path)/\(PathSegment.encode(reference))" }
}

extension Noun.Column {
    /// A column of the member `key`.
    static func member(_ title: String, _ key: String) -> Self {
        Self(title: title) { CellText.of($0[key]) }
    }

    /// A column of the first member that is there.
    static func either(_ title: String, _ first: String, _ second: String) -> Self {
        Self(title: title) { CellText.of($0[first] ?? $0[second]) }
    }

    /// Whether the object counts: `active`, `suspended`, `expired` or `retired`.
    static let state = Self(title: "STATE") { item in
        if item["retired"]?.boolValue == true { return "retired" }
        if item["hold"]?.stringValue != nil { return "suspended" }
        guard let expiry = item["expires_at"]?.stringValue.flatMap(Timestamp.init) else { return "active" }
        return expiry <= LocalClock.now() ? "expired" : "active"
    }

    /// The day of the expiry.
    static let expiry = Self(title: "EXPIRES") { String(CellText.of($0["expires_at"]).prefix(10)) }
}

extension Noun {
    static let identities = Noun(
        name: "identity",
        path: "identities",
        columns: [
            .member("NAME", "name"), .member("KIND", "kind"), .either("OWNER", "owner_name", "owner"),
            .member("PURPOSE", "purpose"), .member("BOUNDARY", "boundary"), .expiry, .state,
        ]
    )
    static let apis = Noun(
        name: "api",
        path: "apis",
        columns: [
            .member("NAME", "name"), .either("OWNER", "owner_name", "owner"), .member("BOUNDARY", "boundary"),
            .member("HOSTS", "hosts"),
            Column(title: "OPERATIONS") { String($0["operations"]?.arrayValue?.count ?? 0) },
            .member("DATA", "data_class"), .expiry, .state,
        ]
    )
    static let issuers = Noun(
        name: "issuer",
        path: "issuers",
        columns: [
            .member("NAME", "name"), .member("URL", "url"), .member("AUDIENCES", "audiences"),
            .member("ALGORITHMS", "algorithms"), .expiry, .state,
        ]
    )
    static let enforcementPoints = Noun(
        name: "pep",
        path: "enforcement-points",
        columns: [
            .member("NAME", "name"), .either("OWNER", "owner_name", "owner"), .member("BOUNDARY", "boundary"),
            Column(title: "APIS") { String($0["apis"]?.arrayValue?.count ?? 0) },
            .member("SUBJECTS", "subjects"), .expiry, .state, .member("SEEN", "last_seen"),
            Column(title: "POLICIES") { point in
                guard let report = point["runs_with"] else { return "" }
                let digest = String(CellText.of(report["policy_digest"]).prefix(12))
                guard let since = report["drifting_since"]?.stringValue else { return "\(digest) as active" }
                return "\(digest) drifting since \(since)"
            },
            Column(title: "AT REV") { point in CellText.of(point["runs_with"]?["rev"]) },
        ]
    )
    static let operators = Noun(
        name: "operator",
        path: "operators",
        columns: [
            .member("NAME", "name"), .member("KIND", "kind"), .member("ROLES", "roles"),
            .either("OWNER", "owner_name", "owner"), .member("PURPOSE", "purpose"), .member("BOUNDARY", "boundary"),
            .expiry, .state,
        ]
    )
    static let credentials = Noun(
        name: "credential",
        path: "credentials",
        columns: [
            .member("ID", "id"), .member("KIND", "kind"), .either("HOLDER", "holder_name", "holder"),
            .member("SINCE", "changed_at"), .expiry,
        ]
    )
    static let tasks = Noun(
        name: "task",
        path: "tasks",
        columns: [
            .member("ID", "id"), .either("IDENTITY", "identity_name", "identity"), .member("PURPOSE", "purpose"),
            .member("STATE", "state"), .member("UNTIL", "expires_at"), .member("SPENT", "spent"),
            .member("REFERENCE", "reference"),
        ]
    )
    static let cuts = Noun(
        name: "cut",
        path: "cuts",
        columns: [
            .member("ID", "id"), Column(title: "SCOPE") { CellText.scope($0["scope"]) }, .member("REV", "rev"),
            .member("SINCE", "changed_at"), .member("REASON", "reason"),
        ]
    )
    static let holds = Noun(
        name: "hold",
        path: "holds",
        columns: [
            .member("ID", "id"), Column(title: "SCOPE") { CellText.scope($0["scope"]) },
            Column(title: "STATE") { $0["retired"]?.boolValue == true ? "lifted" : "in force" },
            .member("SINCE", "changed_at"), .member("REASON", "reason"),
        ]
    )
}
