// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How an enforcement point reaches its Safeconduct, and what that may cost.
public struct ClientConfiguration: Sendable {
    /// Where the enforcement point's own token comes from.
    public enum Token: Sendable {
        /// A file that holds nothing else. It is read again when it changes, at the latest a second later.
        case file(String)
        /// A token that never changes.
        case fixed(Redacted)
    }

    /// The server's base URL: `https://host:port`, or `http` for this machine only, because a token is sent along.
    public var url: String
    /// The enforcement point's own token.
    public var token: Token
    /// A PEM file of the certificates to trust instead of the machine's.
    public var caFile: String?
    /// How long a decision may take, all in. A later answer is dropped and counts as a denial.
    public var decisionTime: Duration = .seconds(1)
    /// How many connections are kept to the server, and how many requests are under way at once for each thread.
    public var connections = 16
    /// The most bytes of one answer.
    public var answerBytes = 1 << 20
    /// How long one report of an outcome may take.
    public var reportTime: Duration = .seconds(5)
    /// How many outcomes may wait to be reported. Beyond it the oldest is dropped, and counted.
    public var waitingReports = 10_000
    /// How long the reports that still wait at shutdown may take together.
    public var flushTime: Duration = .seconds(5)

    /// A configuration with the usual limits.
    public init(url: String, token: Token, caFile: String? = nil) {
        self.url = url
        self.token = token
        self.caFile = caFile
    }
}
