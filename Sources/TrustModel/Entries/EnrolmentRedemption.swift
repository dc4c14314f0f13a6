// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// The use of an enrolment: its operator's new key. One entry, so that no crash comes between the two.
public struct EnrolmentRedemption: Sendable, Equatable {
    /// The enrolment that is used up.
    public let enrolment: ObjectID
    /// The key that is registered.
    public let credential: Credential

    /// The use of an enrolment.
    public init(enrolment: ObjectID, credential: Credential) {
        self.enrolment = enrolment
        self.credential = credential
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        enrolment = try StoredReferences().resolve(
            try reader.string("enrolment"),
            kind: .enrolment,
            at: reader.pointer(to: "enrolment")
        )
        credential = try Credential(stored: try reader.required("credential"), at: reader.pointer(to: "credential"))
        try reader.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("enrolment", enrolment)
        writer.key("credential")
        credential.writeStored(to: &writer)
        writer.endObject()
    }
}
