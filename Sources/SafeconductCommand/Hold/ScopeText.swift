// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON
import TrustModel

/// A scope as people write it: `identity:orders-worker`, `issuer:shop-login`, `trust_domain:shop`, `all`.
struct ScopeText: ExpressibleByArgument, Equatable, Sendable {
    /// What is covered; a kind of the model, or one of the nouns whose objects an `identity` scope covers.
    enum Kind: Equatable, Sendable {
        case scope(Scope.Kind)
        case pep, `operator`, api

        /// The noun whose name stands in the scope, where the server knows no name but an identity's.
        var noun: Noun? {
            switch self {
            case .scope: nil
            case .pep: .enforcementPoints
            case .operator: .operators
            case .api: .apis
            }
        }
    }

    let kind: Kind
    /// A name or id; empty for `all`.
    let reference: String

    /// The words before the colon.
    static let words = Scope.Kind.allCases.map(\.rawValue) + ["pep", "operator", "api"]

    init?(argument: String) { try? self.init(argument) }

    /// Reads a scope.
    ///
    /// - Throws: ``CommandFailure`` naming the nearest kind.
    init(_ text: String) throws(CommandFailure) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let word = parts[0].replacing("-", with: "_")
        switch word {
        case "pep": kind = .pep
        case "operator": kind = .operator
        case "api": kind = .api
        default:
            guard let known = Scope.Kind(rawValue: word) else {
                let near = nearestName(to: word, among: Self.words).map { "; did you mean '\($0)'?" } ?? ""
                throw CommandFailure(
                    .usage,
                    "'\(Printable.text(word))' is no kind of scope\(near)",
                    hints: ["Kinds are: \(Self.words.joined(separator: ", "))"]
                )
            }
            kind = .scope(known)
        }
        reference = parts.count == 2 ? parts[1] : ""
        guard (kind == .scope(.all)) == (parts.count == 1), kind == .scope(.all) || !reference.isEmpty else {
            throw CommandFailure(.usage, "a scope is KIND:NAME, KIND:ID or all")
        }
    }

    /// The scope as the API takes it.
    func json(_ client: Client) async throws(CommandFailure) -> JSONValue {
        switch kind {
        case .scope(.all): return ["kind": "all"]
        case .scope(let kind): return ["kind": .string(kind.rawValue), "id": .string(reference)]
        case .pep, .operator, .api:
            guard let noun = kind.noun else { return .null }
            let object = try await Registry(noun: noun, client: client).object(reference)
            return ["kind": "identity", "id": object["id"] ?? .string(reference)]
        }
    }
}
