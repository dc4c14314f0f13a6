// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import StrictJSON
import TransparencyLog

/// `safeconduct decision receipt`.
struct DecisionReceipt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Fetch the proof that a decision stands in its log.",
        discussion: """
            With --out three files are written: ID.json (the stored bytes), ID.tlog-proof (the receipt) and ID.vkey (the
            log's key). They can be verified without Safeconduct; with it:

              safeconduct decision receipt ID --out receipt
              safeconduct log verify --receipt receipt/ID.tlog-proof --body receipt/ID.json \\
                  --key "$(cat receipt/ID.vkey)"
            """
    )

    @OptionGroup(title: "Server") var connection: ConnectionOptions

    @Flag(name: [.short, .long], help: "Say nothing on standard error but failures.")
    var quiet = false

    @Argument(help: "The decision's id.")
    var id: String

    @Option(help: "A directory for the three files; without it the receipt goes to standard output.")
    var out: String?

    func run() async throws {
        let base = "/v1/decisions/\(PathSegment.encode(id))"
        let (receipt, body, keys) = try await connection.withClient { client in
            let receipt = try await client.get(base + "/receipt").accepted().bytes
            guard out != nil else { return (receipt, [UInt8](), "") }
            let body = try await client.get(base + "/body").accepted().bytes
            let keys = try await client.get("/log/keys").accepted().bytes
            return (receipt, body, String(decoding: keys, as: UTF8.self))
        }
        guard let out else { return try Console.data(receipt) }
        let check = try ReceiptCheck(receipt: receipt)
        guard let key = try check.key(among: LogKeys.read(keys)) else {
            throw CommandFailure(.error, "the server lists no key for the log \(Printable.text(check.origin))")
        }
        // What would not verify is not handed on as a receipt.
        _ = try check.verify(body: body, key: key)
        try write(receipt, body, key, to: out)
    }

    private func write(_ receipt: [UInt8], _ body: [UInt8], _ key: VerifierKey, to out: String) throws {
        // The id came from the command line and the server knew it, so it is no path.
        let files = [
            ("json", body), ("tlog-proof", receipt), ("vkey", Array("\(key)\n".utf8)),
        ]
        do {
            try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
            for (ending, bytes) in files {
                let path = "\(out)/\(id).\(ending)"
                try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
                try Console.data(path + "\n")
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.error, "\(out): the files cannot be written")
        }
        if !quiet { Console.talk("The receipt was checked and holds.") }
    }
}
