// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// What the figures were measured on. They compare only with figures of the same machine, and less so when it was busy.
enum Machine {
    /// One line for people.
    static func summary(scratch: String) -> String {
        "\(processor), \(ProcessInfo.processInfo.activeProcessorCount) cores, "
            + "\(ProcessInfo.processInfo.physicalMemory >> 30) GiB, \(fileSystem(of: scratch)), "
            + "load \(Figures.fixed(load, 2)) at the start\n"
    }

    /// The same for the JSON report.
    static func json(scratch: String) -> JSONValue {
        [
            "processor": .string(processor),
            "cores": .integer(Int64(ProcessInfo.processInfo.activeProcessorCount)),
            "memory_bytes": .integer(Int64(clamping: ProcessInfo.processInfo.physicalMemory)),
            "file_system": .string(fileSystem(of: scratch)),
            "load": Figures.json(load),
        ]
    }

    private static var processor: String {
        let lines =
            (FileManager.default.contents(atPath: "/proc/cpuinfo").map { String(decoding: $0, as: UTF8.self) } ?? "")
            .split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("model name") }), let colon = line.firstIndex(of: ":") else {
            return "unknown processor"
        }
        return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }

    private static var load: Double {
        var averages = [0.0, 0.0, 0.0]
        return getloadavg(&averages, 3) > 0 ? averages[0] : 0
    }

    /// The file system that evidence is written to: on one in memory, durability costs nothing and the figures mislead.
    private static func fileSystem(of path: String) -> String {
        let mounts =
            (FileManager.default.contents(atPath: "/proc/mounts").map { String(decoding: $0, as: UTF8.self) } ?? "")
            .split(separator: "\n").map { $0.split(separator: " ") }
        let holding = mounts.filter { mount in
            mount.count > 2 && (mount[1] == "/" || path == mount[1] || path.hasPrefix(mount[1] + "/"))
        }
        guard let mount = holding.max(by: { $0[1].utf8.count < $1[1].utf8.count }) else { return "unknown file system" }
        return mount[2] == "tmpfs" ? "tmpfs (in memory: nothing is durable here)" : String(mount[2])
    }
}
