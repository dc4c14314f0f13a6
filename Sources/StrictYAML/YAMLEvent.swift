// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One step of a YAML text (YAML 1.2 section 3.1, the serialization's events).
public struct YAMLEvent {
    /// What happened.
    public enum Step {
        /// A document begins.
        case documentStart
        /// It ends.
        case documentEnd
        /// There is no more.
        case streamEnd
        /// The value of this anchor again.
        case alias(String)
        /// A scalar; `isPlain` tells whether its text decides its type.
        case scalar(String, isPlain: Bool)
        /// A sequence begins.
        case sequenceStart
        /// It ends.
        case sequenceEnd
        /// A mapping begins.
        case mappingStart
        /// It ends.
        case mappingEnd
    }

    /// What happened.
    public let step: Step
    /// The name under which the value can be had again.
    public let anchor: String?
    /// The type that is written before the value; nil when none is.
    public let tag: String?
    /// The line on which it begins, from 1.
    public let line: Int
    /// The column at which it begins, from 1.
    public let column: Int
}
