// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import TransparencyLog

/// A small log made by a separate program (plain recursion after RFC 6962, its own Ed25519), so that the suite shows
/// something on a machine that does not have the shared vectors.
///
/// The body of leaf `i` is `{"decision":i}`, its salt SHA-256 of `salti`.
enum Sample {
    /// SHA-256 of `log sample seed`: a key that signs nothing but this sample.
    static let seed: [UInt8] = [
        0x2a, 0xc1, 0x01, 0xb6, 0xc5, 0x63, 0x49, 0x73, 0x0a, 0x50, 0x5d, 0xb0, 0x39, 0x6c, 0x26, 0xa1,
        0x00, 0xdd, 0x6a, 0xa6, 0xe8, 0xb6, 0xd4, 0x4a, 0xc2, 0xc0, 0xf2, 0xf8, 0xfc, 0x60, 0x23, 0x05,
    ]

    static let witnessSeed: [UInt8] = [
        0x2b, 0xee, 0xe8, 0x58, 0x42, 0xc7, 0x9d, 0x81, 0xbf, 0x3a, 0x4b, 0x6c, 0x5b, 0x8b, 0xe9, 0x93,
        0xd5, 0x78, 0x78, 0x47, 0x3c, 0x2a, 0x22, 0xbd, 0xcb, 0xcd, 0x24, 0xe5, 0x6c, 0xce, 0x53, 0xdc,
    ]

    static let verifierKey = "log.example/sample+625ddf80+AVjVFWGtRt5tl0zYIPqs5uVkL6ZSolyUNqvkwc1BVX05"
    static let witnessKey = "witness.example/w1+91f5a4be+BO9zbeMvr5T29IhxgbMTCXlvc+2ZSDlMGIlXxPLyJkeU"
    static let cosignedAt: UInt64 = 1790000000

    /// The roots of the first 0 to 13 leaves.
    static let roots = [
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "wCn0qwlMtafd2dwl5CqbaAUfyE/M7krG63tbv0I4kyI=",
        "SqLX08PFCcGTMAC8sWSASk7s6iChCaUY6PkFH2EPT1g=",
        "Q+aUs9OJsp6G6BolDbSHfYFV9rHnJqTijs/EoTfl0A8=",
        "W/majvzd4YuTHriISTiTtcYpbvvUhxqK4sFvNxcyXYk=",
        "9cd/oH7ZoyR/pCmD1O3MMKkScJpN3AjRh3Gtg9zdOCs=",
        "b795xIR8ahz6s+Hb8oypIdu+Vud+q0folr1uJ6DmQx4=",
        "KJvH4/wkPIiEWXJfz08V4pGootk9HX3E+cc0uZuRajY=",
        "zxs7i44IH8se+CKkXa6FyJxHDzCHuDxtZitAaCM7ssA=",
        "EIveHOD9NUxOGdGPKFyisqgX57JxbmpUfT2JZybsx0w=",
        "4vCsFbJ73lguj3wCUdPAuEHNcMd9RGlKP7sCULdRJbg=",
        "xSeWFz1+TsxPwKE+Ca81hwIijy1a7lEgRvAE0L7cg8A=",
        "N3FW1AmQlD83NqZuNpEF1etHGHFa7oTs+rfuQvYhIUk=",
        "7QPC6+yinpahHUT1ibsruyLEI26fB6KTe8dXvYaq2Ko=",
    ]

    /// The entries, base64.
    static let commitments = [
        "RvGngVeOZf6pacfa8na6CWZYpU7eMxpAtkbdCz9Ue3A=",
        "53gYahXWTaiENoiEUazLzjZMey7GB8hH/VBZOWWWe5Y=",
        "px51iNTDIwl0mWstiIZRNo9eAkyoDagDaN24vgUjiqg=",
        "zh61I1CXrtOazPe5VPy2BGsX2qKkIYjQPeSK0itYLc8=",
        "k1u2m+iGFnTCor4jBv8wgYtFLDpFrRvKtX60denH0/4=",
        "vaoLaUSUnJZ1/uQnxXKe9jYUnIg1NXRpmoNzht3dyIA=",
        "20b3whbkcW25ddl0ohtEhdZlAH6IXuREWSnFc+6L+MM=",
        "sd9Vcpph5ubwQsNGNwd5nTZ4tcJJQhHPT/RuXTBHo28=",
        "IxZxtr1keIBs5VrUJlck0piFKpt12j41YLE1FOni7Yg=",
        "Dde+7t6LGSHF44qAKgQbr9ohj1XrCy9ema04ugJLYFo=",
        "AHQpaI7ik2PFEVrQVXppybsqvTeOQpwGdJgwdbjdRNc=",
        "Xvc8aZoExhmU3nGVo7wpKZNS/is5wgbPN94BFSTeZ4A=",
        "NPKwlkrK3zPTKpT2UH3bjBkESMmujXDSoIGr6l0fzM8=",
    ]

    /// Old size, new size and the proof between them.
    static let consistency: [(oldSize: UInt64, newSize: UInt64, hashes: [String])] = [
        (
            1, 2,
            [
                "94Sn32yG6kwKRG3TXBaAblhgNgliW7SWVHv/VdBxkQQ="
            ]
        ),
        (
            3, 7,
            [
                "Q3yKFz1no2mZ5aCk1/z9/Q7u3nZWsYtvs9/vKtko9WA=",
                "stT15kDafedNkAx3R67XAyVXPMtH3lnu0tqijx6hwCc=",
                "SqLX08PFCcGTMAC8sWSASk7s6iChCaUY6PkFH2EPT1g=",
                "7rWVb/QdYf2wy1ple5rAIAF1wyt3Z27cPp8yE2ZNTEY=",
            ]
        ),
        (
            4, 8,
            [
                "x6TT6ENol5UU108mJoppfnMCu6lM4JIiy9KodTvJfes="
            ]
        ),
        (
            6, 13,
            [
                "vYdNrYvggMmZZJ7Jpe17V4aQ/EEB/trNxZ1o7Z6VHQU=",
                "8+Gg7ICDlIaX8ln+otY5ghLBvzPi6fJAeCYXQZDixLk=",
                "W/majvzd4YuTHriISTiTtcYpbvvUhxqK4sFvNxcyXYk=",
                "aawbW9hKzUxafUuvdFsg1/nfb80UfhsPxwz+Vfatmdk=",
            ]
        ),
        (
            8, 13,
            [
                "aawbW9hKzUxafUuvdFsg1/nfb80UfhsPxwz+Vfatmdk="
            ]
        ),
        (
            12, 13,
            [
                "vrqPFpfElD7RHvyhVRyED/ZA//GeTESdCkGJT0HjRa4=",
                "XIg974gtIsgPy2vSkXTqtaUHIeK/ndT/eIdaM7J+uLU=",
                "zxs7i44IH8se+CKkXa6FyJxHDzCHuDxtZitAaCM7ssA=",
            ]
        ),
    ]

    static let receiptIndex = 6

    /// The receipt of that leaf, its checkpoint signed by the log and cosigned by the witness.
    static let receipt = """
        c2sp.org/tlog-proof@v1
        extra rjfXAxv+kfP1ROGX+6jRRCNlFHmP52ccf79Zz3bIXk8=
        index 6
        UGNv951I5/pHVhqsUkr8JmgR/PXAC9H7JfCPNdLPvSQ=
        vYdNrYvggMmZZJ7Jpe17V4aQ/EEB/trNxZ1o7Z6VHQU=
        W/majvzd4YuTHriISTiTtcYpbvvUhxqK4sFvNxcyXYk=
        aawbW9hKzUxafUuvdFsg1/nfb80UfhsPxwz+Vfatmdk=

        log.example/sample
        13
        7QPC6+yinpahHUT1ibsruyLEI26fB6KTe8dXvYaq2Ko=

        — log.example/sample Yl3fgEd1tylqGf+TlaXXrn8Nz/8GKWKPl6z2N5xaH75UerhYhWAldMYxmzfSkWJt4BqEj7Hv6ejUtztWll4tvuPouwo=
        — witness.example/w1 kfWkvgAAAABqsTuAfVOWMKgJJe6w48110Mj7aR+Rmz1AehIC9YuXUMHw3YafHVXN4y3vRRz/jbgLa8pV9MUsSDWZQXKb/bIkwS5eAQ==

        """
}
