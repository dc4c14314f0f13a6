// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct
import StrictJSON
import TrustModel
import TrustStore

// Versions of objects, and commands that depend on them.
extension V1Routes {
    /// The version of an object as this state shows it: its last change, and the holds that are on it.
    static func tag<Object: TrustObject>(_ record: Record<Object>, _ state: TrustState) -> EntityTag {
        let holds = state.revocations.holds(on: record.object.id)
        let more = holds.isEmpty ? nil : Fingerprint(of: holds.map(\.description).joined()).description.prefix(16)
        return EntityTag(
            generation: state.generation,
            rev: record.rev,
            more: more.map(String.init)
        )
    }

    /// The version of a whole list, which is that of the state.
    static func tag(_ state: TrustState) -> EntityTag {
        EntityTag(generation: state.generation, rev: state.rev ?? 0)
    }

    /// Gives a command under the conditions of its request: they are checked at the head, where nothing can come between.
    ///
    /// - Parameters:
    ///   - find: The object that the request is about, as any state knows it.
    ///   - give: Gives the command.
    func conditionally<Object: TrustObject>(
        _ call: HTTPCall,
        on register: any KeyPath<TrustState, Register<Object>> & Sendable,
        _ find: @escaping @Sendable (TrustState) -> ObjectID?,
        _ give: () async throws(Problem) -> CommandOutcome
    ) async throws(Problem) -> CommandOutcome {
        let conditions = try Conditions(call.headers)
        guard !conditions.isEmpty else { return try await give() }
        let terms = CommandTerms.current.adding { state throws(CommandRefusal) in
            let present = find(state).flatMap { state[keyPath: register][$0] }
            guard conditions.allowChange(of: present.map { Self.tag($0, state) }) else {
                throw CommandRefusal(.precondition, "", "the object is not as the request's conditions say")
            }
        }
        let result = await CommandTerms.$current.withValue(terms) { () async -> Result<CommandOutcome, Problem> in
            do throws(Problem) { return .success(try await give()) } catch { return .failure(error) }
        }
        let outcome = try result.get()
        guard case .refused(let refusal) = outcome, refusal.code == .precondition else { return outcome }
        let state = engine.view.state
        let present = find(state).flatMap { state[keyPath: register][$0] }
        throw await failed(conditions, present, state)
    }

    /// Says what an asker does not know: who changed the object, when, and which members since the version it read.
    private func failed<Object: TrustObject>(
        _ conditions: Conditions,
        _ present: Record<Object>?,
        _ state: TrustState
    ) async -> Problem {
        guard let present else {
            return Problem(.preconditionFailed, "there is no such object, and the request is about an existing one")
        }
        let tag = Self.tag(present, state)
        var members: [(name: String, value: JSONValue)] = [
            ("etag", .string(tag.description)), ("rev", .integer(Int64(clamping: present.rev))),
            ("changed_at", .string(present.changedAt.description)),
        ]
        let last = try? await engine.entries(present.rev..<(present.rev + 1), limit: 1).first?.entry
        if let by = last?.by { members.append(("changed_by", .string(state.summary(of: by)?.name ?? by.description))) }
        var faults: [Problem.Fault] = []
        if let known = conditions.knownRevision, known < present.rev,
            let old = try? await engine.earlier(present, in: known..<(known + 1))
        {
            faults = Self.changes(from: old.object, to: present.object).map { member in
                Problem.Fault(pointer: "/\(member)", code: "changed", detail: "changed since revision \(known)")
            }
        }
        let what =
            faults.isEmpty
            ? "the object has another version" : "changed: \(faults.map(\.pointer).joined(separator: ", "))"
        return Problem(
            .preconditionFailed,
            "\(what); its last change is revision \(present.rev)",
            faults: faults,
            headers: [("ETag", tag.description)],
            members: members
        )
    }

    /// The members in which two versions of an object differ; `sealed` stands for its free text.
    private static func changes<Object: TrustObject>(from old: Object, to new: Object) -> [String] {
        func members(_ object: Object) -> JSONObject {
            var writer = JSONWriter()
            object.writeStored(to: &writer)
            return (try? JSONValue(parsing: writer.bytes))?.objectValue ?? JSONObject()
        }
        let (before, after) = (members(old), members(new))
        let names = after.map(\.key) + before.map(\.key).filter { after[$0] == nil }
        return names.filter { before[$0] != after[$0] }
    }
}
