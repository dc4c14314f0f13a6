// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One step of a YAML text (YAML 1.2 section 3.1, the serialization's events).
struct YAMLEvent {
    /// What happened.
    enum Step {
        case documentStart, documentEnd, streamEnd
        case alias(String)
        /// A scalar; `isPlain` tells whether its text decides its type.
        case scalar(String, isPlain: Bool)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }

    let step: Step
    /// The name under which the value can be had again.
    var anchor: String?
    /// Where it begins, from 1.
    let line: Int
    let column: Int
}
