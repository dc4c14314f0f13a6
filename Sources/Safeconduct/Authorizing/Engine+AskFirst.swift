// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustModel

/// What a command means under a view of this node.
struct CommandSketch: Sendable {
    /// How long the control log was.
    let size: UInt64
    /// The entries as far as they may be worked out before anything is sealed, or why there are none.
    let wanted: Result<[EntryBody], CommandRefusal>
}

extension Engine {
    /// What is known of a command before its turn comes.
    private enum Prospect {
        case allowed(CommandSketch)
        case denied(CommandQuestion)
        /// It can't be asked about; the head says so.
        case unknown
    }

    /// Carries out a command that may be long to work out: that is done, and the policies of commands are asked, under
    /// this node's view before the command is queued. Who may not give it holds nobody up at the head, above all no cut.
    ///
    /// The head is asked again; what was worked out counts there as long as nothing came between.
    ///
    /// - Parameter prepare: What is done for a command that may be given, and would wait for the disk at the head.
    func carryOut(
        askingFirst command: Command,
        prepare: (@Sendable (Timestamp) throws -> Void)? = nil
    ) async -> CommandOutcome {
        let key = CommandTerms.current.key
        let before = view
        // What was done before under this key is answered as it was, whatever its giver may do by now.
        if let key, before.state.commandKeys.use(of: key.id, at: now()) != nil { return await carryOut(command) }
        var prospect = await prospect(of: command, under: before)
        if case .denied = prospect {
            // Another node may have given them the right a moment ago.
            await followHead()
            let newest = view
            if newest.state.size != before.state.size { prospect = await self.prospect(of: command, under: newest) }
        }
        var command = command
        switch prospect {
        case .denied(let question):
            let refused = await refusalAtHead(of: question, by: command.by, collection: command.collection)
            if let refused { return refused }
        case .allowed(let sketch):
            command.sketch = sketch
            let now = now()
            if let prepare, (try? sketch.wanted.get()) != nil { try? await blocking { try prepare(now) } }
        case .unknown: break
        }
        return await carryOut(command)
    }

    private func prospect(of command: Command, under view: TrustView) async -> Prospect {
        let now = now()
        let prospect = try? await blocking { () throws -> Prospect in
            let state = view.state
            let draft = command.draft ?? command.entries
            let wanted = Result { () throws(CommandRefusal) in try draft(state, now) }
            var authorizer = Authorizer(view.commands)
            switch try authorizer.answer(command, wanted, state, at: now) {
            case .denied(_, _, let question): return .denied(question)
            case .allowed:
                return .allowed(CommandSketch(size: state.size, wanted: wanted))
            }
        }
        return prospect ?? .unknown
    }
}
