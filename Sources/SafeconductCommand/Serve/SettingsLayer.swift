// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Logging
import WorkloadIdentity

/// What one source says about a server: flags, environment variables or a file.
struct SettingsLayer: Sendable, Equatable {
    var listen: ListenAddress?
    var tls: TLSSetting?
    var data: String?
    var node: UInt16?
    var masterKey: String?
    var origin: String?
    var publicLog: Bool?
    var publicURL: String?
    var legacyAssertionAudience: Bool?
    var outboundAllow: [AddressBlock]?
    var httpIssuers: HTTPIssuers?
    var outcomeWindow: Int64?
    var logLevel: Logger.Level?
    var logFormat: LogFormat?
    var otlpEndpoint: String?
    var otlpHeadersFile: String?
    var otlpInterval: Duration?
    var readyFile: String?
}
