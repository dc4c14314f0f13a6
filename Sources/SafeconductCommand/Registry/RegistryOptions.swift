// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StrictJSON

/// What `list` takes, whatever it lists.
struct ListOptions: ParsableArguments {
    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: "The most items.")
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    /// Prints the objects of `noun` that `keep` keeps.
    func run(_ noun: Noun, keep: @Sendable (JSONValue) -> Bool = { _ in true }) async throws {
        let list = try await connection.withClient { client in
            try await Registry(noun: noun, client: client).list(limit: limit ?? .max)
        }
        guard case .object(var object) = list else { return }
        object["items"] = .array((list["items"]?.arrayValue ?? []).filter(keep))
        try output.print(.object(object), table: noun.table)
    }
}

/// What `show` and `retire` take, whatever it is.
struct ShowOptions: ParsableArguments {
    @OptionGroup(title: "Server") var connection: ConnectionOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Argument(help: "Its name or id.")
    var name: String

    /// Prints the object of `noun`.
    func run(_ noun: Noun) async throws {
        let object = try await connection.withClient { client in
            try await Registry(noun: noun, client: client).object(name)
        }
        try output.print(object, table: RecordTable.of)
    }

    /// Retires the object of `noun` and prints it.
    func retire(_ noun: Noun) async throws {
        let object = try await connection.withClient { client in
            try await Registry(noun: noun, client: client).retire(name)
        }
        try output.print(object, table: RecordTable.of)
        output.talk("\(Printable.text(name)) is retired; its name stays taken.")
    }
}
