// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A task: what one identity means to do, with which operations, how much of it, and in which span of time.
///
/// What hangs on it dies with it: ending it is a cut of its scope (``Scope/Kind/task``), and ends its parts. It only
/// narrows: what an identity may do at all is said by policies.
public struct DeclaredTask: TrustObject {
    /// What a task is while nothing says otherwise; that it expired follows from its window.
    public enum State: String, Sendable, CaseIterable {
        /// Neither completed nor cancelled.
        case open
        /// Done, as its identity says.
        case completed
        /// Given up, by its identity or by an operator; of a part, because the whole ended.
        case cancelled
        /// Its window is over.
        case expired
    }

    /// How a task was ended.
    public struct Ending: Sendable, Equatable {
        /// `completed` or `cancelled`.
        public let state: State
        /// Who ended it.
        public let by: ObjectID
    }

    /// The kind of its ids.
    public static let kind = ObjectKind.task
    /// The free text fields it takes, by name.
    public static let freeText = ["description"]
    /// The most APIs of one task.
    public static let apiLimit = 16
    /// The most operations, of all its APIs together.
    public static let operationLimit = 64
    /// The most data classes.
    public static let dataClassLimit = 64
    /// The longest reference, in bytes.
    public static let longestReference = 256
    /// The most tasks above one another, itself counted.
    public static let depthLimit = 8
    /// The longest window, in milliseconds: 24 hours. No token lives longer.
    public static let longestMilliseconds: Int64 = 86_400_000

    /// Its id.
    public let id: ObjectID
    /// Whose it is.
    public let identity: ObjectID
    /// What it is for; a term, not prose.
    public let purpose: String
    /// What it may use, in the order of the APIs' ids.
    public let apis: [TaskReach]
    /// The classes of data it may touch, sorted; empty for whatever its operations have.
    public let dataClasses: [String]
    /// How much it may use; what is not named is not bounded by it.
    public let budget: TaskAmounts
    /// From when it counts.
    public let notBefore: Timestamp
    /// The moment from which it counts as gone.
    public let expiresAt: Timestamp
    /// The task that it is a part of.
    public let parent: ObjectID?
    /// What others call it, such as a CI run; visible ASCII.
    public let reference: String?
    /// Its free text, encrypted.
    public var sealed: SealedText?
    /// What is spent of it and of its parts.
    public internal(set) var spent = TaskAmounts()
    /// How it was ended; nil while it was not.
    public internal(set) var ending: Ending?

    /// Reads the members but `id` and the sealed text.
    public init(_ reader: inout ObjectReader, id: ObjectID, references: some References) throws(ShapeError) {
        self.id = id
        let holder = try reader.string("identity")
        identity = try references.resolve(holder, kind: .identity, at: reader.pointer(to: "identity"))
        purpose = try reader.term("purpose")
        apis = try Self.apis(&reader, references)
        dataClasses = try reader.terms("data_classes", limit: Self.dataClassLimit)
        budget = try TaskAmounts("budget", of: &reader) ?? TaskAmounts()
        notBefore = try reader.timestamp("not_before")
        expiresAt = try references.expiry(&reader)
        parent = try reader.optionalString("parent").map { text throws(ShapeError) in
            try references.resolve(text, kind: .task, at: reader.pointer(to: "parent"))
        }
        reference = try reader.optionalString("reference")
        if let reference,
            !(1...Self.longestReference).contains(reference.utf8.count)
                || !reference.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            throw ShapeError(
                .value,
                reader.pointer(to: "reference"),
                "1 to \(Self.longestReference) visible ASCII characters are expected"
            )
        }
        spent = try TaskAmounts("spent", of: &reader) ?? TaskAmounts()
        guard var ending = try reader.optionalObject("ended") else { return }
        let state = try ending.choice("state", State.self)
        guard state == .completed || state == .cancelled, let by = ObjectID(try ending.string("by")) else {
            throw ShapeError(.value, ending.pointer, "how it ended, and by whom, is expected")
        }
        try ending.finish()
        self.ending = Ending(state: state, by: by)
    }

    private static func apis(
        _ reader: inout ObjectReader,
        _ references: some References
    ) throws(ShapeError) -> [TaskReach] {
        let pointer = reader.pointer(to: "apis")
        _ = try reader.required("apis")
        let elements = try reader.array("apis")
        guard (1...apiLimit).contains(elements.count) else {
            throw ShapeError(.value, pointer, "1 to \(apiLimit) APIs are expected")
        }
        var apis: [TaskReach] = []
        for element in elements {
            let reach = try TaskReach(element.value, at: element.pointer, references: references)
            guard !reach.operations.isEmpty else {
                throw ShapeError(.value, "\(element.pointer)/operations", "an operation is expected")
            }
            guard !apis.contains(where: { $0.api == reach.api }) else {
                throw ShapeError(.value, "\(element.pointer)/api", "this API stands twice")
            }
            apis.append(reach)
        }
        guard apis.reduce(0, { $0 + $1.operations.count }) <= operationLimit else {
            throw ShapeError(.value, pointer, "at most \(operationLimit) operations are allowed")
        }
        return apis.sorted { $0.api < $1.api }
    }

    /// Writes the members but `id` and the sealed text, in their fixed order.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("identity", identity)
        writer.member("purpose", purpose)
        writer.key("apis")
        writer.beginArray()
        for reach in apis { reach.write(to: &writer) }
        writer.endArray()
        if !dataClasses.isEmpty { writer.member("data_classes", dataClasses) }
        if !budget.isEmpty { budget.writeMember("budget", to: &writer) }
        writer.member("not_before", notBefore)
        writer.member("expires_at", expiresAt)
        if let parent { writer.member("parent", parent) }
        if let reference { writer.member("reference", reference) }
        if !spent.isEmpty { spent.writeMember("spent", to: &writer) }
        if let ending {
            writer.key("ended")
            writer.beginObject()
            writer.member("state", ending.state.rawValue)
            writer.member("by", ending.by)
            writer.endObject()
        }
    }
}

extension DeclaredTask {
    /// Whether it is as it was declared: nothing spent, not ended.
    public var isFresh: Bool { spent.isEmpty && ending == nil }

    /// Its state at `now`.
    public func state(at now: Timestamp) -> State { ending?.state ?? (expiresAt > now ? .open : .expired) }

    /// Whether it counts at `now`: not ended, and within its window.
    public func isAlive(at now: Timestamp) -> Bool { ending == nil && notBefore <= now && now < expiresAt }

    /// Whether it may use an operation.
    public func reaches(_ operation: String, of api: ObjectID) -> Bool {
        apis.contains { $0.api == api && $0.operations.contains(operation) }
    }

    /// Whether it may touch a class of data.
    public func touches(dataClass: String) -> Bool { dataClasses.isEmpty || dataClasses.contains(dataClass) }

    /// What of it a part of it would exceed, as a member's name; nil when it exceeds nothing.
    func exceeded(by part: DeclaredTask) -> String? {
        guard part.identity == identity else { return "identity" }
        let reached = part.apis.allSatisfy { reach in reach.operations.allSatisfy { reaches($0, of: reach.api) } }
        guard reached else { return "apis" }
        let touched = dataClasses.isEmpty || (!part.dataClasses.isEmpty && part.dataClasses.allSatisfy(touches))
        guard touched else { return "data_classes" }
        guard budget.exceeded(by: part.budget) == nil else { return "budget" }
        guard notBefore <= part.notBefore else { return "not_before" }
        return part.expiresAt <= expiresAt ? nil : "expires_at"
    }
}
