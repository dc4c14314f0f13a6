// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import Safeconduct
import StrictJSON
import TrustModel

/// A one-time link: where to register a key, and the secret that lets one do it once.
///
/// The secret stands behind `#`, which no client sends to a server: a link that was clicked is in nobody's access log.
struct EnrolmentLink: Sendable, Equatable {
    /// The server's URL.
    let url: String
    /// The secret.
    let secret: String

    private static let path = "/enroll#"

    /// The link as it is handed over.
    var text: String { url + Self.path + secret }

    /// A link of the given parts.
    init(url: String, secret: String) {
        self.url = url
        self.secret = secret
    }

    /// Reads a link.
    ///
    /// - Throws: ``CommandFailure`` that does not repeat it.
    init(_ text: String) throws(CommandFailure) {
        let wrong = CommandFailure(.usage, "the file holds no link such as https://host:8470/enroll#scenr_...")
        let text = text.trimming { $0.isWhitespace || $0.isNewline }
        guard let mark = text.firstRange(of: Self.path) else { throw wrong }
        url = try ServerURL(String(text[..<mark.lowerBound])).text
        secret = String(text[mark.upperBound...])
        guard secret.hasPrefix("scenr_"), secret.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw wrong }
    }

    /// What redeems it with `key`.
    func redemption(_ key: SigningKey) throws(CommandFailure) -> JSONValue {
        let claims: JSONValue = ["enrolment": .string(Fingerprint(of: secret).description)]
        guard let proof = try? key.sign(claims.serialized(), type: "safeconduct-enrolment+jwt") else {
            throw CommandFailure(.error, "the key cannot sign")
        }
        return [
            "secret": .string(secret), "jwk": .object(key.verificationKey.jwk),
            "proof": .string(String(decoding: proof, as: UTF8.self)),
        ]
    }

    /// Hands the link over: to a new file that its owner alone may read, or to a terminal, never into a pipe or a log.
    func handOver(to file: String?) throws(CommandFailure) {
        guard let file else {
            try Console.data(text + "\n")
            return
        }
        do { try PrivateFile.replace(file, Array((text + "\n").utf8)) } catch {
            throw CommandFailure(.error, error.message)
        }
    }

    /// Makes sure beforehand that the link can be handed over: one that nobody gets is not made.
    static func prepare(_ file: String?) throws(CommandFailure) {
        guard let file else {
            guard Console.isTerminal(1) else {
                throw CommandFailure(.usage, "a link is shown on a terminal only; name a file with --link-file")
            }
            return
        }
        try NewFile.reserve(file)
    }
}

extension String {
    fileprivate func trimming(_ isOut: (Character) -> Bool) -> String {
        var rest = self[...]
        while let first = rest.first, isOut(first) { rest.removeFirst() }
        while let last = rest.last, isOut(last) { rest.removeLast() }
        return String(rest)
    }
}
