// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import Cedar
public import TrustModel

/// An activated policy set, parsed, with what its annotations say.
public struct CompiledPolicies: Sendable {
    /// The policy set's id.
    public let id: ObjectID
    /// The policy set's digest, as it is told to enforcement points.
    public let digest: String
    /// What decides.
    let enforced: PolicyTable
    /// What is in shadow mode; nil when nothing is.
    let shadow: ShadowPolicies?
    /// The schema they are held to.
    let schema: PolicySchema
    /// Every policy, in source order.
    let all: [MarkedPolicy]
    /// The channels of the policies that have some, by the policy's id.
    let alerts: [String: [String]]
    /// The attributes that `@binds` names, by the policy's id.
    let binds: [String: [String]]

    /// The policies that decide; their ids are `@id`'s value, or `file#n`.
    public var set: Cedar.PolicySet { enforced.set }

    /// Parses a policy set.
    ///
    /// - Throws: ``PolicyRefusal`` naming file, line and column.
    public init(_ source: TrustModel.PolicySet) throws(PolicyRefusal) {
        var all: [MarkedPolicy] = []
        var ids: Set<String> = []
        for file in source.files where file.content == .policies {
            let parsed: Cedar.PolicySet
            do throws(ParseError) {
                parsed = try Cedar.PolicySet(parsing: file.text)
            } catch {
                throw PolicyRefusal(file: file.name, error)
            }
            if let template = parsed.templates.first {
                throw PolicyRefusal(
                    "template",
                    file: file.name,
                    template.position,
                    "a template decides nothing by itself; write a policy"
                )
            }
            for (index, parsed) in parsed.policies.enumerated() {
                var policy = parsed
                let id = policy.annotation("id")?.string ?? "\(file.name)#\(index)"
                guard ids.insert(id).inserted else {
                    throw PolicyRefusal(
                        "duplicate_id",
                        file: file.name,
                        policy.position,
                        policy: id,
                        "another policy has the @id '\(id)'"
                    )
                }
                policy.id = Text(id)
                let marks = try PolicyMarks(policy, file: file.name)
                all.append(MarkedPolicy(file: file.name, policy: policy, marks: marks))
            }
        }
        do throws(DuplicatePolicyError) {
            enforced = try PolicyTable(all.filter { !$0.marks.isShadow })
            let alone = all.filter(\.marks.isShadow)
            shadow =
                alone.isEmpty
                ? nil : ShadowPolicies(alone: try Cedar.PolicySet(alone.map(\.policy)), whole: try PolicyTable(all))
        } catch {
            throw PolicyRefusal("duplicate_id", file: "", nil, "\(error)")
        }
        schema = try PolicySchema(of: source)
        id = source.id
        digest = source.digest.description
        self.all = all
        var alerts: [String: [String]] = [:]
        var binds: [String: [String]] = [:]
        for marked in all {
            if !marked.marks.alerts.isEmpty { alerts[marked.policy.id.string] = marked.marks.alerts }
            if let names = marked.marks.binds { binds[marked.policy.id.string] = names }
        }
        self.alerts = alerts
        self.binds = binds
    }

    /// The channels of these policies, sorted, each once.
    func channels(of policies: some Sequence<String>) -> [String] {
        // Most sets alert nobody.
        alerts.isEmpty ? [] : Set(policies.flatMap { alerts[$0] ?? [] }).sorted()
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
    /// The stable name of what is wrong.
    public let code: String
    /// The policy at fault; nil when it is none in particular.
    public let policy: String?
    /// What would help; nil when the message says so.
    public let help: String?

    init(
        _ code: String,
        file: String,
        _ position: SourcePosition?,
        policy: String? = nil,
        _ message: String,
        help: String? = nil
    ) {
        self.code = code
        self.file = file
        self.position = position
        self.policy = policy
        self.message = message
        self.help = help
    }

    init(file: String, _ error: ParseError) {
        self.init("syntax", file: file, error.position, error.message)
    }

    /// `file:line:column: message`.
    public var description: String {
        position.map { "\(file):\($0.line):\($0.column): \(message)" }
            ?? (file.isEmpty ? message : "\(file): \(message)")
    }
}
