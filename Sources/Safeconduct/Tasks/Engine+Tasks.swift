// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON
public import TrustModel

extension Engine {
    /// Declares a task of an identity.
    ///
    /// - Parameters:
    ///   - value: The task as people write it: `identity` (an identity may leave out its own), `purpose`, `apis`,
    ///     `data_classes`, `budget`, `not_before` (now, unless it says so), `expires_at` or `expires_in`, `parent`,
    ///     `reference`, `description`.
    ///   - giver: The operator or identity that commands it.
    public func declareTask(_ value: JSONValue, by giver: ObjectID) async -> CommandOutcome {
        let input: JSONObject
        do throws(CommandRefusal) { input = try Self.declaration(value, by: giver) } catch { return .refused(error) }
        var command = Command(by: giver, collection: "tasks", sealingWith: sealer) {
            state,
            now,
            sealer throws(CommandRefusal) in
            var input = input
            if input["not_before"]?.isNull ?? true { input["not_before"] = .string(now.description) }
            var generator = SystemRandomNumberGenerator()
            let references = NamedReferences(state: state, now: now, presentExpiry: nil, own: nil)
            return [
                .putTask(
                    try ObjectInput<DeclaredTask>(.object(input), sealer: sealer).object(
                        id: ObjectID(kind: .task, at: now, using: &generator),
                        references: references,
                        present: nil
                    )
                )
            ]
        }
        // What is wrong with a declaration is told to whoever might have given it.
        let holder = input["identity"]?.stringValue ?? ""
        let name = ObjectID(holder).flatMap { view.state.identities[$0]?.object.name } ?? holder
        command.question = CommandQuestion(action: "task.put", target: .object(.identity, name: name))
        return await carryOut(command)
    }

    private static func declaration(_ value: JSONValue, by giver: ObjectID) throws(CommandRefusal) -> JSONObject {
        guard case .object(var object) = value else {
            throw CommandRefusal(CommandRefusal.Code(description: "wrong_type"), "", "an object is expected")
        }
        // What becomes of a task is no part of its declaration.
        for member in ["spent", "ended"] where object[member] != nil {
            throw CommandRefusal(
                CommandRefusal.Code(description: ShapeError.Code.unknown.description),
                "/\(member)",
                "'\(member)' is not known here"
            )
        }
        if object["identity"]?.isNull ?? true {
            guard giver.kind == .identity else {
                throw CommandRefusal(.value, "/identity", "whoever declares it for another says whose it is")
            }
            object["identity"] = .string(giver.description)
        }
        return object
    }

    /// Ends a task, and with it its parts and whatever hangs on it.
    ///
    /// - Parameters:
    ///   - reference: The task's id.
    ///   - isCompleted: Whether it was done; otherwise it is given up.
    ///   - giver: The operator or identity that commands it.
    public func endTask(_ reference: String, isCompleted: Bool, by giver: ObjectID) async -> CommandOutcome {
        // An operator's is a lever like a cut; the room that is kept for those is for no machine to fill.
        let isUrgent = giver.kind == .operator
        var command = Command(by: giver, isUrgent: isUrgent, collection: "tasks") { state, _ throws(CommandRefusal) in
            [.endTask(TaskEnd(task: try Self.task(reference, state), isCompleted: isCompleted))]
        }
        command.question = CommandQuestion(
            action: isCompleted ? "task.complete" : "task.cancel",
            target: .object(.task, name: reference)
        )
        return await carryOut(command)
    }

    /// Spends of a task's budget, and of the budgets of the tasks it is a part of: exactly, at the head.
    ///
    /// - Parameters:
    ///   - reference: The task's id.
    ///   - amounts: How much of what; each at least 1.
    ///   - giver: The operator or identity that commands it.
    public func spend(_ amounts: TaskAmounts, of reference: String, by giver: ObjectID) async -> CommandOutcome {
        var command = Command(by: giver, collection: "tasks") { state, _ throws(CommandRefusal) in
            [.spendTask(TaskSpend(task: try Self.task(reference, state), amounts: amounts))]
        }
        command.question = CommandQuestion(action: "task.spend", target: .object(.task, name: reference))
        return await carryOut(command)
    }

    private static func task(_ reference: String, _ state: TrustState) throws(CommandRefusal) -> ObjectID {
        guard let id = state.find(reference, kind: .task) else {
            throw CommandRefusal(.notFound, "", "no task has this id")
        }
        return id
    }
}
