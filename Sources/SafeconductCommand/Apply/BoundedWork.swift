// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Work on many items, so many at a time.
enum BoundedWork {
    /// The most at a time: as many as the client has connections to a server.
    static let width = 8

    /// Works on the items, beginning in their order; after the first failure nothing more is begun.
    ///
    /// - Parameters:
    ///   - items: The items.
    ///   - body: The work on one.
    ///   - finished: Told after each with the number of those that are done.
    /// - Returns: What came of each; nil for those that were not begun.
    static func results<Item: Sendable, Value: Sendable>(
        _ items: [Item],
        _ body: @escaping @Sendable (Item) async -> Result<Value, CommandFailure>,
        finished: (Int) -> Void = { _ in }
    ) async -> [Result<Value, CommandFailure>?] {
        await withTaskGroup(of: (Int, Result<Value, CommandFailure>).self) { group in
            var results = [Result<Value, CommandFailure>?](repeating: nil, count: items.count)
            var next = 0
            var done = 0
            while next < min(width, items.count) {
                let index = next
                group.addTask { (index, await body(items[index])) }
                next += 1
            }
            var hasFailed = false
            while let (index, result) = await group.next() {
                results[index] = result
                if case .failure = result { hasFailed = true }
                done += 1
                finished(done)
                guard !hasFailed, next < items.count else { continue }
                let following = next
                group.addTask { (following, await body(items[following])) }
                next += 1
            }
            return results
        }
    }

    /// The values of all items.
    ///
    /// - Throws: The failure of the first item that has one.
    static func values<Item: Sendable, Value: Sendable>(
        _ items: [Item],
        _ body: @escaping @Sendable (Item) async -> Result<Value, CommandFailure>
    ) async throws(CommandFailure) -> [Value] {
        var values: [Value] = []
        for result in await results(items, body) {
            switch result {
            case .success(let value): values.append(value)
            case .failure(let failure): throw failure
            // Only after a failure of one that was begun later.
            case nil: continue
            }
        }
        return values
    }
}

extension Result where Failure == CommandFailure {
    /// What `body` gives or throws.
    init(_ body: () async throws(CommandFailure) -> Success) async {
        do throws(CommandFailure) { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
