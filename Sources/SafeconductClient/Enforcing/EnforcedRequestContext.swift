// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Hummingbird

/// A request context that holds the decision about its request.
public protocol EnforcedRequestContext: RequestContext {
    /// The decision that let the call through; set by ``EnforcementMiddleware``, nil where it did not run.
    var enforced: EnforcedCall? { get set }
}

/// The simplest such context, for services without one of their own.
public struct BasicEnforcedRequestContext: EnforcedRequestContext {
    /// What the framework keeps.
    public var coreContext: CoreRequestContextStorage
    /// The decision that let the call through.
    public var enforced: EnforcedCall?

    /// A context for a request that has just arrived.
    public init(source: Source) { coreContext = CoreRequestContextStorage(source: source) }
}
