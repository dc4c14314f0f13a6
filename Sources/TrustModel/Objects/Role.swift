// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import StrictJSON

/// What an operator is here to do. What that lets them do is not written here but in the policies of commands.
public enum Role: String, Sendable, CaseIterable, Comparable {
    /// Answers for the whole control plane, and alone gives roles.
    case owner
    /// Registers, suspends, grants exceptions and activates the policies of calls.
    case trustOffice = "trust-office"
    /// Cuts and holds.
    case security
    /// Reads, holds and reviews.
    case risk
    /// Reads everything and changes nothing.
    case auditor
    /// Reads counts, and who owns what.
    case finance
    /// Looks after objects of their own.
    case productOwner = "product-owner"
    /// Votes on what needs approval.
    case approver
    /// A pipeline that registers what it deploys, within its boundary.
    case automation

    /// In the order of their names, which is the order in which they are stored.
    public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

extension ObjectReader {
    /// The roles of the array member `roles`, sorted, each once; empty when absent.
    mutating func roles() throws(ShapeError) -> [Role] {
        var roles: Set<Role> = []
        for (index, text) in try strings("roles").enumerated() {
            guard let role = Role(rawValue: text) else {
                let names = Role.allCases.map(\.rawValue)
                let near = nearestName(to: text, among: names).map { "; did you mean '\($0)'?" } ?? ""
                throw ShapeError(
                    .value,
                    "\(pointer(to: "roles"))/\(index)",
                    "one of \(names.joined(separator: ", ")) is expected\(near)"
                )
            }
            roles.insert(role)
        }
        return roles.sorted()
    }
}
