// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// The schemas that come with this release, in the Cedar schema language: what policies see, typed.
///
/// A set's own `*.cedarschema` files are read together with that of calls and fill in what only its author knows: the
/// attributes of requests. The types of the language have their full names here, so that nothing a set declares is taken
/// for one of them.
public enum ShippedSchema {
    /// What policies of calls see.
    public static let calls = """
        namespace Safeconduct {
            // A trust score and what it is made of, 0 to 1000; the band is high, medium, low or none.
            type Score = {
                score: __cedar::Long, band: __cedar::String, consistency: __cedar::Long, context: __cedar::Long,
                sensitivity: __cedar::Long, lineage: __cedar::Long,
            };

            type Call = {
                now: __cedar::datetime,
                met: Set<__cedar::String>, // the remedies that are met
                trust: { caller: Score, api: Score },
                caller: {
                    assurance: __cedar::Long, binding: __cedar::String, proven: __cedar::Bool, issuer: __cedar::String,
                },
                // Who acts for whom: how many act, for whom the call is, their names, the lowest score among them, and how
                // many are known to another issuer alone.
                chain: {
                    depth: __cedar::Long, subject: __cedar::String, actors: Set<__cedar::String>,
                    weakest: __cedar::Long, unverified: __cedar::Long,
                },
                task?: { id: __cedar::String, purpose: __cedar::String, within: __cedar::Bool }, // if it has one
                request: RequestAttributes, // and the operation's method
            };
        }

        entity Boundary;
        entity Operator;

        entity Identity in [Boundary, Operator] = {
            id: __cedar::String, name: __cedar::String, kind: __cedar::String, owner: __cedar::String,
            purpose: __cedar::String, boundary: __cedar::String, labels: Set<__cedar::String>, issuer: __cedar::String,
        };

        entity Api in [Boundary, Operator] = {
            id: __cedar::String, name: __cedar::String, data_class: __cedar::String, sensitivity: __cedar::Long,
            owner: __cedar::String, purpose: __cedar::String, boundary: __cedar::String,
        };

        entity Operation in [Api, Boundary, Operator] = {
            name: __cedar::String, api: __cedar::String, method: __cedar::String, path: __cedar::String,
            data_class: __cedar::String, sensitivity: __cedar::Long, capabilities: Set<__cedar::String>,
            mutating: __cedar::Bool, owner: __cedar::String, purpose: __cedar::String, boundary: __cedar::String,
        };

        action "call";
        action "read", "write" in ["call"] appliesTo {
            principal: [Identity],
            resource: [Operation],
            context: Safeconduct::Call,
        };

        // May this identity have a credential for such calls? There is no request yet: of its attributes only the method
        // is there.
        action "issue" appliesTo {
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
        let actions = commandActions.map { names, givers, resources in
            """
            action \(names.map { "\"\($0)\"" }.joined(separator: ", ")) in ["command"] appliesTo {
                principal: [\(givers)], resource: [\(resources)], context: Safeconduct::Command,
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
        ("EnforcementPoint", "Boundary"), ("BackEnd", "Boundary"), ("Credential", "Boundary"), ("Cut", "Boundary"),
        ("Hold", "Boundary"), ("Task", "Boundary"),
        ("PolicySet", ""), ("Collection", ""), ("Log", ""),
    ]

    /// The commands, by who gives them and what they are about.
    private static let commandActions: [(names: [String], givers: String, resources: String)] = [
        (["identity.put", "identity.retire"], "Operator", "Identity"),
        (["operator.put", "operator.retire"], "Operator", "Operator"),
        (["enrolment.put"], "Operator", "Operator"), (["api.put", "api.retire"], "Operator", "Api"),
        (["issuer.put", "issuer.retire"], "Operator", "Issuer"),
        (["pep.put", "pep.retire"], "Operator", "EnforcementPoint"),
        (["back_end.put", "back_end.retire"], "Operator", "BackEnd"),
        (["credential.put", "credential.issue"], "Operator", "EnforcementPoint, Operator, Identity"),
        (["cut"], "Operator", "Cut"), (["hold.place", "hold.lift"], "Operator", "Hold"),
        (["policy.activate", "policy.put", "policy.shadow", "policy.retire"], "Operator", "PolicySet"),
        (["task.put"], "Operator, Identity", "Identity"),
        (["task.complete", "task.cancel", "task.spend"], "Operator, Identity", "Task"),
        (["generation.confirm", "token_key.put"], "Operator", "Log"),
    ]
}
