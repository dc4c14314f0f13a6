// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import JOSE
import Safeconduct
import StrictJSON

/// An operator's key as its file holds it, with what is needed to use it: whose it is, and where.
struct OperatorKey: Sendable, Equatable {
    /// The operator's or identity's name.
    let holder: String
    /// Whether it is an identity's.
    let isIdentitys: Bool
    /// The `aud` of its assertions: the origin of the control log.
    let audience: String
    /// The server's URL.
    let url: String
    /// The certificates to trust; nil for the system's.
    let caFile: String?
    private let secret: [UInt8]

    /// How long an assertion counts, in seconds; each request has one of its own.
    private static let assertionSeconds: Int64 = 60

    /// A key of the given parts.
    init(holder: String, isIdentitys: Bool = false, audience: String, url: String, caFile: String?, key: SigningKey) {
        self.holder = holder
        self.isIdentitys = isIdentitys
        self.audience = audience
        self.url = url
        self.caFile = caFile
        secret = key.secretBytes
    }

    /// Reads a file that `operator enroll` or `credential register` wrote.
    ///
    /// - Throws: ``CommandFailure`` when it can't be read, is none, or may be read by others.
    init(file: String) throws(CommandFailure) {
        let bytes: [UInt8]?
        do { bytes = try PrivateFile.read(file) } catch { throw CommandFailure(.error, error.message) }
        guard let bytes else { throw CommandFailure(.error, "\(file): there is no such file") }
        do {
            var reader = try ObjectReader(try JSONValue(parsing: bytes))
            let name = try reader.optionalString("identity")
            isIdentitys = name != nil
            holder = try name ?? reader.string("operator")
            audience = try reader.string("audience")
            url = try reader.string("url")
            caFile = try reader.optionalString("ca_file")
            guard let text = try reader.required("key")["d"]?.stringValue, let secret = Base64URL.decode(text),
                (try? SigningKey(.es256, secretBytes: secret)) != nil
            else { throw ShapeError(.value, "/key", "a private P-256 key (JWK) is expected") }
            self.secret = secret
            try reader.finish()
        } catch {
            throw CommandFailure(.error, "\(file): the file is no key of an operator or identity: \(error)")
        }
    }

    /// The file's bytes: a private JWK (RFC 7517) and its use, so that any language can sign with it.
    func serialized() throws(CommandFailure) -> [UInt8] {
        let key = try signingKey()
        var jwk = key.verificationKey.jwk
        jwk["d"] = .string(Base64URL.string(key.secretBytes))
        return PrettyJSON.text([
            isIdentitys ? "identity" : "operator": .string(holder), "audience": .string(audience), "url": .string(url),
            "ca_file": caFile.map { .string($0) } ?? .null, "key": .object(jwk),
        ])
    }

    /// A fresh client assertion (RFC 7523 section 3): it counts once, and for a minute.
    func assertion() throws(CommandFailure) -> String {
        let now = Int64(Date().timeIntervalSince1970)
        var generator = SystemRandomNumberGenerator()
        let identifier = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let claims: JSONValue = [
            "iss": .string(holder), "sub": .string(holder), "aud": .string(audience), "iat": .integer(now),
            "exp": .integer(now + Self.assertionSeconds), "jti": .string(Base64URL.string(identifier)),
        ]
        guard let token = try? signingKey().sign(claims.serialized(), type: "JWT") else {
            throw CommandFailure(.error, "the key cannot sign")
        }
        return String(decoding: token, as: UTF8.self)
    }

    private func signingKey() throws(CommandFailure) -> SigningKey {
        do { return try SigningKey(.es256, secretBytes: secret) } catch {
            throw CommandFailure(.error, "the key cannot sign")
        }
    }
}
