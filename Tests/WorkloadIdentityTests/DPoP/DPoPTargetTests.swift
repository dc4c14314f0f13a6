// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing
import WorkloadIdentity

struct DPoPTargetTests {
    @Test(
        arguments: [
            ("https://a.example", "https://a.example/"), ("https://a.example?", "https://a.example/"),
            ("https://a.example/", "https://a.example/"), ("HTTPS://A.Example/Path", "https://a.example/Path"),
            ("https://a.example:443/x", "https://a.example/x"), ("http://a.example:80/x", "http://a.example/x"),
            ("https://a.example:80/x", "https://a.example:80/x"), ("https://a.example:/x", "https://a.example/x"),
            ("https://a.example/x?q=1#f", "https://a.example/x"), ("https://a.example/x#f?q", "https://a.example/x"),
            ("https://a.example#f", "https://a.example/"), ("https://a.example/%7euser", "https://a.example/~user"),
            ("https://a.example/a%2fb", "https://a.example/a%2Fb"), ("https://a.example/%41", "https://a.example/A"),
            ("https://a.example/a/./b/../c", "https://a.example/a/c"), ("https://a.example/..", "https://a.example/"),
            ("https://a.example/../../a", "https://a.example/a"), ("https://a.example/a/..", "https://a.example/"),
            ("https://a.example/a/b/..", "https://a.example/a/"), ("https://a.example/a/.", "https://a.example/a/"),
            ("https://a.example/%2e%2E/a", "https://a.example/a"), ("https://a.example/a//b", "https://a.example/a//b"),
            ("https://a.example/a;p=1,2", "https://a.example/a;p=1,2"),
            ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
            ("http://127.0.0.1:8080/t", "http://127.0.0.1:8080/t"),
        ]
    )
    func normalForm(_ text: String, _ expected: String) {
        #expect(DPoPTarget(text)?.description == expected)
        // What is normal stays as it is.
        #expect(DPoPTarget(expected)?.description == expected)
    }

    @Test(
        arguments: [
            "", "https", "https:", "https:/a.example", "https:///x", "ftp://a.example/", "//a.example/", "a.example/x",
            "https://a.example/%", "https://a.example/%4", "https://a.example/%4g", "https://u@a.example/",
            "https://a.example:65536/", "https://a.example:0443/", "https://a.example:1a/", "https://a.example:443443/",
            "https://a.example/a b", "https://a.example\\x", "https://a.example/\u{E9}", "https://b\u{FC}cher.example/",
            "https://a.example/\n", "https://[::1/x", "https://[zz]/x", "https://[]/x", "https://a%2eexample/",
            "https://a.example/\"", "https://a.example/<x>", " https://a.example/",
        ]
    )
    func refused(_ text: String) { #expect(DPoPTarget(text) == nil) }

    @Test("Random bytes never trap, and normalising twice is normalising once")
    func random() {
        var generator = SeededGenerator("DPoPTarget")
        let alphabet = Array("aZ0.%2eF/:?#[]@-_~;\\ \u{E9}".utf8)
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            let text = "https://h" + String(decoding: bytes, as: UTF8.self)
            guard let target = DPoPTarget(text) else { continue }
            #expect(DPoPTarget(target.description) == target, "\(text)")
        }
    }
}
