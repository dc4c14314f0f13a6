// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How long the keys of issuers are used, and what they may cost.
struct IssuerKeysLimits: Sendable {
    /// How long keys are fresh when the issuer does not say.
    var usualLifetime: Duration = .seconds(600)
    /// The shortest time that keys are fresh, whatever the issuer says.
    var shortestLifetime: Duration = .seconds(60)
    /// The longest time that keys are fresh, whatever the issuer says.
    var longestLifetime: Duration = .seconds(3600)
    /// How long after they were fetched keys still count while the issuer can't be asked. Fresh keys count anyway.
    var staleLifetime: Duration = .seconds(3600)
    /// How long an issuer is not asked again for the sake of a key id that it did not have.
    var searchPause: Duration = .seconds(30)
    /// How long an issuer is left alone after a failure; doubles with each further one.
    var firstPause: Duration = .seconds(1)
    /// The longest that an issuer is left alone after failures.
    var longestPause: Duration = .seconds(60)
    /// The time for discovery document and key set together.
    var fetchTime: Duration = .seconds(5)
    /// The most issuers that are remembered.
    var issuers = 10_000
    /// The most keys that are remembered, usable or not, of all issuers together.
    var keys = 65_536
    /// The most callers that wait for one issuer.
    var waitersPerIssuer = 1024

    /// Fresh for 10 minutes or as the issuer says within 1 minute and 1 hour; stale up to 1 hour.
    static let standard = IssuerKeysLimits()
}
