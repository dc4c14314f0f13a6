// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// Requests of the example applications: any user, any of the application's actions, any resource.
enum ApplicationRequests {
    private static let kinds: [String: (resource: String, actions: [String])] = [
        "gdrive": ("Document", ["read", "write", "share", "changeOwner"]),
        "github": ("Repository", ["read", "triage", "write", "maintain", "admin"]),
    ]

    /// Writes 500 of them, always the same ones.
    static func write(_ application: String, entities path: String, to file: String) throws {
        guard let kind = kinds[application] else { throw BenchFailure("'\(application)' is no known application") }
        let limits = JSONLimits(maximumBytes: 1 << 26, maximumDepth: 64, maximumValues: 1 << 22)
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let entities = try JSONValue(parsing: bytes, limits: limits).arrayValue ?? []
        func names(_ type: String) -> [JSONValue] {
            entities.compactMap { entity in
                let uid = entity["uid"]?["__entity"] ?? entity["uid"]
                return uid?["type"]?.stringValue?.hasSuffix(type) == true ? uid : nil
            }
        }
        let (users, resources) = (names("User"), names(kind.resource))
        guard !users.isEmpty, !resources.isEmpty else { throw BenchFailure("\(path) has no users or no resources") }
        var state: UInt64 = 7
        func pick(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let requests = (0..<500).map { _ -> JSONValue in
            [
                "principal": users[pick(users.count)],
                "action": ["type": "Action", "id": .string(kind.actions[pick(kind.actions.count)])],
                "resource": resources[pick(resources.count)], "context": [:],
            ]
        }
        try Data(JSONValue.array(requests).serialized()).write(to: URL(fileURLWithPath: file))
    }
}
