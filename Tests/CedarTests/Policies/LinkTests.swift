// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON
import Testing

@Suite struct LinkTests {
    static let templates = """
        @id("both") @remedy("x")
        permit (principal == ?principal, action, resource is Doc in ?resource) when { context.open };
        forbid (principal in ?principal, action, resource);
        permit (principal, action, resource == ?resource);
        permit (principal == User::"root", action, resource);
        """

    private func request(_ principal: String, _ resource: String, open: Value = true) throws -> AuthorizationRequest {
        AuthorizationRequest(
            principal: try uid(principal),
            action: try uid("Action::read"),
            resource: try uid(resource),
            context: ["open": open]
        )
    }

    private func store() throws -> EntityStore {
        try EntityStore([
            Entity(uid: uid("User::a"), parents: [uid("Group::g")]),
            Entity(uid: uid("Doc::d"), parents: [uid("Box::b")]),
        ])
    }

    @Test func linkedPoliciesDecide() throws {
        let set = try policies(Self.templates)
        let store = try store()
        #expect(set.authorize(try request("User::a", "Doc::d"), entities: store).decision == .deny)
        let linked = try set.linking(
            template: "policy0",
            id: "grant",
            principal: uid("User::a"),
            resource: uid("Box::b")
        )
        #expect(set.links.isEmpty && linked.links.map(\.id) == ["grant"])
        #expect(linked.authorize(try request("User::a", "Doc::d"), entities: store).reason == ["grant"])
        #expect(linked.authorize(try request("User::a", "Doc::e"), entities: store).decision == .deny)
        #expect(linked.authorize(try request("User::b", "Doc::d"), entities: store).decision == .deny)
        #expect(linked.authorize(try request("User::a", "Doc::d", open: false), entities: store).decision == .deny)
        // A linked policy that fails is listed by its own id.
        #expect(linked.authorize(try request("User::a", "Doc::d", open: 1), entities: store).errors == ["grant"])
        let denied = try linked.linking(template: "policy1", id: "ban", principal: uid("Group::g"))
        #expect(denied.authorize(try request("User::a", "Doc::d"), entities: store).reason == ["ban"])
        let lifted = try denied.unlinking("ban")
        #expect(lifted.authorize(try request("User::a", "Doc::d"), entities: store).reason == ["grant"])
        #expect(lifted.templates.map(\.id) == set.templates.map(\.id))
        let open = try lifted.linking(template: "policy2", id: "open", resource: uid("Doc::d"))
        #expect(open.authorize(try request("User::z", "Doc::d"), entities: store).reason == ["open"])
        #expect(open.candidates(for: try request("User::z", "Doc::d"), entities: store).count == 1)
    }

    @Test func whatALinkKeeps() throws {
        let template = try Policy.parse(Self.templates)[0]
        let linked = try template.linked(id: "l", principal: uid("User::a"), resource: uid("Box::b"))
        #expect(linked.id == "l" && !linked.isTemplate)
        #expect(
            linked.link == TemplateLink(template: "policy0", principal: try uid("User::a"), resource: try uid("Box::b"))
        )
        #expect(linked.annotations == template.annotations && linked.source == template.source)
        #expect(linked.scope.principal == .equal(.entity(try uid("User::a"))))
        #expect(
            linked.text == """
                @id("both")
                @remedy("x")
                permit (principal == User::"a", action, resource is Doc in Box::"b")
                when { context.open };
                """
        )
        #expect(try linked.isSame(as: Policy.parse(linked.text)[0]) && !linked.isSame(as: template))
        #expect(template.link == nil)
    }

    @Test func whatCannotBeLinked() throws {
        let set = try policies(Self.templates).linking([
            ("l", TemplateLink(template: "policy1", principal: uid("User::a")))
        ])
        let user = try uid("User::a")
        let faults: [(String, String, EntityUID?, EntityUID?, LinkError.Code)] = [
            ("policy0", "n", user, nil, .missingValue), ("policy0", "n", nil, user, .missingValue),
            ("policy1", "n", user, user, .unexpectedValue), ("policy2", "n", user, user, .unexpectedValue),
            ("policy1", "n", nil, nil, .missingValue), ("policy9", "n", user, nil, .unknownTemplate),
            ("policy3", "n", user, nil, .unknownTemplate), ("l", "n", user, nil, .unknownTemplate),
            ("policy1", "l", user, nil, .duplicateID), ("policy1", "policy1", user, nil, .duplicateID),
            ("policy1", "policy3", user, nil, .duplicateID),
        ]
        for (template, id, principal, resource, code) in faults {
            let error = #expect(throws: LinkError.self) {
                try set.linking(template: Text(template), id: Text(id), principal: principal, resource: resource)
            }
            #expect(error?.code == code, "\(template) \(id)")
        }
        for id: Text in ["policy3", "policy0", "n"] {
            #expect(throws: LinkError.self) { try set.unlinking(id) }
        }
        // Of several links one fails: none is there.
        #expect(throws: LinkError.self) {
            try set.linking([
                ("m", TemplateLink(template: "policy1", principal: user)),
                ("m", TemplateLink(template: "policy1", principal: user)),
            ])
        }
        #expect(throws: LinkError.self) { try Policy.parse("permit(principal, action, resource);")[0].linked(id: "x") }
    }

    @Test func linksAsJSON() throws {
        let set = try policies(Self.templates).linking([
            ("two", TemplateLink(template: "policy0", principal: uid("User::a"), resource: uid("Box::b"))),
            ("one", TemplateLink(template: "policy2", resource: uid("Doc::d"))),
        ])
        let form = try set.json
        #expect(
            try form["templateLinks"]
                == json(
                    #"[{"templateId":"policy0","newId":"two","values":{"?principal":{"__entity":{"type":"User","id":"a"}},"?resource":{"__entity":{"type":"Box","id":"b"}}}},{"templateId":"policy2","newId":"one","values":{"?resource":{"__entity":{"type":"Doc","id":"d"}}}}]"#
                )
        )
        #expect(form["staticPolicies"]?.objectValue?.map(\.key) == ["policy3"])
        let read = try PolicySet(json: form)
        #expect(read.links.map(\.link) == set.links.map(\.link) && read.links.map(\.id) == ["two", "one"])
        #expect(try read.json == form)
        // The short form of a value, and a link without its template.
        let short = try json(
            #"{"staticPolicies":{},"templates":{"t":{"effect":"permit","principal":{"op":"==","slot":"?principal"},"action":{"op":"all"},"resource":{"op":"all"},"conditions":[]}},"templateLinks":[{"newId":"l","templateId":"t","values":{"?principal":{"type":"U","id":"a"}}}]}"#
        )
        let link = try #require(PolicySet(json: short).links.first)
        #expect(link.link?.principal == (try uid("U::a")))
        let alone = try PolicySet([link]).json
        #expect(alone["templateLinks"] == [] && alone["staticPolicies"]?["l"]?["principal"]?["op"] == "==")
    }

    /// A thousand grants from one template share everything but their scopes.
    @Test func manyLinks() throws {
        let set = try policies(Self.templates)
        let links = try (0..<1000).map { index in
            (
                id: Text("grant\(index)"),
                link: TemplateLink(
                    template: "policy0",
                    principal: try uid("User::u\(index)"),
                    resource: try uid("Box::b")
                )
            )
        }
        let linked = try set.linking(links)
        let answer = linked.authorize(try request("User::u700", "Doc::d"), entities: try store())
        #expect(answer.reason == ["grant700"])
    }
}
