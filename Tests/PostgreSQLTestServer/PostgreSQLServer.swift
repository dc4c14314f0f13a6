// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
public import PostgreSQL

/// A real PostgreSQL of a test's own, in a directory of its own, on a Unix-domain socket and nowhere else.
///
/// It runs as an ordinary user, for the server refuses to be root's, and ends with the process that began it, however
/// that ends: its keeper waits on a pipe which only that process has.
public final class PostgreSQLServer: Sendable {
    /// The directory of its socket.
    public let socket: String
    private let place: String
    private let process: Process
    private let leash: Pipe

    /// The password of its first role, `admin`.
    public static let password = "the password of a test"

    /// Where the server's programs are; nil where they are not installed.
    public static let programs: String? = {
        let places =
            ["/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin"]
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return places.first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    }()

    /// Whether tests can have a server here.
    public static var isInstalled: Bool { programs != nil }

    /// Makes a new cluster and starts it.
    public init() throws {
        guard let programs = Self.programs else { throw Failure(description: "PostgreSQL is not installed") }
        // A socket's path may have 107 bytes.
        place = "/tmp/sc-pg-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        socket = place
        let files = FileManager.default
        try files.createDirectory(
            atPath: place,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        try Data(Self.password.utf8).write(to: URL(fileURLWithPath: place + "/pw"))
        let isRoot = geteuid() == 0
        if isRoot {
            try Self.run("/bin/chown", ["-R", Self.user, place])
        }
        let script = """
            set -eu
            umask 077
            \(programs)/initdb -D \(place)/data -U admin -A scram-sha-256 --pwfile=\(place)/pw -E UTF8 --no-locale \
            --no-sync >\(place)/initdb.log 2>&1
            \(programs)/postgres -D \(place)/data -k \(place) -c listen_addresses= -c fsync=off -c max_connections=64 \
            -c unix_socket_permissions=0777 -c log_min_messages=warning >\(place)/server.log 2>&1 &
            server=$!
            read -r _ || true
            kill -INT $server 2>/dev/null || true
            wait $server 2>/dev/null || true
            """
        let process = Process()
        if isRoot {
            process.executableURL = URL(fileURLWithPath: "/usr/sbin/runuser")
            process.arguments = ["-u", Self.user, "--", "/bin/sh", "-c", script]
        } else {
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", script]
        }
        let leash = Pipe()
        process.standardInput = leash
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        // The keeper must not hold the other end of its own leash.
        _ = fcntl(leash.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        try process.run()
        self.process = process
        self.leash = leash
        try waitUntilItAnswers()
    }

    deinit { stop() }

    /// Ends the server and takes its directory away.
    public func stop() {
        try? leash.fileHandleForWriting.close()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: place)
    }

    /// How to reach it as `admin`, or as another role.
    public func settings(
        user: String = "admin",
        password: String? = PostgreSQLServer.password,
        database: String = "postgres"
    ) -> ConnectionSettings {
        ConnectionSettings(host: socket, database: database, user: user, password: password)
    }

    /// A connection as `admin`.
    public func connect(database: String = "postgres") throws -> PostgreSQLConnection {
        try PostgreSQLConnection(settings(database: database))
    }

    private func waitUntilItAnswers() throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                _ = try connect()
                return
            } catch {
                guard ContinuousClock.now < deadline, process.isRunning else {
                    let log = (try? String(contentsOfFile: place + "/initdb.log", encoding: .utf8)) ?? ""
                    throw Failure(description: "PostgreSQL does not start: \(error) \(log)")
                }
                usleep(50_000)
            }
        }
    }

    /// Whom the server runs as when the tests run as root.
    private static let user: String = getpwnam("postgres") != nil ? "postgres" : "nobody"

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "\(program) failed") }
    }

    /// Why there is no server.
    public struct Failure: Error, CustomStringConvertible {
        /// The reason.
        public let description: String
    }
}
