// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

/// Queries against brute force: every entity asked about on its own.
struct PolicyQueryTests {
    @Test(arguments: [(false, false), (true, false), (true, true)])
    func `A query finds what asking about every entity finds`(isConforming: Bool, hasSchema: Bool) throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        let schema = hasSchema ? try RandomWorld.schema() : nil
        var found = 0
        var selective = 0
        let rounds = Effort.rounds(100)
        for round in 0..<rounds {
            let world = try RandomWorld(isConforming: isConforming, using: &generator)
            let directory = EntityDirectory(world.store)
            var writer = RandomPolicy(using: &generator)
            let text = writer.policies() + writer.template()
            let policies = try writer.set(text)
            let request = try world.request(using: &generator)
            for query in Self.queries(request) {
                let prepared = policies.prepare(query, in: directory, schema: schema)
                let expected = try Self.bruteForce(query, request, policies, world, schema)
                let place = Comment(rawValue: "seed \(seed), round \(round): \(text)\n\(query)")
                for (limit, work) in [(1, 1000), (2, 1), (3, 2), (100, 1), (1000, 1000)] {
                    let pages = Self.pages(prepared, limit, work, world.store)
                    try #require(pages.flatMap(\.results) == expected, place)
                    try #require(pages.allSatisfy { $0.results.count <= limit && $0.examined <= max(1, work) }, place)
                }
                found += expected.count
                selective += prepared.isSelective ? 1 : 0
            }
        }
        #expect(found > rounds / 2 && selective > rounds / 8, "seed \(seed)")
    }

    @Test func `Attributes added for one request are seen, also where an index knows nothing of them`() throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        for round in 0..<Effort.rounds(50) {
            let world = try RandomWorld(isConforming: false, using: &generator)
            let directory = EntityDirectory(world.store)
            var writer = RandomPolicy(using: &generator)
            let policies = try writer.set(writer.policies() + writer.template())
            let request = try world.request(using: &generator)
            var overlay = EntityOverlay(world.store)
            let added: Record = ["owner": .entity(request.principal), "isPublic": true, "name": "ann", "age": 2]
            overlay.add(added, to: request.principal)
            overlay.add(added, to: request.resource)
            for query in Self.queries(request) {
                let prepared = policies.prepare(
                    query,
                    in: directory,
                    entities: overlay,
                    differing: [request.principal, request.resource]
                )
                let expected = Self.candidates(query, world).filter {
                    policies.authorize(Self.request(query, request, $0), entities: overlay).decision == .allow
                }
                let pages = Self.pages(prepared, 2, 100, overlay)
                let actions = query.sought == .actions
                let results = pages.flatMap(\.results)
                #expect(actions ? Set(expected).isSubset(of: results) : results == expected, "seed \(seed), \(round)")
            }
        }
    }

    @Test func `A list goes on behind an entity that is gone, and gives the rest once`() throws {
        let policies = try PolicySet(parsing: "permit (principal, action, resource) when { resource.isPublic };")
        func store(_ ids: [String]) throws -> EntityStore {
            try EntityStore(ids.map { Entity(uid: try uid("Doc::\($0)"), attributes: ["isPublic": true]) })
        }
        let query = PolicyQuery.resources(
            of: try uid("Doc::x").type,
            principal: try uid("U::a"),
            action: try uid("A::v")
        )
        let before = try store(["d5", "d1", "d3", "d9"])
        let first = policies.prepare(query, in: EntityDirectory(before)).page(limit: 2, entities: before)
        #expect(first.results.map(\.id) == ["d1", "d3"])
        let after = try store(["d0", "d4", "d5", "d9"])
        let second = policies.prepare(query, in: EntityDirectory(after))
            .page(after: first.next, limit: 9, entities: after)
        #expect(second.results.map(\.id) == ["d4", "d5", "d9"])
        #expect(second.next == nil)
    }

    @Test func `Whatever changes between pages, who is allowed all along is given exactly once`() throws {
        let seed = SeededGenerator.freshSeed()
        var generator = SeededGenerator(seed: seed)
        var alwaysAllowed = 0
        for round in 0..<Effort.rounds(60) {
            // Both have the same request; one has other entities, policies or both than the other.
            var writer = RandomPolicy(using: &generator)
            let first = try RandomWorld(isConforming: false, using: &generator)
            let policies = try writer.set(writer.policies() + writer.template())
            let second =
                Bool.random(using: &generator)
                ? first
                : try RandomWorld(
                    isConforming: false,
                    leavingOut: .random(in: 0..<0.5, using: &generator),
                    using: &generator
                )
            let others =
                Bool.random(using: &generator) ? policies : try writer.set(writer.policies() + writer.template())
            let states = [(first, policies), (second, others)]
            let request = try first.request(using: &generator)
            for query in Self.queries(request) {
                // An action that is no entity is listed as long as a policy names it.
                let allowed = try states.map { world, policies in
                    Set(try Self.bruteForce(query, request, policies, world, nil)).filter { world.store[$0] != nil }
                }
                var given: [EntityUID] = []
                var next: EntityUID?
                repeat {
                    let (world, policies) = states[Int.random(in: 0..<2, using: &generator)]
                    let page = policies.prepare(query, in: EntityDirectory(world.store)).page(
                        after: next,
                        limit: .random(in: 1...4, using: &generator),
                        work: .random(in: 1...9, using: &generator),
                        entities: world.store
                    )
                    for result in page.results {
                        let answer = policies.authorize(Self.request(query, request, result), entities: world.store)
                        #expect(answer.decision == .allow, "seed \(seed), round \(round)")
                    }
                    given += page.results
                    next = page.next
                } while next != nil && given.count < 1000
                let place = Comment(rawValue: "seed \(seed), round \(round), \(query)")
                #expect(given == Set(given).sorted(), place)
                #expect(allowed[0].intersection(allowed[1]).isSubset(of: given), place)
                alwaysAllowed += allowed[0].intersection(allowed[1]).count
            }
        }
        #expect(alwaysAllowed > 20, "seed \(seed)")
    }

    @Test func `Without a schema the actions are those that are entities or are named, groups among them`() throws {
        let policies = try PolicySet(
            parsing: """
                permit (principal, action in Action::"read", resource);
                permit (principal, action == Action::"b", resource);
                permit (principal, action, resource) when { ["x", Action::"c"].contains(action) };
                """
        )
        let store = try EntityStore([
            Entity(uid: try uid("Action::view"), parents: [try uid("Action::read")]),
            Entity(uid: try uid("Action::edit")),
        ])
        let query = PolicyQuery.actions(principal: try uid("U::a"), resource: try uid("D::a"))
        let page = policies.prepare(query, in: EntityDirectory(store)).page(entities: store)
        // What is asked of a group is answered as of any other: `in` holds of itself.
        #expect(page.results.map(\.id) == ["b", "c", "read", "view"])
        let (principal, resource) = (try uid("U::a"), try uid("D::a"))
        for action in page.results {
            let request = AuthorizationRequest(principal: principal, action: action, resource: resource)
            #expect(policies.authorize(request, entities: store).decision == .allow)
        }
    }

    @Test func `What the schema has no action for is nobody's`() throws {
        let policies = try PolicySet(parsing: "permit (principal, action, resource);")
        var generator = SeededGenerator(seed: 1)
        let world = try RandomWorld(isConforming: true, using: &generator)
        let directory = EntityDirectory(world.store)
        let view = try uid("Action::view")
        let query = PolicyQuery.principals(of: try uid("Group::x").type, action: view, resource: try uid("Doc::d1"))
        let schema = try RandomWorld.schema()
        #expect(policies.prepare(query, in: directory, schema: schema).page(entities: world.store).results.isEmpty)
        #expect(policies.prepare(query, in: directory).page(entities: world.store).results.count == 3)
        let actions = PolicyQuery.actions(principal: try uid("Group::g0"), resource: try uid("Doc::d1"))
        let allowed = policies.prepare(actions, in: directory, schema: schema).page(entities: world.store).results
        #expect(allowed == [try uid("Action::share")])
    }

    @Test func `Indexes that do not fit are done without`() throws {
        let policies = try PolicySet(parsing: "permit (principal, action, resource) when { resource.isPublic };")
        var generator = SeededGenerator(seed: 1)
        let world = try RandomWorld(isConforming: true, using: &generator)
        let query = PolicyQuery.resources(
            of: try uid("Doc::x").type,
            principal: try uid("U::a"),
            action: try uid("A::v")
        )
        let roomy = EntityDirectory(world.store)
        let tight = EntityDirectory(world.store, maximumBytes: 8)
        let expected = policies.prepare(query, in: roomy).page(entities: world.store)
        let found = policies.prepare(query, in: tight).page(entities: world.store)
        #expect(found.results == expected.results)
        #expect(found.examined == 9 && expected.examined == expected.results.count)
        #expect(tight.indexBytes == 0 && roomy.indexBytes == 9 * 8)
    }

    static func queries(_ request: AuthorizationRequest) -> [PolicyQuery] {
        [
            .principals(
                of: request.principal.type,
                action: request.action,
                resource: request.resource,
                context: request.context
            ),
            .resources(
                of: request.resource.type,
                principal: request.principal,
                action: request.action,
                context: request.context
            ),
            .actions(principal: request.principal, resource: request.resource, context: request.context),
        ]
    }

    static func request(
        _ query: PolicyQuery,
        _ request: AuthorizationRequest,
        _ candidate: EntityUID
    ) -> AuthorizationRequest {
        var request = request
        switch query.sought {
        case .principals: request.principal = candidate
        case .resources: request.resource = candidate
        case .actions: request.action = candidate
        }
        return request
    }

    // In the order of the ids.
    static func candidates(_ query: PolicyQuery, _ world: RandomWorld) -> [EntityUID] {
        world.entities.map(\.uid).filter { uid in
            switch query.sought {
            case .principals(let type), .resources(let type): uid.type == type
            case .actions: uid.type.isAction
            }
        }.sorted()
    }

    private static func bruteForce(
        _ query: PolicyQuery,
        _ request: AuthorizationRequest,
        _ policies: PolicySet,
        _ world: RandomWorld,
        _ schema: Schema?
    ) throws -> [EntityUID] {
        var candidates = candidates(query, world)
        if query.sought == .actions, schema == nil {
            // Those that only policies name: asked about like the others.
            let texts = policies.policies.map(\.source)
            let named = try ["view", "edit", "share", "any"].filter { name in
                texts.contains { $0.contains("Action::\"\(name)\"") }
            }.map { try uid("Action::\($0)") }
            candidates = Set(candidates).union(named).sorted()
        }
        return candidates.filter { candidate in
            let request = Self.request(query, request, candidate)
            if let schema {
                guard let action = schema.actions[request.action], action.principals.contains(request.principal.type),
                    action.resources.contains(request.resource.type)
                else { return false }
            }
            return policies.authorize(request, entities: world.store).decision == .allow
        }
    }

    static func pages(
        _ query: PreparedQuery,
        _ limit: Int,
        _ work: Int,
        _ entities: some EntityLookup
    ) -> [QueryPage] {
        var pages = [query.page(limit: limit, work: work, entities: entities)]
        while let next = pages.last?.next, pages.count < 1000 {
            pages.append(query.page(after: next, limit: limit, work: work, entities: entities))
        }
        return pages
    }
}
