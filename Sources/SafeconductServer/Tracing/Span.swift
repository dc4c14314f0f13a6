// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct

/// One stretch of work within a trace, as OTLP tells it.
struct Span: Sendable {
    enum Kind: Int64, Sendable {
        case `internal` = 1
        case server = 2
    }

    enum Attribute: Sendable {
        case string(String)
        case integer(Int64)
    }

    let name: String
    let kind: Kind
    let context: TraceContext
    /// The span that this one is a part of; nil for the first of a trace.
    let parent: UInt64?
    /// Unix time in nanoseconds.
    let begin: UInt64
    let end: UInt64
    var attributes: [(name: String, value: Attribute)] = []
    var isError = false
}
