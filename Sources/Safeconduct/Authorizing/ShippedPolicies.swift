// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import TrustModel

/// The policies of commands that every control log begins with.
///
/// Two files: guardrails that forbid, and roles that permit. Whoever replaces the roles is well advised to keep the
/// guardrails, for a `forbid` wins over every `permit`.
public enum ShippedPolicies {
    /// The files, as they are activated.
    public static let files = [
        PolicySet.File(name: "guardrails.cedar", text: guardrails),
        PolicySet.File(name: "roles.cedar", text: roles),
    ]

    static let guardrails = """
        // What no role may do, whatever is permitted elsewhere.
        //
        // resource: the object as it is BEFORE the command. context.change: what the command would make of it.
        // resource.own: its owner is the principal, or a team that the principal owns.
        // resource.within: it lies in the principal's boundary or below (prod holds prod/eu).

        // Only owners give, take or change roles, and only they change an operator who has any: even a new expiry would
        // lock a colleague out. Operators without roles own things and can do nothing.
        @id("guard-roles")
        forbid (principal, action == Action::"operator.put", resource)
        unless { principal in Role::"owner" || (resource.roles.isEmpty() && context.change.roles.isEmpty()) };

        @id("guard-retiring-operators")
        forbid (principal, action == Action::"operator.retire", resource)
        unless { principal in Role::"owner" || resource.roles.isEmpty() };

        // Who answers for everything is a person.
        @id("guard-owners-are-people")
        forbid (principal, action == Action::"operator.put", resource)
        when { context.change.roles.contains("owner") && context.change.kind != "human" };

        // Whoever redeems a link becomes that operator. People may renew their own key.
        @id("guard-keys")
        forbid (principal, action == Action::"enrolment.put", resource)
        unless { principal in Role::"owner" || resource == principal };

        // A bearer token is for the one operator of a development server, which a node gives out.
        @id("guard-operator-tokens")
        forbid (principal, action == Action::"credential.issue", resource is Operator);

        // These very policies.
        @id("guard-command-policies")
        forbid (
            principal,
            action in [Action::"policy.activate", Action::"policy.put", Action::"policy.retire"],
            resource == PolicySet::"commands"
        )
        unless { principal in Role::"owner" };

        // A pipeline's key lies on machines that many can reach: it makes no operators and no further keys.
        @id("guard-automation")
        forbid (
            principal,
            action in [Action::"operator.put", Action::"operator.retire", Action::"enrolment.put"],
            resource
        )
        when { principal.kind == "automation" };

        // Stopping an operator is a lever against owners, too: for owners and security alone. Everybody may end what is
        // their own, such as a lost key.
        @id("guard-stopping-operators")
        forbid (principal, action in [Action::"cut", Action::"hold.place"], resource)
        when { resource.of == "Operator" }
        unless {
            principal in [Role::"owner", Role::"security"] || resource.target == principal.name
        };

        @id("guard-releasing-operators")
        forbid (principal, action == Action::"hold.lift", resource)
        when { resource.of == "Operator" }
        unless { principal in [Role::"owner", Role::"security"] };

        """

    static let roles = """
        // What each role may do. Actions are the kinds of the log's entries; reading is the action "read" on a
        // Collection: status, operators, identities, apis, issuers, enforcement-points, credentials, policies, cuts,
        // holds, tasks, decisions, logs, log, metrics, ...

        @id("owner")
        permit (principal in Role::"owner", action, resource);

        @id("reading")
        permit (principal, action == Action::"read", resource)
        when {
            principal in [
                Role::"trust-office", Role::"security", Role::"risk", Role::"auditor", Role::"product-owner",
                Role::"approver"
            ]
        };

        // --- trust office: registers, suspends, activates the policies of calls ---

        @id("trust-office-registers")
        permit (
            principal in Role::"trust-office",
            action in [
                Action::"identity.put", Action::"identity.retire", Action::"api.put", Action::"api.retire",
                Action::"issuer.put", Action::"issuer.retire", Action::"pep.put", Action::"pep.retire",
                Action::"operator.put", Action::"operator.retire", Action::"credential.issue", Action::"credential.put",
                Action::"back_end.put", Action::"back_end.retire"
            ],
            resource
        );

        @id("trust-office-suspends")
        permit (principal in Role::"trust-office", action in [Action::"hold.place", Action::"hold.lift"], resource)
        when { resource.scope == "identity" || resource.scope == "credential" };

        @id("trust-office-activates")
        permit (
            principal in Role::"trust-office",
            action in [
                Action::"policy.activate", Action::"policy.put", Action::"policy.shadow", Action::"policy.retire"
            ],
            resource == PolicySet::"calls"
        );

        @id("trust-office-tasks")
        permit (
            principal in Role::"trust-office",
            action in [Action::"task.put", Action::"task.complete", Action::"task.cancel"],
            resource
        );

        // --- security: stops anything at once, registers nothing ---

        @id("security-stops")
        permit (
            principal in Role::"security",
            action in [Action::"cut", Action::"hold.place", Action::"hold.lift", Action::"task.cancel"],
            resource
        );

        // --- risk: may stop one machine until somebody has looked; another role lets it work again ---

        @id("risk-holds")
        permit (principal in Role::"risk", action == Action::"hold.place", resource)
        when { resource.scope == "identity" || resource.scope == "credential" };

        // --- finance: how many there are, and who owns what ---

        @id("finance-counts")
        permit (principal in Role::"finance", action == Action::"read", resource)
        when {
            resource in [Collection::"status", Collection::"operators", Collection::"metrics"]
        };

        // --- product owner: own objects, in the own boundary ---

        // Taking over needs the object to be one's own before the change, giving away needs it to be so afterwards.
        // An enforcement point asks about APIs: about own ones.
        @id("product-owner-changes")
        permit (
            principal in Role::"product-owner",
            action in [Action::"identity.put", Action::"api.put", Action::"pep.put"],
            resource
        )
        when {
            (if resource.exists then resource.own else true) &&
            context.change.own && context.change.within && context.change.reach.own
        };

        @id("product-owner-ends")
        permit (
            principal in Role::"product-owner",
            action in [
                Action::"identity.retire", Action::"api.retire", Action::"pep.retire", Action::"hold.place",
                Action::"cut", Action::"task.cancel"
            ],
            resource
        )
        when { resource.own };

        // Whoever has an identity's key acts as that identity.
        @id("product-owner-registers-keys")
        permit (principal in Role::"product-owner", action == Action::"credential.put", resource is Identity)
        when { resource.own && context.change.own && context.change.within };

        // A token asks what its point may ask, and others may have given the point more than that.
        @id("product-owner-rotates")
        permit (principal in Role::"product-owner", action == Action::"credential.issue", resource is EnforcementPoint)
        when { resource.own && context.change.reach.own };

        // --- automation: registers what it deploys, where it is at home, and takes nothing from anybody ---

        @id("automation-registers")
        permit (
            principal in Role::"automation",
            action in [Action::"identity.put", Action::"api.put", Action::"pep.put"],
            resource
        )
        when {
            context.change.within && context.change.reach.within &&
            (if resource.exists then resource.within && context.change.owner == resource.owner else true)
        };

        @id("automation-rotates")
        permit (principal in Role::"automation", action == Action::"credential.issue", resource is EnforcementPoint)
        when { resource.within && context.change.reach.within };

        @id("automation-registers-keys")
        permit (principal in Role::"automation", action == Action::"credential.put", resource is Identity)
        when { resource.within && context.change.within && context.change.owner == resource.owner };

        // A pipeline opens the tasks of the machines that it runs.
        @id("automation-declares-tasks")
        permit (principal in Role::"automation", action == Action::"task.put", resource is Identity)
        when { resource.within && context.change.reach.within };

        @id("automation-reads")
        permit (principal in Role::"automation", action == Action::"read", resource)
        when {
            resource in [
                Collection::"status", Collection::"operators", Collection::"identities", Collection::"apis",
                Collection::"issuers", Collection::"enforcement-points", Collection::"tasks"
            ]
        };

        // --- identities: what they mean to do themselves ---

        // Declaring a task gives no right: it narrows what the policies of calls permit.
        @id("identity-tasks")
        permit (
            principal is Identity,
            action in [Action::"task.put", Action::"task.complete", Action::"task.cancel", Action::"task.spend"],
            resource
        )
        when { resource.own };

        // --- everybody with a role: the own key ---

        @id("own-key")
        permit (principal, action == Action::"enrolment.put", resource)
        when { resource == principal && !principal.roles.isEmpty() };

        @id("own-credential")
        permit (principal, action == Action::"cut", resource)
        when {
            !principal.roles.isEmpty() && resource.scope == "credential" && resource.of == "Operator"
                && resource.target == principal.name
        };

        """
}
