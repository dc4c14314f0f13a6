// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// An identity with a grant to ask about given APIs and kinds of subject.
public struct EnforcementPoint: NamedObject {
    /// How a point may say who is calling.
    public enum SubjectKind: String, Sendable, CaseIterable {
        /// The subject's own credential is in the question.
        case proven
        /// The point vouches for the subject; such a subject has capped assurance.
        case asserted
    }

    /// The kind of its ids.
    public static let kind = ObjectKind.enforcementPoint
    /// The free text fields it takes, by name.
    public static let freeText = ["display_name", "description"]

    /// Its id.
    public let id: ObjectID
    /// Its permanent name.
    public let name: String
    /// Owner, purpose, boundary, expiry.
    public var custody: Custody
    /// The APIs it may ask about.
    public var apis: [ObjectID]
    /// The kinds of subject it may ask about.
    public var subjects: Set<SubjectKind>
    /// Whether it may ask why: whoever holds its token reads what policies say and what they looked at.
    public var explanations: Bool
    /// Its free text, encrypted.
    public var sealed: SealedText?

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        name = try reader.name()
        custody = try Custody(&reader, references: references)
        var apis: Set<ObjectID> = []
        for element in try reader.array("apis") {
            guard let text = element.value.stringValue else {
                throw ShapeError(.kind, element.pointer, "an API's name or id is expected")
            }
            apis.insert(try references.resolve(text, kind: .api, at: element.pointer))
        }
        guard (1...256).contains(apis.count) else {
            throw ShapeError(.value, reader.pointer(to: "apis"), "an enforcement point asks about 1 to 256 APIs")
        }
        self.apis = apis.sorted()
        subjects = []
        for (index, text) in try reader.strings("subjects").enumerated() {
            guard let kind = SubjectKind(rawValue: text) else {
                throw ShapeError(
                    .value,
                    "\(reader.pointer(to: "subjects"))/\(index)",
                    "one of proven, asserted is expected"
                )
            }
            subjects.insert(kind)
        }
        if subjects.isEmpty { subjects = [.proven] }
        explanations = try reader.optionalBool("explanations") ?? false
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        custody.writeMembers(to: &writer)
        writer.member("apis", apis.map(\.description))
        writer.member("subjects", SubjectKind.allCases.filter(subjects.contains).map(\.rawValue))
        // Points of before are written as they were.
        guard explanations else { return }
        writer.key("explanations")
        writer.bool(true)
    }
}
