// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// Files that hold one bearer token, for those who present it and those who ask for it.
enum TokenFile {
    /// The token of the file at `path`: printable ASCII, with nothing around it but white space.
    ///
    /// - Throws: ``CommandFailure`` naming the file, never its contents.
    static func token(_ path: String) throws(CommandFailure) -> String {
        let bytes = try InputFile.bytes(path, maximumBytes: 1 << 20)
        let token = bytes.split { $0 <= 0x20 }
        guard token.count == 1, let token = token.first, token.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw CommandFailure(.error, "\(path): the file does not hold one token")
        }
        return String(decoding: token, as: UTF8.self)
    }
}
