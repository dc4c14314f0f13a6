// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import WorkloadIdentity

/// What finds the addresses of a name.
protocol NameResolver: Sendable {
    /// All addresses of `name`, in the order of preference. Returns early when the task is cancelled.
    func addresses(of name: String) async -> Result<[IPAddress], OutboundFailure>
}
