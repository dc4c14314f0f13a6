// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// How the policies of a set differ from each other.
enum CedarShape: String, CaseIterable {
    /// By their scopes: a group, an action and a folder each.
    case scope
    /// By what an attribute must be equal to; every scope is open.
    case equality
    /// Not at all, as far as the requests go: each one has a test of its own, and all hold.
    case matching

    var title: String {
        switch self {
        case .scope: "scope RBAC"
        case .equality: "when equality"
        case .matching: "all match"
        }
    }

    /// An answer that names 100,000 policies helps nobody.
    var sizes: [Int] { self == .matching ? [10, 100, 1000, 10_000] : [10, 100, 1000, 10_000, 100_000] }

    private static let users = 200
    private static let resources = 500

    /// Writes `base.cedar`, `base.entities.json` and `base.requests.json`.
    func write(_ size: Int, to base: String) throws {
        var text = (0..<size).map { policy($0, of: size) }.joined(separator: "\n")
        text += "\nforbid(principal, action, resource) when { context has suspended && context.suspended };\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: base + ".cedar"))
        try Data(entities(size).serialized()).write(to: URL(fileURLWithPath: base + ".entities.json"))
        try Data(requests.serialized()).write(to: URL(fileURLWithPath: base + ".requests.json"))
    }

    private func policy(_ index: Int, of size: Int) -> String {
        let action = ["read", "write", "delete", "list"][index % 4]
        let risk = "context.risk < \(10 + index % 90)"
        switch self {
        case .scope:
            let group = index % min(size, 1000)
            return """
                @id("p\(index)")
                permit(principal in Group::"g\(group)", action == Action::"\(action)", resource in Folder::"f\(group)")
                when { \(risk) && resource.classification != "secret" };
                """
        case .equality:
            let condition =
                switch index % 10 {
                case 0..<6: "resource.project == \"project-\(index)\" && \(risk)"
                case 6, 7: "principal == Svc::\"s\(index)\" && resource.owner == principal"
                case 8: "resource.owner == Svc::\"s\(index)\" && context.env == \"prod\""
                default:
                    "context.env == \"\(["prod", "test", "stage", "qa"][index % 4])\" "
                        + "&& resource.project == \"project-\(index)\""
                }
            return "permit(principal, action, resource) when { \(condition) };"
        case .matching: return "permit(principal, action, resource) when { context.risk < \(100 + index) };"
        }
    }

    private static func uid(_ type: String, _ id: String) -> JSONValue { ["type": .string(type), "id": .string(id)] }

    private func entities(_ size: Int) -> JSONValue {
        let groups = min(size, 1000)
        func parents(_ type: String, _ prefix: String, _ numbers: [Int]) -> JSONValue {
            .array(Set(numbers.map { $0 % groups }).sorted().map { Self.uid(type, "\(prefix)\($0)") })
        }
        var entities: [JSONValue] = []
        for index in 0..<groups {
            entities.append(["uid": Self.uid("Group", "g\(index)"), "attrs": [:], "parents": []])
            entities.append(["uid": Self.uid("Folder", "f\(index)"), "attrs": [:], "parents": []])
        }
        for index in 0..<Self.users {
            entities.append([
                "uid": Self.uid("Svc", "s\(index)"), "attrs": ["team": .string("t\(index % 7)")],
                "parents": parents("Group", "g", [index, 3 * index, 7 * index]),
            ])
        }
        for index in 0..<Self.resources {
            let project = index * max(1, size / Self.resources) % size
            entities.append([
                "uid": Self.uid("Api", "r\(index)"),
                "attrs": [
                    "classification": .string(["public", "internal", "secret"][index % 3]),
                    "owner": ["__entity": Self.uid("Svc", "s\(index % Self.users)")],
                    "project": .string("project-\(project)"),
                ], "parents": parents("Folder", "f", [index, 3 * index]),
            ])
        }
        return .array(entities)
    }

    private var requests: JSONValue {
        .array(
            (0..<200).map { index in
                [
                    "principal": Self.uid("Svc", "s\(index * 17 % Self.users)"),
                    "action": Self.uid("Action", ["read", "write", "delete", "list"][index % 4]),
                    "resource": Self.uid("Api", "r\(index * 31 % Self.resources)"),
                    "context": [
                        "risk": .integer(Int64(index % 60)), "ip": "10.0.0.1",
                        "env": .string(["prod", "test", "dev"][index % 3]),
                    ],
                ]
            }
        )
    }
}
