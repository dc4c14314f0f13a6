// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct outcomes ship`.
struct OutcomesShip: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ship",
        abstract: "Tell what came of decisions out of a gateway's access log.",
        discussion: """
            The log has one JSON object on each line. Lines with a decision's id become outcomes, in batches; lines
            without one are counted. How far it came is kept in FILE.shipped: it goes on from there, also after the file
            was renamed or cut short, and tells nothing twice.

            The token is that of the enforcement point that asked for the decisions.

            Members and the names they have in the log:
              decision    decision, decision_id, safeconduct_decision_id, refused_decision
              passed      passed, upstream, upstream_host, upstream_addr (true, or an address: the call was let through)
              status      status, response_code
              bytes       bytes, bytes_sent, body_bytes_sent
              latency_ms  latency_ms, duration; in seconds: latency_s, request_time
              error       error, response_flags
              rows, amount, data_class

            Example:
              safeconduct outcomes ship --file access.log --follow --token-file envoy.token
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions

    @Flag(name: [.short, .long], help: "Say nothing on standard error but failures.")
    var quiet = false

    @Option(help: "The access log.")
    var file: String

    @Flag(help: "Go on when more is written, until stopped.")
    var follow = false

    @Option(help: "Where to keep how far it came. (default: FILE.shipped)")
    var cursor: String?

    @Option(help: "The most outcomes in one request.")
    var batch = 500

    @Option(help: "Another name of a member in the log, such as status=http_status. May be repeated.")
    var field: [String] = []

    func validate() throws {
        if !(1...5000).contains(batch) { throw ValidationError("--batch is 1 to 5000") }
        if file == "-" { throw ValidationError("--file is a file: a stream can't be gone on with") }
    }

    func run() async throws {
        var lines = AccessLine()
        for mapping in field { try lines.add(mapping) }
        let quiet = quiet
        let counts = try await connection.withClient { [lines] client in
            var shipper = OutcomeShipper(
                file: file,
                placeFile: cursor ?? file + ".shipped",
                batch: batch,
                follow: follow,
                lines: lines,
                client: client
            ) { line in if !quiet { Console.talk(line) } }
            try await shipper.run()
            return shipper.counts
        }
        if !quiet {
            Console.talk(
                "told \(counts.recorded), told before \(counts.repeated), refused \(counts.refused); "
                    + "without a decision \(counts.undecided), unreadable \(counts.malformed)"
            )
        }
        if counts.refused > 0 { throw CommandFailure(.error, "\(counts.refused) outcomes were refused") }
    }
}
