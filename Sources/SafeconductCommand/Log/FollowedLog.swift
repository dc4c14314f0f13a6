// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Which log a follower reads. One that was restored from a backup is another generation: at revisions that were read before
/// other entries may stand now, so to go on behind them would leave entries out.
struct FollowedLog: Sendable {
    let generation: Int64
    let origin: String

    /// The log that a server has now. Asked for, because a feed that begins with the first entry does not tell.
    init(_ client: Client) async throws(CommandFailure) {
        try self.init(status: try await client.get("/v1/status").accepted().json())
    }

    init(status: JSONValue) throws(CommandFailure) {
        guard let generation = status["generation"]?.integerValue, let origin = status["origin"]?.stringValue else {
            throw CommandFailure(.error, "the server does not say which log it has")
        }
        self.generation = generation
        self.origin = origin
    }

    /// Looks at an event of the feed.
    ///
    /// - Throws: ``CommandFailure`` when it comes from another log.
    func check(_ event: StreamEvent) throws(CommandFailure) {
        guard event.name == "revision", let data = try? JSONValue(parsing: Array(event.data.utf8)),
            let generation = data["generation"]?.integerValue, let origin = data["origin"]?.stringValue,
            generation != self.generation || !sameBytes(origin, self.origin)
        else { return }
        throw CommandFailure(
            .conflict,
            "the log is another one: generation \(generation) of \(Printable.text(origin)), and generation "
                + "\(self.generation) of \(Printable.text(self.origin)) was followed",
            hints: [
                "It was restored from a backup: entries that were printed may not stand in it.",
                "Follow it anew, with --from 0 or from now on.",
            ]
        )
    }
}
