// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// The schemas that come with this release, in the Cedar schema language: what policies see, typed.
///
/// A set's own `*.cedarschema` files are read together with that of calls and fill in what only its author knows: the
/// attributes of requests.
public enum ShippedSchema {
    /// What policies of calls see.
    public static let calls = """
        namespace Safeconduct {
            // A trust score and what it is made of, 0 to 1000; the band is high, medium, low or none.
            type Score = {
                score: Long, band: String, consistency: Long, context: Long, sensitivity: Long, lineage: Long,
            };

            type Call = {
                now: datetime,
                met: Set<String>, // the remedies that are met
                trust: { caller: Score, api: Score },
                caller: { assurance: Long, binding: String, proven: Bool, issuer: String },
                request: RequestAttributes, // and the operation's method
            };
        }

        entity Boundary;
        entity Operator;

        entity Identity in [Boundary, Operator] = {
            id: String, name: String, kind: String, owner: String, purpose: String, boundary: String,
            labels: Set<String>, issuer: String,
        };

        entity Api in [Boundary, Operator] = {
            id: String, name: String, data_class: String, sensitivity: Long, owner: String, purpose: String,
            boundary: String,
        };

        entity Operation in [Api, Boundary, Operator] = {
            name: String, api: String, method: String, path: String, data_class: String, sensitivity: Long,
            capabilities: Set<String>, mutating: Bool, owner: String, purpose: String, boundary: String,
        };

        action "call";
        action "read", "write" in ["call"] appliesTo {
            principal: [Identity],
            resource: [Operation],
            context: Safeconduct::Call,
        };

        """

    /// What a set without a schema of its own knows of requests: nothing but the method.
    static let noAttributes = "type RequestAttributes = {};\n"

    /// What policies of commands see.
    public static let commands: String = {
        let roles = Role.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        let actions = commandActions.map { names, resources in
            """
            action \(names.map { "\"\($0)\"" }.joined(separator: ", ")) in ["command"] appliesTo {
                principal: [Operator], resource: [\(resources)], context: Safeconduct::Command,
            };

            """
        }
        let types = resources.map { type, parents in
            "entity \(type)\(parents.isEmpty ? "" : " in [\(parents)]") = {\n    \(object)\n};\n"
        }
        return """
            namespace Safeconduct {
                type Command = {
                    now: datetime,
                    met: Set<String>,
                    // What the command makes of it.
                    change: {
                        kind: String, owner: String, own: Bool, purpose: String, boundary: String, within: Bool,
                        expires_at: datetime, roles: Set<String>,
                        reach: { own: Bool, within: Bool, explanations: Bool },
                    },
                };
            }

            entity Role enum [\(roles)];
            entity Boundary;
            // What a command is about, as it is before; texts are empty and sets without elements where there is nothing.
            \(types.joined())
            action "command";
            \(actions.joined())
            action "read" appliesTo {
                principal: [Operator], resource: [Collection], context: Safeconduct::Command,
            };

            """
    }()

    /// What policies see of whatever a command is about.
    private static let object = """
        id: String, name: String, exists: Bool, owner: String, own: Bool, purpose: String, boundary: String,
            within: Bool, kind: String, roles: Set<String>, scope: String, of: String, target: String,
        """

    /// What commands are about, and what it can be in.
    private static let resources: [(type: String, parents: String)] = [
        ("Identity", "Boundary"), ("Operator", "Boundary, Role"), ("Api", "Boundary"), ("Issuer", "Boundary"),
        ("EnforcementPoint", "Boundary"), ("Credential", "Boundary"), ("Cut", "Boundary"), ("Hold", "Boundary"),
        ("PolicySet", ""), ("Collection", ""), ("Log", ""),
    ]

    /// The commands that operators give, by what they are about.
    private static let commandActions: [(names: [String], resources: String)] = [
        (["identity.put", "identity.retire"], "Identity"), (["operator.put", "operator.retire"], "Operator"),
        (["enrolment.put"], "Operator"), (["api.put", "api.retire"], "Api"),
        (["issuer.put", "issuer.retire"], "Issuer"),
        (["pep.put", "pep.retire"], "EnforcementPoint"),
        (["credential.put", "credential.issue"], "EnforcementPoint, Operator, Identity"), (["cut"], "Cut"),
        (["hold.place", "hold.lift"], "Hold"),
        (["policy.activate", "policy.put", "policy.shadow", "policy.retire"], "PolicySet"),
        (["generation.confirm"], "Log"),
    ]
}
