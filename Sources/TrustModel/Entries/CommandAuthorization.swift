// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// The decision that let a command in: which policies were asked, and which of them determined it.
public struct CommandAuthorization: Sendable, Equatable {
    /// The policy set of commands that was active before the change.
    public let policies: ObjectID
    /// The ids of the policies that permitted it, in source order.
    public let determining: [String]

    /// A decision of the given members.
    public init(policies: ObjectID, determining: [String]) {
        self.policies = policies
        self.determining = determining
    }

    init(_ value: JSONValue, at pointer: String) throws(ShapeError) {
        var reader = try ObjectReader(value, at: pointer)
        policies = try StoredReferences().resolve(
            try reader.string("policies"),
            kind: .policySet,
            at: reader.pointer(to: "policies")
        )
        determining = try reader.strings("determining")
        try reader.finish()
    }

    /// Writes the stored form.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("policies", policies)
        writer.member("determining", determining)
        writer.endObject()
    }
}
