// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import StrictJSON

/// What it takes to list the resources that somebody may use, among very many.
///
/// A time counts only where all pages together are what asking about each resource finds.
struct QueryBenchmark {
    private static let people = 1000

    // What is found by an attribute, by the hierarchy, and only by looking at one resource after the other.
    private static let policies = """
        permit (principal, action == Action::"view", resource) when { resource.owner == principal };
        permit (principal, action == Action::"print", resource in Folder::"root3") when { resource.level < 3 };
        permit (principal, action == Action::"mend", resource) when { resource.level * 2 == 8 };
        forbid (principal, action, resource) when { resource.secret } unless { principal.cleared };
        """

    private let policies: PolicySet
    private let directory: EntityDirectory
    private let resourceType: EntityTypeName
    private let count: Int

    /// A world of so many resources.
    init(resources count: Int) throws {
        self.count = count
        resourceType = try Self.uid("Doc", "").type
        policies = try PolicySet(parsing: Self.policies)
        var entities: [Entity] = []
        entities.reserveCapacity(count + 2 * Self.people)
        for number in 0..<Self.people {
            let cleared: Record = ["cleared": .bool(number.isMultiple(of: 2))]
            entities.append(Entity(uid: try Self.uid("User", "u\(number)"), attributes: cleared))
            let root = try Self.uid("Folder", "root\(number % 10)")
            entities.append(Entity(uid: try Self.uid("Folder", "f\(number)"), parents: [root]))
        }
        for number in 0..<count {
            entities.append(
                Entity(
                    uid: try Self.uid("Doc", "d\(number)"),
                    attributes: [
                        "owner": .entity(try Self.uid("User", "u\(number % Self.people)")),
                        "level": .long(Int64(number % 7)), "secret": .bool(number.isMultiple(of: 5)),
                    ],
                    parents: [try Self.uid("Folder", "f\(number / 3 % Self.people)")]
                )
            )
        }
        directory = EntityDirectory(try EntityStore(entities))
    }

    private static func uid(_ type: String, _ id: String) throws -> EntityUID {
        guard let uid = EntityUID(type: type, id: id) else { throw BenchFailure("'\(type)' is no entity type") }
        return uid
    }

    private func query(_ action: String, _ person: Int) throws -> PolicyQuery {
        .resources(
            of: resourceType,
            principal: try Self.uid("User", "u\(person)"),
            action: try Self.uid("Action", action)
        )
    }

    private func firstPage(_ action: String, _ person: Int) throws -> QueryPage {
        policies.prepare(try query(action, person), in: directory).page(entities: directory.store)
    }

    /// Adds a row for each way to find resources.
    func run(seconds: Double, into report: inout Report) throws {
        var table = TextTable(
            "\(Figures.count(Double(count))) resources, found",
            "first page us",
            "p99 us",
            "the very first ms",
            "answers",
            "all pages ms",
            "one by one ms"
        )
        var results: [JSONValue] = []
        for (name, action) in [("by owner", "view"), ("by folder", "print"), ("by looking", "mend")] {
            Report.progress("Cedar: resources, \(name)")
            var watch = Stopwatch()
            _ = try firstPage(action, 0)
            let veryFirst = watch.nanoseconds
            var latencies = Latencies()
            watch = Stopwatch()
            var person = 1
            repeat {
                let watch = Stopwatch()
                let page = try firstPage(action, person % Self.people)
                latencies.add(watch.nanoseconds)
                guard page.examined > 0 else { throw BenchFailure("\(name): nothing was looked at") }
                person += 1
            } while watch.seconds < seconds
            let (answers, pages, each) = try whole(action, 7)
            table.add(
                name,
                Figures.microseconds(Double(latencies.quantile(0.5))),
                Figures.microseconds(Double(latencies.quantile(0.99))),
                Figures.milliseconds(veryFirst),
                Figures.count(Double(answers)),
                Figures.milliseconds(pages),
                Figures.milliseconds(each)
            )
            results.append([
                "found": .string(name), "first_page_p50_ns": .integer(Int64(latencies.quantile(0.5))),
                "first_page_p99_ns": .integer(Int64(latencies.quantile(0.99))),
                "very_first_ns": .integer(Int64(veryFirst)), "answers": .integer(Int64(answers)),
                "all_pages_ns": .integer(Int64(pages)), "one_by_one_ns": .integer(Int64(each)),
            ])
        }
        report.put(table)
        report.put("  first page: query prepared, up to 100 resources; the very first makes the index it needs.\n")
        report.set("queries", .array(results))
    }

    // All pages, and every resource asked about: the same, in the same order, or there is no time to tell.
    private func whole(_ action: String, _ person: Int) throws -> (answers: Int, pages: UInt64, each: UInt64) {
        let query = try query(action, person)
        var watch = Stopwatch()
        let prepared = policies.prepare(query, in: directory)
        var found: [EntityUID] = []
        var after: EntityUID?
        repeat {
            let page = prepared.page(after: after, entities: directory.store)
            found += page.results
            after = page.next
        } while after != nil
        let pages = watch.nanoseconds
        watch = Stopwatch()
        var expected: [EntityUID] = []
        let (principal, wanted) = (try Self.uid("User", "u\(person)"), try Self.uid("Action", action))
        for number in 0..<count {
            let resource = try Self.uid("Doc", "d\(number)")
            let request = AuthorizationRequest(principal: principal, action: wanted, resource: resource, context: [:])
            if policies.authorize(request, entities: directory.store).decision == .allow { expected.append(resource) }
        }
        let each = watch.nanoseconds
        guard found == expected.sorted() else { throw BenchFailure("'\(action)': the pages are not what is allowed") }
        return (found.count, pages, each)
    }
}
