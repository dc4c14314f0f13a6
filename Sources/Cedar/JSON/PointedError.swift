// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// An error at a place in JSON: of policies, entities or requests, in their form or against a schema.
public protocol PointedError: Error, CustomStringConvertible {
    /// The kinds of fault.
    associatedtype Code: CustomStringConvertible

    /// The kind of fault.
    var code: Code { get }
    /// A sentence for people.
    var message: String { get }
    /// Where, as a JSON pointer (RFC 6901).
    var pointer: String { get }
}

extension PointedError {
    /// `pointer: message`.
    public var description: String { pointer.isEmpty ? message : "\(pointer): \(message)" }
}
