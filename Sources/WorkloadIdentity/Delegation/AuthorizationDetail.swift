// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE
public import StrictJSON

/// What a task may do: an authorization detail (RFC 9396 section 2) of the type `safeconduct_task`.
///
/// `actions` must be there, and what isn't named isn't granted; the same holds for `privileges`, of which none are
/// named when it is absent. The other members are limits: an absent one does not limit, and a narrower detail may add
/// it but never leave it out.
public struct AuthorizationDetail: Sendable, Equatable {
    /// The `type`.
    public static let type = "safeconduct_task"
    /// The most elements of one array.
    public static let maximumElements = 64
    /// The longest text, in bytes.
    public static let maximumTextBytes = 1024

    /// `actions`, at least one.
    public let actions: TextSet
    /// `locations`: where; nil does not limit.
    public let locations: TextSet?
    /// `datatypes`: the classes of data; nil does not limit.
    public let datatypes: TextSet?
    /// `identifier`: the one resource; nil does not limit.
    public let identifier: String?
    /// `privileges`: what is granted beyond the ordinary.
    public let privileges: TextSet
    /// `purpose`: what for; nil does not limit.
    public let purpose: String?
    /// `not_after`: the moment from which nothing is granted any more, in whole seconds since 1970 as every other time
    /// in a token; nil does not limit.
    public let notAfter: NumericDate?

    /// A detail of the given values.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when `actions` is empty or a text is out of bounds.
    public init(
        actions: TextSet,
        locations: TextSet? = nil,
        datatypes: TextSet? = nil,
        identifier: String? = nil,
        privileges: TextSet = .none,
        purpose: String? = nil,
        notAfter: NumericDate? = nil
    ) throws(WorkloadIdentityError) {
        guard !actions.texts.isEmpty else {
            throw WorkloadIdentityError(.delegation, "'actions' of a task has at least one element")
        }
        for (name, text) in [("identifier", identifier), ("purpose", purpose)] {
            guard text.map(TextSet.isSound) ?? true else { throw Self.unsound(name) }
        }
        self.actions = actions
        self.locations = locations
        self.datatypes = datatypes
        self.identifier = identifier
        self.privileges = privileges
        self.purpose = purpose
        self.notAfter = notAfter.map { NumericDate(seconds: $0.seconds) }
    }

    /// Reads one element of `authorization_details`.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when it is of another type, has a member nobody knows, or
    ///   one of the wrong shape.
    public init(_ value: JSONValue) throws(WorkloadIdentityError) {
        guard case .object(let object) = value else {
            throw WorkloadIdentityError(.delegation, "an authorization detail is an object")
        }
        guard let type = object["type"]?.stringValue, sameBytes(type, Self.type) else {
            throw WorkloadIdentityError(.delegation, "'type' of an authorization detail is '\(Self.type)'")
        }
        let known = [
            "type", "actions", "locations", "datatypes", "identifier", "privileges", "purpose", "not_after",
        ]
        guard object.allSatisfy({ member in known.contains { sameBytes($0, member.key) } }) else {
            throw WorkloadIdentityError(.delegation, "an authorization detail has a member nobody knows")
        }
        guard let actions = try TextSet(object["actions"], named: "actions") else { throw Self.unsound("actions") }
        var notAfter: NumericDate?
        if let value = object["not_after"] {
            guard case .integer(let seconds) = value, (1...NumericDate.maximumSeconds).contains(seconds) else {
                throw Self.unsound("not_after")
            }
            notAfter = NumericDate(seconds: seconds)
        }
        try self.init(
            actions: actions,
            locations: TextSet(object["locations"], named: "locations"),
            datatypes: TextSet(object["datatypes"], named: "datatypes"),
            identifier: Self.text(object, "identifier"),
            privileges: TextSet(object["privileges"], named: "privileges") ?? .none,
            purpose: Self.text(object, "purpose"),
            notAfter: notAfter
        )
    }

    private static func text(_ object: JSONObject, _ name: String) throws(WorkloadIdentityError) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.stringValue else { throw unsound(name) }
        return text
    }

    static func unsound(_ name: String) -> WorkloadIdentityError {
        WorkloadIdentityError(.delegation, "'\(name)' of an authorization detail is absent or of the wrong shape")
    }

    /// The detail as JSON.
    public var json: JSONValue {
        var object = JSONObject()
        object["type"] = .string(Self.type)
        object["actions"] = actions.json
        object["locations"] = locations?.json
        object["datatypes"] = datatypes?.json
        object["identifier"] = identifier.map { .string($0) }
        if !privileges.texts.isEmpty { object["privileges"] = privileges.json }
        object["purpose"] = purpose.map { .string($0) }
        object["not_after"] = notAfter.map { .integer($0.seconds) }
        return .object(object)
    }

    /// The same grant, in whatever order its texts were written.
    public static func == (left: AuthorizationDetail, right: AuthorizationDetail) -> Bool {
        left.isWithin(right) && right.isWithin(left)
    }
}
