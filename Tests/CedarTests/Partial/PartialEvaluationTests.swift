// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Cedar

struct PartialEvaluationTests {
    private static let schemaText = """
        entity Group;
        entity User in [Group] { name: String, age: Long, address: String } tags String;
        entity Folder in [Folder];
        entity Doc in [Folder] {
            owner: User, readers: Set<User>, parent: Folder, open: Bool, size: Long, meta: { kind: String }, draft?: Bool,
            home?: Group
        };
        action read appliesTo { principal: [User], resource: [Doc], context: { mfa: Bool, level?: Long, nope?: Bool } };
        action write appliesTo { principal: [User], resource: [Doc, Folder] };
        action join appliesTo { principal: [User], resource: [Group] };
        """

    private static func alice() throws -> EntityStore {
        try EntityStore([
            Entity(
                uid: try uid("User::alice"),
                attributes: ["name": "ann", "age": 31, "address": "10.1.2.3"],
                parents: [try uid("Group::staff")],
                tags: ["team": "red"]
            ),
            Entity(uid: try uid("Group::staff")),
        ])
    }

    private static func request() throws -> PartialRequest {
        PartialRequest(
            principal: .known(try uid("User::alice")),
            action: .known(try uid("Action::read")),
            resource: .unknown(try uid("Doc::x").type),
            context: .partly(known: ["mfa": true], unknown: ["level"]),
            unknownsExist: true
        )
    }

    @Test(arguments: PartialCase.all)
    func `What is left of a condition`(_ example: PartialCase) throws {
        for schema in [nil, try Schema(parsing: Self.schemaText)] {
            let policies = try PolicySet(parsing: permit(when: example.condition))
            let response = try policies.authorizePartially(Self.request(), entities: Self.alice(), schema: schema)
            let expected = schema == nil ? example.untyped : example.typed ?? example.untyped
            #expect(Self.text(response.residuals[0]) == expected, "\(schema == nil ? "without" : "with") a schema")
        }
    }

    private static func text(_ residual: PolicyResidual) -> String {
        switch residual.standing {
        case .satisfied: "true"
        case .unsatisfied: "false"
        case .failed: "error"
        case .open(let policy): policy.conditions.map { policy.expression.text($0.root) }.joined(separator: " AND ")
        }
    }

    @Test(arguments: [
        (
            "permit (principal == User::\"alice\", action, resource in Folder::\"f\");",
            "principal, action, resource in Folder"
        ),
        ("permit (principal, action == Action::\"write\", resource);", "false"),
        (
            "permit (principal is User in Group::\"staff\", action, resource is Doc in Folder::\"f\");",
            "principal, action, resource in Folder"
        ),
        ("permit (principal, action in [Action::\"read\", Action::\"x\"], resource is Doc);", "true"),
        ("forbid (principal, action, resource is Folder);", "false"),
    ])
    func `What is left of a scope`(_ text: String, _ expected: String) throws {
        let response = try policies(text).authorizePartially(Self.request(), entities: Self.alice())
        switch response.residuals[0].standing {
        case .satisfied: #expect(expected == "true")
        case .unsatisfied: #expect(expected == "false")
        case .failed: Issue.record("a scope cannot fail")
        case .open(let policy):
            #expect(expected == "principal, action, resource in Folder")
            #expect(policy.scope.principal == .any && policy.scope.action == .any)
            #expect(policy.scope.resource == .member(.entity(try uid("Folder::f"))))
        }
    }

    @Test func `Conditions stay in their order, up to the first that cannot hold`() throws {
        let response = try policies(
            """
            permit (principal, action, resource)
            when { context.mfa } when { resource.size == 1 } unless { resource.open } when { 1 == 2 } when { context.level };
            """
        ).authorizePartially(Self.request(), entities: Self.alice())
        guard case .open(let policy) = response.residuals[0].standing else {
            Issue.record("nothing is left")
            return
        }
        #expect(policy.conditions.map(\.kind) == [.when, .unless, .when])
        #expect(
            policy.conditions.map { policy.expression.text($0.root) } == [
                "(resource.size == 1)", "resource.open", "false",
            ]
        )
        #expect(!response.residuals[0].mayBeSatisfied && response.residuals[0].mayFail)
        #expect(response.decision == .deny)
        #expect(policy.expression.nodes.count == 7, "what was dropped is gone")
    }

    @Test(arguments: [
        ("permit (principal, action, resource);", AuthorizationDecision.allow),
        ("permit (principal, action, resource) when { resource.open };", nil),
        ("permit (principal, action, resource) when { context.nope };", .deny),
        ("permit (principal, action, resource); forbid (principal, action, resource) when { resource.open };", nil),
        ("permit (principal, action, resource); forbid (principal, action, resource) when { context.mfa };", .deny),
        ("forbid (principal, action, resource) when { resource.open };", .deny),
        ("permit (principal, action, resource); forbid (principal, action, resource is Folder);", .allow),
        (
            "permit (principal, action, resource); forbid (principal, action, resource) when { resource.size + 1 };",
            .allow
        ),
    ])
    func `The decision is known as soon as nothing can change it`(_ text: String, _ expected: AuthorizationDecision?)
        throws
    {
        let response = try policies(text).authorizePartially(Self.request(), entities: Self.alice())
        #expect(response.decision == expected)
    }

    @Test func `Policies are told apart by how they stand`() throws {
        let response = try policies(
            """
            permit (principal, action, resource); permit (principal, action, resource) when { resource.open };
            forbid (principal, action, resource is Folder); forbid (principal, action, resource) when { context.nope };
            """
        ).authorizePartially(Self.request(), entities: Self.alice())
        #expect(response.satisfied(.permit).map(\.id) == ["policy0"] && response.satisfied(.forbid).isEmpty)
        #expect(response.open(.permit).map(\.id) == ["policy1"] && response.open(.forbid).isEmpty)
        #expect(response.unsatisfied(.forbid).map(\.id) == ["policy2"] && response.unsatisfied(.permit).isEmpty)
        #expect(response.failed(.forbid).map(\.policy.id) == ["policy3"] && response.failed(.permit).isEmpty)
    }

    @Test func `A request that the schema does not know is refused`() throws {
        let schema = try Schema(parsing: Self.schemaText)
        var request = try Self.request()
        request.resource = .unknown(try uid("Group::x").type)
        #expect(throws: PartialRequestError.self) {
            try PolicySet().authorizePartially(request, entities: EntityStore(), schema: schema)
        }
        // With the action open, it is the one that fits.
        request.action = .unknown(nil)
        let response = try policies("permit (principal, action == Action::\"read\", resource);")
            .authorizePartially(request, entities: EntityStore(), schema: schema)
        #expect(response.decision == .deny)
    }

    @Test func `Only a request that fits what was known is bound`() throws {
        let response = try policies("permit (principal, action, resource);")
            .authorizePartially(Self.request(), entities: Self.alice())
        func bound(_ change: (inout AuthorizationRequest) throws -> Void) throws -> AuthorizationDecision? {
            var request = AuthorizationRequest(
                principal: try uid("User::alice"),
                action: try uid("Action::read"),
                resource: try uid("Doc::d"),
                context: ["mfa": true]
            )
            try change(&request)
            return try? response.reauthorize(request, entities: Self.alice()).decision
        }
        #expect(try bound { _ in } == .allow)
        #expect(try bound { $0.context["level"] = 3 } == .allow)
        #expect(try bound { $0.context["other"] = 3 } == nil)
        #expect(try bound { $0.context["mfa"] = false } == nil)
        #expect(try bound { $0.resource = try uid("Folder::f") } == nil)
        #expect(try bound { $0.principal = try uid("User::bob") } == nil)
    }

    @Test func `What is asked of an entity still to come is left over`() throws {
        var request = try Self.request()
        request.entitiesAreComplete = false
        func left(_ condition: String) throws -> String {
            let response = try policies(permit(when: condition)).authorizePartially(request, entities: Self.alice())
            return Self.text(response.residuals[0])
        }
        #expect(try left("User::\"bob\".age == 1") == "(User::\"bob\".age == 1)")
        #expect(try left("User::\"bob\" in Group::\"staff\"") == "(User::\"bob\" in Group::\"staff\")")
        #expect(try left("User::\"bob\" in [User::\"bob\"]") == "true")
        #expect(try left("User::\"bob\" has age.x") == "(User::\"bob\" has age.x)")
        #expect(try left("User::\"bob\".hasTag(\"x\")") == "User::\"bob\".hasTag(\"x\")")
        // What is there is whole.
        #expect(try left("principal has nope || principal in Group::\"other\"") == "false")
    }
}
