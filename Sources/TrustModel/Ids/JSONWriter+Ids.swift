// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

// Each decision's leaf and answer have half a dozen of these: written where they end up, without a string in between.
extension JSONWriter {
    /// An id in its text form.
    public mutating func string(_ id: ObjectID) { plain(id.text.span) }

    /// A time in its text form.
    public mutating func string(_ time: Timestamp) { plain(time.text.span) }
}
