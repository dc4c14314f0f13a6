// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import WorkloadIdentity

/// A small document to fetch from another place.
struct OutboundRequest: Sendable, Equatable {
    /// Where it lies.
    let location: HTTPLocation
    /// The media types asked for, as in the header field `Accept`.
    var accepting = "application/json"
    /// Whether whoever admitted the location accepted plain `http`, which then reaches loopback addresses only.
    var allowingLoopbackHTTP = false
    /// The time that is left to the caller; the client's own limit counts when it is shorter.
    var within: Duration = .seconds(3600)
    /// The trace that the fetch belongs to; nil when there is none.
    var trace: TraceContext?
}

/// A document that was fetched.
struct OutboundAnswer: Sendable, Equatable {
    /// The body.
    var body: [UInt8]
    /// The header fields `Cache-Control`, joined by commas; nil when there is none.
    var cacheControl: String?
}

/// What fetches documents from other places: the guarded client, and scripted answers in tests.
protocol DocumentSource: Sendable {
    /// Fetches a document. Ends early with `cancelled` when the task is cancelled.
    func document(_ request: OutboundRequest) async -> Result<OutboundAnswer, OutboundFailure>
}
