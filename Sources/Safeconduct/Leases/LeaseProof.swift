// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// What was seen of a credential after its end, by looking and not by believing.
public struct LeaseProof: Sendable, Equatable {
    /// What a login with its name was answered: the back end's code. Nil where none was tried, as for most of a batch.
    ///
    /// Nobody has the password any more, so the login is tried with another one. It shows that the name is turned away;
    /// that the credential is gone is what ``present`` shows.
    public let refusedLogin: String?
    /// How many sessions of it the back end has: 0.
    public let sessions: Int
    /// Whether the back end's own catalogue knows it: false.
    public let present: Bool

    init(refusedLogin: String?, sessions: Int = 0, present: Bool = false) {
        self.refusedLogin = refusedLogin
        self.sessions = sessions
        self.present = present
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("login")
        writer.string(refusedLogin ?? Self.untried)
        writer.key("sessions")
        writer.integer(Int64(sessions))
        writer.key("role")
        writer.string(present ? "present" : "absent")
        writer.endObject()
    }

    init(_ reader: inout ObjectReader) throws(ShapeError) {
        let login = try reader.string("login")
        refusedLogin = login == Self.untried ? nil : login
        sessions = Int(clamping: try reader.integer("sessions"))
        present = try reader.string("role") != "absent"
    }

    private static let untried = "not_tried"
}
