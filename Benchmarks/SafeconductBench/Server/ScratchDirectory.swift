// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A directory of the run, removed with all that is in it when the run ends, however it ends.
final class ScratchDirectory: Sendable {
    let path: String

    /// Makes a new directory within `parent`.
    init(in parent: String, _ name: String) throws {
        path = "\(parent)/safeconduct-bench-\(name)-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        Leftovers.shared.add(directory: path)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        Leftovers.shared.remove(directory: path)
    }
}

/// What has to go when the run is stopped halfway: children and directories.
final class Leftovers: Sendable {
    static let shared = Leftovers()

    private struct State {
        var directories: Set<String> = []
        var children: Set<Int32> = []
        var signals: [any DispatchSourceSignal] = []
        var isInterrupted = false
    }

    private let state = Mutex(State())

    func add(directory: String) { _ = state.withLock { $0.directories.insert(directory) } }

    func remove(directory: String) { _ = state.withLock { $0.directories.remove(directory) } }

    func add(child: Int32) { _ = state.withLock { $0.children.insert(child) } }

    func remove(child: Int32) { _ = state.withLock { $0.children.remove(child) } }

    /// Whether somebody ends the run; what then fails, fails because of that.
    var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

    /// Ends everything at once.
    func clear() {
        let (children, directories) = state.withLock { ($0.children, $0.directories) }
        for child in children { kill(child, SIGKILL) }
        // A child that is still dying may make files in a directory that is being removed.
        let watch = Stopwatch()
        while children.contains(where: { kill($0, 0) == 0 }), watch.seconds < 5 { usleep(10_000) }
        for directory in directories { try? FileManager.default.removeItem(atPath: directory) }
    }

    /// From now on an interrupted run cleans up behind itself.
    func clearWhenInterrupted() {
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            state.withLock { state in
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler {
                    Leftovers.shared.state.withLock { $0.isInterrupted = true }
                    Leftovers.shared.clear()
                    exit(128 + number)
                }
                source.activate()
                state.signals.append(source)
            }
        }
    }
}
