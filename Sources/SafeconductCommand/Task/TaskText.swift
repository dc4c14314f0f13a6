// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// What people write of a task, as the API takes it.
enum TaskText {
    /// `orders/list`, `orders/show`, ... by API, in the order in which the APIs come; nil where one is none.
    static func apis(_ texts: [String]) -> JSONValue? {
        var apis: [(name: String, operations: [JSONValue])] = []
        for text in texts {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
            let place = apis.firstIndex { $0.name == parts[0] } ?? apis.count
            if place == apis.count { apis.append((parts[0], [])) }
            apis[place].operations.append(.string(parts[1]))
        }
        return .array(apis.map { ["api": .string($0.name), "operations": .array($0.operations)] })
    }

    /// `calls=500`, `rows=1000`, ... as one object; nil where one is none.
    static func amounts(_ texts: [String]) -> JSONValue? {
        var amounts = JSONObject()
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let number = Int64(parts[1]), amounts[parts[0]] == nil else { return nil }
            amounts[parts[0]] = .integer(number)
        }
        return .object(amounts)
    }

    /// What is wrong with amounts that were refused.
    static func amountsWanted(_ option: String) -> String {
        "\(option) is a counter and a number, such as calls=500, each counter once"
    }
}
