// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import JOSE
public import StrictJSON

/// Where a token's status stands: its claim `status.status_list` (Token Status List, section 6.2).
public struct StatusReference: Sendable, Equatable {
    /// The longest URI, in bytes.
    public static let maximumURIBytes = 2048

    /// `idx`, from 0.
    public let index: Int
    /// `uri` of the list.
    public let uri: String

    /// The reference to an entry of a list.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `statusList` for a negative index or a URI out of bounds.
    public init(index: Int, uri: String) throws(WorkloadIdentityError) {
        guard index >= 0, (1...Self.maximumURIBytes).contains(uri.utf8.count) else {
            throw Zlib.malformed("a reference has an index from 0 and a URI of 1 to \(Self.maximumURIBytes) bytes")
        }
        self.index = index
        self.uri = uri
    }

    /// The reference that a token has, nil when it has no `status` at all.
    ///
    /// - Throws: ``WorkloadIdentityError`` with `statusList` when `status` holds no list or a malformed one: a token
    ///   whose status can't be told is not one without status.
    public init?(_ claims: JWTClaims) throws(WorkloadIdentityError) {
        guard let status = claims.members["status"] else { return nil }
        guard case .object(let reference)? = status["status_list"] else {
            throw Zlib.malformed("'status' of the token has no 'status_list'")
        }
        guard case .integer(let number)? = reference["idx"], let index = Int(exactly: number),
            let uri = reference["uri"]?.stringValue
        else { throw Zlib.malformed("'status_list' of the token has an 'idx' and a 'uri'") }
        try self.init(index: index, uri: uri)
    }

    /// The value of the claim `status`.
    public var claim: JSONValue { ["status_list": ["idx": .integer(Int64(index)), "uri": .string(uri)]] }

    /// The same index and the same bytes of the URI.
    public static func == (left: StatusReference, right: StatusReference) -> Bool {
        left.index == right.index && sameBytes(left.uri, right.uri)
    }
}
