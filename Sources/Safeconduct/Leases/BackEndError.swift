// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Why a back end did not do what was asked. It holds no secret: it is recorded.
public struct BackEndError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Whom it concerns.
    public enum Reach: Sendable, Equatable {
        /// This credential; others may go well.
        case credential
        /// The whole back end: nothing will go well there before somebody or time mends it.
        case backEnd
    }

    /// Whom it concerns.
    public let reach: Reach
    /// A stable code: the back end's own where it has one (`2BP01`), else ours.
    public let code: String
    /// A sentence for operators.
    public let message: String

    /// A failure.
    public init(_ reach: Reach, _ code: String, _ message: String) {
        self.reach = reach
        self.code = code
        self.message = message
    }

    /// The lease was ended while its credential was being made, which was therefore not finished.
    public static let withdrawn = BackEndError(
        .credential,
        "withdrawn",
        "the lease ended before its credential was made"
    )
    /// The row names another credential than its id gives: nothing is done to it.
    public static let misnamed = BackEndError(
        .credential,
        "misnamed",
        "the lease names a credential that is not its own"
    )
    /// A session of it is still there.
    public static let sessionAlive = BackEndError(.credential, "session_alive", "a session of it could not be ended")
    /// It is still there.
    public static let present = BackEndError(.credential, "present", "the credential is still there")
    /// A login with it was let in.
    public static let loginAccepted = BackEndError(.credential, "login_accepted", "a login was let in after the end")

    /// `code: message`.
    public var description: String { "\(code): \(message)" }
}
