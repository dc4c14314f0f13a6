// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOSSL

/// Where the server's certificate comes from.
public enum TLSSource: Sendable {
    /// A certificate of our own authority, made and renewed in the given directory, for the given host names and
    /// addresses.
    case development(directory: String, hosts: [String] = ["localhost", "127.0.0.1", "::1"])
    /// A directory with a certificate chain and its key, under one of the usual pairs of names.
    case directory(String)
    /// A certificate chain, the server's own first, and its key, both PEM.
    case files(certificate: String, key: String)

    private static let usualNames = [
        ("cert.pem", "key.pem"), ("tls.crt", "tls.key"), ("fullchain.pem", "privkey.pem"),
    ]

    /// The PEM texts to serve with at present; makes them first where they are our own.
    func material() throws -> (certificate: [UInt8], key: [UInt8]) {
        switch self {
        case .development(let directory, let hosts):
            return try DevelopmentAuthority(directory: directory, hosts: hosts).serverMaterial()
        case .directory(let directory):
            for (certificate, key) in Self.usualNames {
                if let chain = try TLSFile.read("\(directory)/\(certificate)") {
                    return (chain, try Self.required("\(directory)/\(key)"))
                }
            }
            let names = Self.usualNames.map { "\($0.0) with \($0.1)" }.joined(separator: ", or ")
            throw TLSFailure("\(directory) has no certificate; expected \(names)")
        case .files(let certificate, let key):
            return (try Self.required(certificate), try Self.required(key))
        }
    }

    private static func required(_ path: String) throws -> [UInt8] {
        guard let bytes = try TLSFile.read(path) else { throw TLSFailure("\(path) does not exist") }
        return bytes
    }
}
