// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// The request line's target (RFC 9112 section 3.2), split and otherwise untouched.
struct RequestTarget {
    let path: String
    let query: String?

    /// Nil when the target is neither a path nor an absolute URL with one.
    init?(_ target: String) {
        var rest = target.utf8[...]
        if rest.first != UInt8(ascii: "/") {
            // The absolute form is for proxies; a server takes it all the same.
            let scheme = rest.prefix { $0 != UInt8(ascii: ":") }
            let after = rest[scheme.endIndex...]
            guard !scheme.isEmpty, after.starts(with: "://".utf8) else { return nil }
            rest = after.dropFirst(3).drop { $0 != UInt8(ascii: "/") }
            guard !rest.isEmpty else { return nil }
        }
        let path = rest.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let tail = rest[path.endIndex...]
        guard tail.first != UInt8(ascii: "#") else { return nil }
        // The common target is the path alone and needs no copy.
        self.path = path.count == target.utf8.count ? target : String(Substring(path))
        query = tail.isEmpty ? nil : String(Substring(tail.dropFirst()))
    }
}
