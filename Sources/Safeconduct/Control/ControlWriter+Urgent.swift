// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

internal import TrustStore

extension ControlWriter {
    /// Carries out the urgent ones of a batch that found the disk full, into the space kept for them: a cut is not lost
    /// for want of room, whatever else waited with it.
    ///
    /// - Returns: All outcomes; nil when `error` is another one, or none is urgent.
    func commitUrgent(_ commands: [Command], after error: any Error) -> [CarriedCommand]? {
        guard let full = error as? StoreError, full.code == .full else { return nil }
        let urgent = commands.filter(\.isUrgent)
        guard !urgent.isEmpty else { return nil }
        var written: [CarriedCommand]?
        // Without the others they may fit as it is.
        repeat {
            do {
                written = try write(urgent)
            } catch {
                guard (error as? StoreError)?.code == .full else { return nil }
            }
        } while written == nil && releaseReserve()
        guard let written else { return nil }
        var rest = written[...]
        return commands.map { command in
            (command.isUrgent ? rest.popFirst() : nil) ?? CarriedCommand(outcome: .failed(EngineError(full)))
        }
    }
}
