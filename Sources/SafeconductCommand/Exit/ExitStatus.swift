// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// How a command ended, for scripts.
enum ExitStatus: Int32, Sendable {
    /// Done as asked.
    case ok = 0
    /// Something went wrong that no other code says.
    case error = 1
    /// The command line makes no sense.
    case usage = 2
    /// The caller may not do this, or a check says no.
    case denied = 3
    /// There is no such object.
    case notFound = 4
    /// The change contradicts the present state.
    case conflict = 5
    /// The server does not answer, or cannot for now.
    case unavailable = 6
}

extension ExitStatus {
    /// The one place where an HTTP refusal becomes an exit code.
    ///
    /// - Parameters:
    ///   - status: The HTTP status (RFC 9110 section 15).
    ///   - code: The problem's stable code, where the answer had one.
    init(httpStatus status: Int, code: String?) {
        switch status {
        case 401, 403: self = .denied
        // A path that the server does not have at all means another version, not a missing object.
        case 404 where code == "unknown_route": self = .error
        case 404, 410: self = .notFound
        case 409, 412: self = .conflict
        case 408, 425, 429, 502, 503, 504: self = .unavailable
        default: self = .error
        }
    }
}
