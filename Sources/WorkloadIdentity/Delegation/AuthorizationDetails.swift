// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// What a token's `authorization_details` grant (RFC 9396 section 2): the sum of their elements.
public struct AuthorizationDetails: Sendable, Equatable {
    /// The most elements.
    public static let maximumElements = 8
    private static let limits = JSONLimits(maximumBytes: 32 << 10, maximumDepth: 8, maximumValues: 4096)

    /// The elements, at least one.
    public let elements: [AuthorizationDetail]

    /// The sum of these elements.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when they are none or too many.
    public init(_ elements: [AuthorizationDetail]) throws(WorkloadIdentityError) {
        guard (1...Self.maximumElements).contains(elements.count) else {
            throw WorkloadIdentityError(
                .delegation,
                "'authorization_details' has 1 to \(Self.maximumElements) elements"
            )
        }
        self.elements = elements
    }

    /// Reads the value of the claim.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation` when it is no array, or an element is refused.
    public init(_ claim: JSONValue) throws(WorkloadIdentityError) {
        guard case .array(let values) = claim, values.count <= Self.maximumElements else {
            throw WorkloadIdentityError(
                .delegation,
                "'authorization_details' is an array of 1 to \(Self.maximumElements) elements"
            )
        }
        var elements: [AuthorizationDetail] = []
        for value in values { elements.append(try AuthorizationDetail(value)) }
        try self.init(elements)
    }

    /// Reads the value of the request parameter, which is JSON text.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `delegation`, also when the text is no strict JSON.
    public init(parameter text: String) throws(WorkloadIdentityError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: Array(text.utf8), limits: Self.limits)
        } catch {
            throw WorkloadIdentityError(.delegation, "'authorization_details' at \(error)")
        }
        try self.init(value)
    }

    /// The details as JSON.
    public var json: JSONValue { .array(elements.map(\.json)) }

    /// Whether each element is within one of `other`'s.
    ///
    /// One element that only several of `other`'s together would cover is refused: it could pair an action of one with
    /// a place of another.
    public func isWithin(_ other: AuthorizationDetails) -> Bool {
        elements.allSatisfy { element in other.elements.contains { element.isWithin($0) } }
    }
}
