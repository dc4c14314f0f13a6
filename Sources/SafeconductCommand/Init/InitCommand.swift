// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Safeconduct
import SafeconductServer
import TrustStore

/// `safeconduct init`.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a production installation: configuration, keys, certificate, and a link for the first owner.",
        discussion: """
            Nothing secret is shown, and nothing that exists is written over. The configuration directory gets
            safeconduct.yaml, master.key (keep a copy of it apart from the data) and owner.link, which counts once and for
            15 minutes; start the server and enrol within them, or make another with 'safeconduct recover'.

            Without a certificate the server makes its own authority and renews its certificate by itself; clients then
            trust tls/ca.pem of the data directory.

            Example:
              safeconduct init --config-dir /etc/safeconduct --data /var/lib/safeconduct \\
                  --listen 0.0.0.0:8470 --host trust.example.com --owner alice
              safeconduct serve --config /etc/safeconduct/safeconduct.yaml
              safeconduct operator enroll --link-file /etc/safeconduct/owner.link --key alice.key \\
                  --ca-file /var/lib/safeconduct/tls/ca.pem
            """
    )

    @Option(name: .customLong("config-dir"), help: "The directory for the configuration and the master key.")
    var directory: String

    @Option(help: "The data directory: new, or empty.")
    var data: String

    @Option(help: "Where to listen.")
    var listen = "127.0.0.1:8470"

    @Option(help: "The host name that callers reach the server by. (default: the address it listens on)")
    var host: String?

    @Option(help: "The name of the first owner, a person.")
    var owner: String

    @Option(help: "The trust boundary that the owner is at home in.")
    var boundary = "operations"

    @Option(
        help: "What stands before /control in the log's origin: a domain and path that you own. (default: the host)"
    )
    var origin: String?

    @Option(help: "A certificate chain (PEM), the server's own first; goes with --private-key.")
    var certificate: String?

    @Option(name: .customLong("private-key"), help: "The certificate's key (PEM).")
    var privateKey: String?

    func validate() throws {
        guard (certificate == nil) == (privateKey == nil) else {
            throw ValidationError("--certificate and --private-key go together")
        }
    }

    func run() async throws {
        let files = ProductionFiles(directory: directory, data: data)
        let text = try configuration(files)
        try files.check()
        let made = try files.makeDirectories()
        do {
            let link = try await install(files, text)
            Console.talk("A new control plane lies in \(files.data).")
            Console.talk("  configuration  \(files.configuration)")
            Console.talk(
                "  master key     \(files.masterKey) (keep a copy apart from the data; without it all is lost)"
            )
            Console.talk("  owner's link   \(files.link) (counts once, until \(link.expiresAt))")
            Console.talk("Next:")
            Console.talk("  safeconduct serve --config \(files.configuration)")
            Console.talk("  safeconduct operator enroll --link-file \(files.link) --key \(owner).key")
        } catch {
            files.remove(made)
            if let failure = error as? CommandFailure { throw failure }
            throw CommandFailure(.error, (error as? EngineError)?.message ?? Printable.text("\(error)"))
        }
    }

    private func install(_ files: ProductionFiles, _ text: String) async throws -> EnrolmentSecret {
        try NewFile.reserve(files.configuration)
        try PrivateFile.replace(files.configuration, Array(text.utf8))
        if let certificate, let privateKey { try copy(certificate, privateKey, to: files.tls) }
        // The server will read the very same file: a configuration that it would not take is found here.
        let settings = try ServerSettings([SettingsLayer(file: files.configuration)], data: files.data)
        // Makes the certificate where it is our own, and reads it where it is yours.
        let listener = try Listener(settings)
        let lock = try DataLock(alone: files.data)
        defer { lock.release() }
        let store = try SQLiteStore(directory: files.data)
        defer { store.close() }
        let engine = try await Engine.open(
            store: store,
            master: try MasterKey(file: settings.masterKey),
            configuration: try settings.engine(mayBegin: true)
        )
        let secret = try await engine.provideOwner(named: owner, boundary: boundary)
        try NewFile.reserve(files.link)
        let url = settings.publicURL ?? listener.connection(settings.url, tokenFile: nil).url
        try EnrolmentLink(url: url, secret: secret.secret).handOver(to: files.link)
        return secret
    }

    private func copy(_ certificate: String, _ privateKey: String, to directory: String) throws {
        let pairs = [(certificate, "cert.pem"), (privateKey, "key.pem")]
        let bytes = try pairs.map { try InputFile.bytes($0.0, maximumBytes: 1 << 20) }
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        for (pair, content) in zip(pairs, bytes) { try PrivateFile.create("\(directory)/\(pair.1)", content) }
    }

    /// The configuration file.
    func configuration(_ files: ProductionFiles) throws(CommandFailure) -> String {
        guard let address = ListenAddress(listen) else {
            throw CommandFailure(.usage, "--listen: an address such as 0.0.0.0:8470 is expected")
        }
        guard host != nil || !ListenAddress.wildcards.contains(address.host) else {
            throw CommandFailure(.usage, "--host: who listens on every address has to say what callers call it")
        }
        var lines = [
            "# Made by 'safeconduct init'; 'safeconduct serve --help' lists every key.",
            "listen: \"\(listen)\"",
            "tls: \(certificate == nil ? "auto" : Self.quoted(files.tls))",
        ]
        if let host {
            guard ListenAddress.host(ofAuthority: host) != nil, !host.contains(":") else {
                throw CommandFailure(.usage, "--host: a host name such as trust.example.com is expected")
            }
            lines.append("public_url: \"https://\(host):\(address.port)\"")
        }
        if let origin = origin ?? host { lines.append("origin: \(Self.quoted(origin))") }
        lines += [
            "master_key: \(Self.quoted(files.masterKey))",
            "# Last: a file that was cut short does not say where the data lie, and starts nothing.",
            "data: \(Self.quoted(files.data))",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A YAML text in double quotes, which are those of JSON.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
