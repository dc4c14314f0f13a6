// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Sends the lines of an access log as outcomes, batch by batch; what was acknowledged is never read again, what was
/// not is sent again. The server takes the same outcome twice for one.
struct OutcomeShipper {
    /// What was done so far.
    struct Counts: Sendable, Equatable {
        var recorded: Int64 = 0
        var repeated: Int64 = 0
        var refused: Int64 = 0
        /// Lines without a decision.
        var undecided: Int64 = 0
        /// Lines that are no JSON object, or too long.
        var malformed: Int64 = 0
    }

    /// How long a file that was renamed is watched for more lines after the last one.
    private static let quiet: Duration = .seconds(2)
    private static let longestPause: Duration = .seconds(5)
    /// How many refusals are told of one by one.
    private static let toldRefusals = 10

    let file: String
    let placeFile: String
    let batch: Int
    let follow: Bool
    let lines: AccessLine
    let client: Client
    let talk: @Sendable (String) -> Void
    private(set) var counts = Counts()
    private var told = 0

    init(
        file: String,
        placeFile: String,
        batch: Int,
        follow: Bool,
        lines: AccessLine,
        client: Client,
        talk: @escaping @Sendable (String) -> Void
    ) {
        self.file = file
        self.placeFile = placeFile
        self.batch = batch
        self.follow = follow
        self.lines = lines
        self.client = client
        self.talk = talk
    }

    /// Ships what there is; with `follow` also what comes, until cancelled.
    mutating func run() async throws {
        let tail = try LogTail(file, from: try LogPlace.read(placeFile))
        guard follow || tail.place != nil else {
            throw CommandFailure(.error, "\(file): there is no such file")
        }
        var reports: [JSONValue] = []
        var place = tail.place
        var lastLine = ContinuousClock.now
        while !Task.isCancelled {
            switch try tail.next() {
            case .tooLong: counts.malformed += 1
            case .line(let line):
                switch lines.read(line) {
                case .report(let report): reports.append(report)
                case .undecided: counts.undecided += 1
                case .malformed: counts.malformed += 1
                }
                lastLine = .now
                if reports.count >= batch { try await send(&reports, tail.place) }
                continue
            case .end:
                // Lines without a decision are behind us, too.
                if !reports.isEmpty || tail.place != place { try await send(&reports, tail.place) }
                place = tail.place
                if try tail.followRotation(isQuiet: lastLine.duration(to: .now) > Self.quiet) { continue }
                guard follow else { return }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// Sends a batch until it is acknowledged, then keeps the place after it.
    private mutating func send(_ reports: inout [JSONValue], _ place: LogPlace?) async throws {
        var pause: Duration = .milliseconds(250)
        var tries = 0
        while !reports.isEmpty {
            do throws(CommandFailure) {
                try take(try await client.post("/v1/outcomes", .array(reports)).accepted().json())
                if tries > 0 { talk("the server takes outcomes again") }
                reports = []
            } catch {
                // Only what may pass by itself is worth waiting for.
                guard error.status == .unavailable, follow || tries < 4 else { throw error }
                if tries == 0 { talk("\(error.message); trying again") }
                tries += 1
                try await Task.sleep(for: pause)
                pause = min(pause * 2, Self.longestPause)
            }
        }
        try place?.write(placeFile)
    }

    private mutating func take(_ answer: JSONValue) throws(CommandFailure) {
        guard let recorded = answer["recorded"]?.integerValue, let repeated = answer["repeated"]?.integerValue,
            let refused = answer["refused"]?.integerValue, let failed = answer["failed"]?.integerValue
        else { throw CommandFailure(.error, "the server's answer to the outcomes is not understood") }
        guard failed == 0 else { throw CommandFailure(.unavailable, "the server could not record \(failed) outcomes") }
        counts.recorded += recorded
        counts.repeated += repeated
        counts.refused += refused
        for item in answer["items"]?.arrayValue ?? [] where item["result"] == "refused" && told < Self.toldRefusals {
            told += 1
            let decision = item["decision"]?.stringValue ?? "a report"
            talk("\(Printable.text(decision)): \(Printable.text(item["detail"]?.stringValue ?? "refused"))")
        }
    }
}
