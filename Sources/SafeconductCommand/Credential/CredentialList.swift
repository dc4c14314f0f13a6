// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `safeconduct credential list`.
struct CredentialList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List them, ended ones included.")

    @OptionGroup var options: ListOptions

    func run() async throws { try await options.run(.credentials) }
}
