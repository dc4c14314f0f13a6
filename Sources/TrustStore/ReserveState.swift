// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Where the space stands that is kept for what must be written even on a full disk.
public enum ReserveState: Sendable, Equatable {
    /// Nobody asked for it yet.
    case notKept
    /// It is there.
    case whole
    /// Some of it was used, or it could not be made: the disk is full, or nearly.
    case short
}
