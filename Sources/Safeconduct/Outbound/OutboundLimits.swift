// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What outbound calls may cost.
struct OutboundLimits: Sendable {
    /// The longest whole exchange: waiting for a turn, name lookup, connecting, TLS, request and answer.
    var time: Duration = .seconds(5)
    /// The longest attempt to connect to one address, so that a dead first address leaves time for the next.
    var connectTime: Duration = .milliseconds(1500)
    /// The most bytes of a body.
    var bodyBytes = 256 << 10
    /// The most bytes of all header fields of an answer, trailers included.
    var headerBytes = 32 << 10
    /// The most header fields of an answer.
    var headerFields = 100
    /// The most exchanges under way with one host and port.
    var exchangesPerHost = 8
    /// The most exchanges under way.
    var exchanges = 256
    /// The most exchanges that wait for their turn.
    var waiting = 4096
    /// The most addresses of a name; one with more is refused.
    var addresses = 64
    /// The most addresses of a name that are tried.
    var attempts = 4

    /// 5 s, 256 KiB of body, 8 exchanges for each host and 256 in all.
    static let standard = OutboundLimits()

    /// The most bytes that are read from a connection, whatever they are: framing of chunks and interim responses come
    /// on top of what the other bounds count.
    var wireBytes: Int { 2 * bodyBytes + 2 * headerBytes }
}
