// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the process itself costs, under the names that Prometheus clients share.
enum ProcessMetrics {
    /// Adds the metrics; what this system does not tell reads as zero.
    static func add(to registry: MetricRegistry) {
        registry.reading("process_resident_memory_bytes", "Resident memory.", residentBytes)
        registry.reading("process_open_fds", "Open file descriptors.", openDescriptors)
        registry.reading("process_max_fds", "The most file descriptors that may be open.", maximumDescriptors)
        registry.secondsTotal("process_cpu_seconds_total", "Processor time, of the user and the system.", processorTime)
        let started = Int64(Date().timeIntervalSince1970 * 1e9)
        registry.secondsReading("process_start_time_seconds", "When the process began, since the epoch.") { started }
    }

    private static func residentBytes() -> Int64 {
        // Pages: the whole size, then what is resident.
        let fields = line("/proc/self/statm").split(separator: " ")
        guard fields.count > 1, let pages = Int64(fields[1]) else { return 0 }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func openDescriptors() -> Int64 {
        // The listing itself has one open.
        Int64(max(0, ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 1) - 1))
    }

    private static func maximumDescriptors() -> Int64 {
        var limit = rlimit()
        #if os(Linux)
        let known = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
        let known = getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        return known == 0 ? Int64(clamping: limit.rlim_cur) : 0
    }

    private static func processorTime() -> UInt64 {
        // In microseconds on every POSIX system.
        UInt64(clamping: clock()) * 1000
    }

    private static func line(_ path: String) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        return (try? file.read(upToCount: 4096)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
