// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import TrustModel

extension Noun {
    /// Policy sets.
    static let policySets = Noun(
        name: "policy",
        path: "policies",
        columns: [
            .member("ID", "id"), .member("STATE", "state"),
            Column(title: "REALM") { set in set["realm"]?.stringValue ?? "calls" },
            .member("REV", "rev"), .member("SINCE", "changed_at"), .either("BY", "changed_by_name", "changed_by"),
            Column(title: "FILES") { set in
                (set["files"]?.arrayValue ?? []).map { CellText.of($0["name"]) }.joined(separator: ", ")
            },
            Column(title: "WHY") { set in CellText.of(set["reason"] ?? set["note"]) },
        ],
        // The list holds their whole texts, and the longest still have to fit into one answer.
        pageSize: Client.maximumBytes / (TrustModel.PolicySet.longestText + (1 << 20))
    )
}
