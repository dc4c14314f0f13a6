// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One set of policies with entities and requests, as files that both engines read.
struct CedarSetting {
    /// What the table calls it.
    let name: String
    let policies: String
    let entities: String
    let requests: String
    /// How many requests the other engine is asked: where it takes long, the first of them stand for all.
    var asked = 200
    /// Whether instructions and allocations are counted: under valgrind everything takes fifty times as long, so the least
    /// and the most policies stand for all.
    var isCounted = true

    /// The settings, from shared data where there is some and generated otherwise.
    static func all(data: String?, in directory: String, isQuick: Bool) throws -> [CedarSetting] {
        let sizes = isQuick ? [10, 100] : [10, 100, 1000, 10_000, 100_000]
        var settings: [CedarSetting] = []
        for shape in CedarShape.allCases {
            for size in sizes where shape.sizes.contains(size) {
                let stored = "\(data ?? "")/policy/bench/n\(size)"
                var setting: CedarSetting
                if shape == .scope, FileManager.default.fileExists(atPath: stored + ".cedar") {
                    setting = CedarSetting(
                        name: "",
                        policies: stored + ".cedar",
                        entities: stored + ".entities.json",
                        requests: stored + ".json"
                    )
                } else {
                    let base = "\(directory)/\(shape.rawValue)\(size)"
                    try shape.write(size, to: base)
                    setting = CedarSetting(
                        name: "",
                        policies: base + ".cedar",
                        entities: base + ".entities.json",
                        requests: base + ".requests.json"
                    )
                }
                setting.asked = size >= 100_000 ? 5 : size >= 10_000 ? 40 : 200
                setting.isCounted = size == 10 || size == 10_000 && shape != .matching
                settings.append(setting.named("\(shape.title), \(Figures.count(Double(size)))"))
            }
        }
        guard let data else { return settings }
        for application in ["gdrive", "github"] {
            for size in [5, 50] {
                let entities = "\(data)/policy/oopsla/\(application)-\(size).json"
                guard FileManager.default.fileExists(atPath: entities) else { continue }
                let requests = "\(directory)/\(application)-\(size).requests.json"
                try ApplicationRequests.write(application, entities: entities, to: requests)
                settings.append(
                    CedarSetting(
                        name: "\(application), \(size)",
                        policies: "\(data)/policy/oopsla/\(application)/cedar/policies.cedar",
                        entities: entities,
                        requests: requests,
                        asked: 500
                    )
                )
            }
        }
        return settings
    }

    private func named(_ name: String) -> CedarSetting {
        var copy = CedarSetting(name: name, policies: policies, entities: entities, requests: requests, asked: asked)
        copy.isCounted = isCounted
        return copy
    }
}
