// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// The measured server, a child of the benchmark: `safeconduct dev` on a port of its own choice, without TLS.
final class ServerProcess {
    private let process = Process()
    private let output: String
    /// The port it listens on.
    let port: UInt16
    /// The local operator's token.
    let token: String

    /// Starts the executable at `path` over a new data directory and waits until it answers.
    init(path: String, scratch: ScratchDirectory) throws {
        let readyFile = "\(scratch.path)/ready.json"
        output = "\(scratch.path)/server.log"
        guard FileManager.default.createFile(atPath: output, contents: nil) else {
            throw BenchFailure("\(output) can't be made")
        }
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = [
            "dev", "--listen", "127.0.0.1:0", "--tls", "off", "--allow-http-issuers", "--ready-file", readyFile,
            "--data", "\(scratch.path)/data",
        ]
        let log = FileHandle(forWritingAtPath: output)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = log
        process.standardError = log
        do { try process.run() } catch { throw BenchFailure("\(path) can't be started: \(error.localizedDescription)") }
        Leftovers.shared.add(child: process.processIdentifier)
        do {
            (port, token) = try Self.waitUntilReady(process, readyFile, output)
        } catch {
            Self.kill(process)
            throw error
        }
    }

    /// Seconds of processor time that the server has used; nil where the system does not tell.
    var processorSeconds: Double? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process.processIdentifier)/stat"),
            // The command's name stands in parentheses and may hold anything.
            let rest = String(decoding: data, as: UTF8.self).split(separator: ")").last
        else { return nil }
        let fields = rest.split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Stops it as an operator would. A server that does not stop, or ends with an error, is a failure.
    func stop() throws {
        guard process.isRunning else { throw BenchFailure("the server ended by itself: \(Self.tail(output))") }
        process.terminate()
        let watch = Stopwatch()
        while process.isRunning, watch.seconds < 30 { usleep(20_000) }
        guard !process.isRunning else {
            Self.kill(process)
            throw BenchFailure("the server did not stop within 30 seconds of SIGTERM")
        }
        Leftovers.shared.remove(child: process.processIdentifier)
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw BenchFailure("the server ended with \(process.terminationStatus): \(Self.tail(output))")
        }
    }

    deinit { if process.isRunning { Self.kill(process) } }

    private static func waitUntilReady(
        _ process: Process,
        _ readyFile: String,
        _ output: String
    ) throws -> (UInt16, String) {
        let watch = Stopwatch()
        while watch.seconds < 60 {
            guard process.isRunning else { throw BenchFailure("the server ended while starting: \(tail(output))") }
            if let data = FileManager.default.contents(atPath: readyFile),
                let ready = try? JSONValue(parsing: Array(data)),
                let url = ready["url"]?.stringValue, let port = url.split(separator: ":").last.flatMap({ UInt16($0) }),
                let file = ready["token_file"]?.stringValue, let secret = FileManager.default.contents(atPath: file)
            {
                return (port, String(decoding: secret.filter { $0 > 0x20 }, as: UTF8.self))
            }
            usleep(20_000)
        }
        throw BenchFailure("the server was not ready after 60 seconds: \(tail(output))")
    }

    private static func kill(_ process: Process) {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        Leftovers.shared.remove(child: process.processIdentifier)
    }

    private static func tail(_ path: String) -> String {
        String(decoding: (FileManager.default.contents(atPath: path) ?? Data()).suffix(2000), as: UTF8.self)
    }
}
