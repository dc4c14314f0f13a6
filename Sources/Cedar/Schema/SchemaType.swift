// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A type of the Cedar schema language, every name resolved.
public indirect enum SchemaType: Sendable, Hashable {
    /// `Bool`.
    case bool
    /// `Long`.
    case long
    /// `String`.
    case string
    /// `Set<T>`.
    case set(SchemaType)
    /// `{ a: T, b?: T }`.
    case record(RecordType)
    /// An entity of this type.
    case entity(EntityTypeName)
    /// `decimal`.
    case decimal
    /// `ipaddr`.
    case ipaddr
    /// `datetime`.
    case datetime
    /// `duration`.
    case duration
}
