// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import TrustModel

/// Part 3, first half: what an identity costs in memory, all in: the state is folded from stored entries as a start
/// does it. Each size in a process of its own, so that none finds memory that another has left.
struct MemoryBenchmark {
    /// Bytes of memory that an identity may take.
    static let budget = 2048

    /// Runs this executable again for each count and collects what it says.
    static func run(_ counts: [Int], into report: inout Report) throws {
        var table = TextTable(
            "identities",
            "of budget",
            "bytes each",
            "stored each",
            "fold us each",
            "by name us",
            "by subject us",
            "page us",
            "put us"
        )
        var results: [JSONValue] = []
        for count in counts {
            Report.progress("memory of \(count) identities")
            let result = try child(count)
            let each = try number("bytes_each", result)
            table.add(
                Figures.count(Double(count)),
                Figures.fixed(each / Double(budget), 2),
                Figures.count(each),
                Figures.count(try number("stored_bytes_each", result)),
                Figures.fixed(try number("fold_us", result), 1),
                Figures.fixed(try number("by_name_us", result), 2),
                Figures.fixed(try number("by_subject_us", result), 2),
                Figures.fixed(try number("page_us", result), 1),
                Figures.fixed(try number("put_us", result), 1)
            )
            results.append(result)
        }
        report.put(table)
        report.put(
            "  The budget is \(budget) bytes an identity; 'put' folds one entry while a reader keeps the state before.\n"
        )
        report.set("memory", .array(results))
    }

    private static func number(_ name: String, _ result: JSONValue) throws -> Double {
        switch result[name] {
        case .integer(let value): return Double(value)
        case .number(let literal): if let value = Double(literal) { return value }
        default: break
        }
        throw BenchFailure("the child said nothing of \(name)")
    }

    private static func child(_ count: Int) throws -> JSONValue {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
        process.arguments = ["--fold", String(count)]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        Leftovers.shared.add(child: process.processIdentifier)
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        Leftovers.shared.remove(child: process.processIdentifier)
        guard process.terminationStatus == 0, process.terminationReason == .exit else {
            throw BenchFailure("the child that folds \(count) identities failed")
        }
        return try JSONValue(parsing: Array(output))
    }

    /// What the child does.
    static func fold(_ count: Int) throws -> JSONValue {
        let entries = IdentityEntries()
        let expiry = Timestamp(milliseconds: 1_800_000_000_000)
        var state = TrustState()
        for body in try entries.preamble(expiresAt: expiry) { try state.apply(entries.entry(body)) }
        // The first entries bring what is made once: code, tables, the allocator's arenas.
        for number in 0..<1000 { try state.apply(Entry(stored: entries.stored(number, expiresAt: expiry))) }
        let before = ResidentMemory.bytes ?? 0
        var storedBytes = 0
        var folding: UInt64 = 0
        for number in 1000..<(1000 + count) {
            let bytes = entries.stored(number, expiresAt: expiry)
            storedBytes += bytes.count
            let watch = Stopwatch()
            try state.apply(Entry(stored: bytes))
            folding += watch.nanoseconds
        }
        let used = (ResidentMemory.bytes ?? 0) - before
        guard state.identities.count == count + 1000 else { throw BenchFailure("the state lacks identities") }
        let (byName, bySubject) = try lookUp(count, entries, state)
        let page = try pages(state)
        let put = try putOne(count, entries, state, expiry)
        return [
            "identities": .integer(Int64(count)), "bytes_each": Figures.json(Double(used) / Double(count)),
            "stored_bytes_each": Figures.json(Double(storedBytes) / Double(count)),
            "fold_us": Figures.json(Double(folding) / 1e3 / Double(count)),
            "by_name_us": Figures.json(byName / 1e3), "by_subject_us": Figures.json(bySubject / 1e3),
            "page_us": Figures.json(page / 1e3), "put_us": Figures.json(put / 1e3),
        ]
    }

    private static func lookUp(
        _ count: Int,
        _ entries: IdentityEntries,
        _ state: TrustState
    ) throws -> (Double, Double) {
        // Steps of a large prime visit the identities in no order that a cache could follow.
        var number = 0
        func next() -> Int {
            number = (number + 7_368_787) % count
            return number
        }
        let byName = try Stopwatch.average(seconds: 0.2) {
            guard let id = state.find(IdentityEntries.name(next()), kind: .identity), let record = state.identities[id]
            else { throw BenchFailure("an identity is not found by its name") }
            return Int(record.rev & 1)
        }
        let bySubject = try Stopwatch.average(seconds: 0.2) {
            guard entries.find(next(), in: state) == 1 else {
                throw BenchFailure("an identity is not found by its subject")
            }
            return 1
        }
        return (byName, bySubject)
    }

    /// A hundred identities behind one somewhere in the list: what a page of an interface reads.
    private static func pages(_ state: TrustState) throws -> Double {
        let starts = state.identities.page(after: nil, limit: .max).map(\.object.id)
        var number = 0
        return Stopwatch.average(seconds: 0.2) {
            number = (number + 7_368_787) % (starts.count - 100)
            return state.identities.page(after: starts[number], limit: 100).count
        }
    }

    /// Folding one more entry onto a state that a reader still holds: the persistent tables copy what they change.
    private static func putOne(
        _ count: Int,
        _ entries: IdentityEntries,
        _ state: TrustState,
        _ expiry: Timestamp
    ) throws -> Double {
        let extra = try (0..<512).map { try Entry(stored: entries.stored(count + 2000 + $0, expiresAt: expiry)) }
        var number = 0
        return try Stopwatch.average(seconds: 0.2) {
            number = (number + 1) % extra.count
            var next = state
            try next.apply(extra[number])
            return Int(next.size & 1)
        }
    }
}
