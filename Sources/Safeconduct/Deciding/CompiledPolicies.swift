// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Cedar
public import TrustModel

/// An activated policy set, parsed, with its remedies read.
public struct CompiledPolicies: Sendable {
    /// The policy set's id.
    public let id: ObjectID
    /// The policies; their ids are `@id`'s value, or `file#n`.
    public let set: Cedar.PolicySet
    /// The remedies that each policy offers, in the order of the set's policies.
    let remedies: [[Remedy]]

    /// Parses a policy set.
    ///
    /// - Throws: ``PolicyRefusal`` naming file, line and column.
    public init(_ source: TrustModel.PolicySet) throws(PolicyRefusal) {
        var policies: [Policy] = []
        var remedies: [[Remedy]] = []
        var ids: Set<String> = []
        for file in source.files {
            let parsed: Cedar.PolicySet
            do throws(ParseError) {
                parsed = try Cedar.PolicySet(parsing: file.text)
            } catch {
                throw PolicyRefusal(file: file.name, error)
            }
            if let template = parsed.templates.first {
                throw PolicyRefusal(
                    file: file.name,
                    template.position,
                    "a template decides nothing by itself; write a policy"
                )
            }
            for (index, parsed) in parsed.policies.enumerated() {
                var policy = parsed
                let id = policy.annotation("id")?.string ?? "\(file.name)#\(index)"
                guard ids.insert(id).inserted else {
                    throw PolicyRefusal(file: file.name, policy.position, "another policy has the @id '\(id)'")
                }
                policy.id = Text(id)
                policies.append(policy)
                remedies.append(try Self.remedies(of: policy, file.name))
            }
        }
        do {
            set = try Cedar.PolicySet(policies)
        } catch {
            throw PolicyRefusal(file: "", nil, "\(error)")
        }
        id = source.id
        self.remedies = remedies
    }

    /// A policy names one remedy, or several with spaces between them, which all have to be met.
    private static func remedies(of policy: Policy, _ file: String) throws(PolicyRefusal) -> [Remedy] {
        var remedies: [Remedy] = []
        for literal in policy.annotation("remedy")?.string.split(separator: " ") ?? [] {
            guard let remedy = Remedy(String(literal)) else {
                throw PolicyRefusal(
                    file: file,
                    policy.position,
                    "unknown remedy '\(literal)'; limit:<n>/second|minute|hour|day, challenge:dpop|mtls|attestation|"
                        + "fresh|human and approve:<group> are known"
                )
            }
            remedies.append(remedy)
        }
        return remedies
    }
}

/// Why a policy set is not activated.
public struct PolicyRefusal: Error, Sendable, CustomStringConvertible {
    /// The file at fault.
    public let file: String
    /// Where in it, from 1; nil when nowhere in particular.
    public let position: SourcePosition?
    /// What to mend.
    public let message: String

    init(file: String, _ position: SourcePosition?, _ message: String) {
        self.file = file
        self.position = position
        self.message = message
    }

    init(file: String, _ error: ParseError) {
        self.init(file: file, error.position, error.message)
    }

    /// `file:line:column: message`.
    public var description: String {
        position.map { "\(file):\($0.line):\($0.column): \(message)" }
            ?? (file.isEmpty ? message : "\(file): \(message)")
    }
}
