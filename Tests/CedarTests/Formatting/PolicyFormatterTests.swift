// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Testing

@Suite struct PolicyFormatterTests {
    /// What is written and how it is laid out.
    static let layouts: [(String, String)] = [
        ("", ""), (" \n\n", ""), ("// only\n\n\n// this", "// only\n\n// this\n"),
        ("permit(principal,action,resource,);", "permit (principal, action, resource);\n"),
        (
            "@ id ( \"a\" )@b permit(principal==U::\"a\",action in[Action::\"r\",],resource is A :: T in ?resource)when{true}unless{-5<- 6 || !! x}"
                .replacing("x}", with: "true};"),
            """
            @id("a")
            @b
            permit (
              principal == U::"a",
              action in [Action::"r"],
              resource is A::T in ?resource
            )
            when { true }
            unless { -5 < -6 || !!true };

            """
        ),
        (
            "permit(principal,action,resource)when{context . a [ \"b c\" ].contains( 1 )&&{ a:1,\"b\":[ ],}=={ }&&ip( \"::1\" ).isIpv6( )};",
            """
            permit (principal, action, resource)
            when {
              context.a["b c"].contains(1) && {a: 1, "b": []} == {} && ip("::1").isIpv6()
            };

            """
        ),
        (
            "permit(principal,action,resource)when{context.aaaaaaaaaaaaaaaaaaaaaa && (context.bbbbbbbbbbbbbbbbbbbbbbbb || context.ccccccccccccccccccc && context.dddddddddd)};",
            """
            permit (principal, action, resource)
            when {
              context.aaaaaaaaaaaaaaaaaaaaaa &&
              (context.bbbbbbbbbbbbbbbbbbbbbbbb ||
               context.ccccccccccccccccccc && context.dddddddddd)
            };

            """
        ),
        (
            "permit(principal,action,resource)when{if context.aaaaaaaaaaaaaaaaaaaaaaaaaa then if 1==1 then 2 else 3 else if context.bbbbbbbbbbbbbbbbbbbbbb then 1 else 2};",
            """
            permit (principal, action, resource)
            when {
              if context.aaaaaaaaaaaaaaaaaaaaaaaaaa
              then if 1 == 1 then 2 else 3
              else if context.bbbbbbbbbbbbbbbbbbbbbb then 1 else 2
            };

            """
        ),
        (
            "permit(principal,action,resource)when{context.list.containsAny([\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"bbbbbbbbbbbbbbbbbbbbbbbbbbbb\"])||context.nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn+1111111>=resource.mmmmmmmmmmmmmmmmmmmmmmm};",
            """
            permit (principal, action, resource)
            when {
              context.list.containsAny([
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "bbbbbbbbbbbbbbbbbbbbbbbbbbbb"
              ]) ||
              context.nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn + 1111111 >=
                resource.mmmmmmmmmmmmmmmmmmmmmmm
            };

            """
        ),
        // Comments: at the head, between annotations, in scopes, lists and conditions, behind operators, at the end.
        (
            """
            // File comment


            // about
            @id("a")   // ann
              // between
            permit( // open
             principal == U::"alice" // who
             , // before action
             action in [Action::"a", // one
               Action::"b"], resource
             // end of scope
            ) // after scope
            when { // open when
             // lead
             context.a // tr
             && ( // in here
             context . // odd
             b ) || context.c
             // last
            } // after when
            ;
            permit(principal, action, resource); // same line
            // about the one above

            // about the next
            forbid(principal, action, resource);


            // the end
            """,
            """
            // File comment

            // about
            @id("a") // ann
            // between
            permit ( // open
              principal == U::"alice", // who
              // before action
              action in [
                Action::"a", // one
                Action::"b"
              ],
              resource
              // end of scope
            ) // after scope
            when { // open when
              // lead
              context.a && // tr
                ( // in here
                 context.b // odd
                ) ||
              context.c
              // last
            }; // after when

            permit (principal, action, resource); // same line
            // about the one above

            // about the next
            forbid (principal, action, resource);

            // the end

            """
        ),
        (
            "@note(\"two\nlines\") permit(principal, action, resource) when { context.a == \"x\n y\" && true };",
            "@note(\"two\nlines\")\npermit (principal, action, resource)\nwhen {\n  context.a ==\n    \"x\n y\" &&\n  true\n};\n"
        ),
        (
            "permit(principal, action, resource);\r\n// a\r\n\r\n// b",
            "permit (principal, action, resource);\n// a\n\n// b\n"
        ),
    ]

    @Test(arguments: layouts)
    func layout(text: String, expected: String) throws {
        let formatted = try PolicyFormatter.format(text)
        #expect(formatted == expected, "\(formatted)")
        #expect(try PolicyFormatter.format(expected) == expected)
    }

    @Test func widthAndIndent() throws {
        let text = "permit (principal == U::\"a\", action, resource) when { true && false };"
        #expect(
            try PolicyFormatter.format(text, width: 24, indent: 4)
                == "permit (\n    principal == U::\"a\",\n    action,\n    resource\n)\nwhen { true && false };\n"
        )
        #expect(try PolicyFormatter.format(text, width: 1, indent: 0).contains("\ntrue &&\nfalse\n"))
        #expect(
            try PolicyFormatter.format(text, width: -1, indent: -1) == PolicyFormatter.format(text, width: 1, indent: 0)
        )
        #expect(try PolicyFormatter.format(text, width: 1000).split(separator: "\n").count == 2)
    }

    @Test(arguments: [
        "permit", "permit(principal, action, resource)", "permit(principal, action, resource) when { };", "\"", "/",
    ])
    func invalidTextIsRefused(text: String) {
        #expect(throws: ParseError.self) { try PolicyFormatter.format(text) }
        #expect(throws: ParseError.self) { try PolicyFormatter.format("// kept\n" + text) }
    }

    // The comments of a text, sorted; no string of the random policies but one holds two slashes.
    private func comments(_ text: String) -> [String] {
        text.replacing("\"// no\"", with: "").split(whereSeparator: \.isNewline)
            .compactMap { line in line.firstRange(of: "//").map { line[$0.lowerBound...] } }
            .map { $0.reversed().drop { $0 == " " || $0 == "\t" }.reversed().map(String.init).joined() }.sorted()
    }

    @Test func freshPolicies() throws {
        let seed = SeededGenerator.freshSeed()
        var random = RandomPolicyText(seed: seed)
        for round in 0..<Effort.rounds(100) {
            let text = random.policies()
            let policies = try Policy.parse(text)
            let standard = try PolicyFormatter.format(text)
            for (width, indent) in [(80, 2), (30, 4), (1, 0), (10_000, 2)] {
                let formatted = try PolicyFormatter.format(text, width: width, indent: indent)
                let what: Comment = "seed \(seed), round \(round), width \(width): \(text)"
                #expect(try PolicyFormatter.format(formatted, width: width, indent: indent) == formatted, what)
                #expect(try PolicyFormatter.format(formatted) == standard, what)
                #expect(comments(formatted) == comments(text), what)
                let again = try Policy.parse(formatted)
                #expect(again.count == policies.count, what)
                for (first, second) in zip(policies, again) {
                    #expect(first.isSame(as: second) && first.hasSameAnnotations(as: second), what)
                }
            }
        }
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the shared data: set SAFECONDUCT_DATA"))
    func policyFiles() throws {
        let files = ["example-use-cases", "oopsla", "cedar-go-validator", "handwritten"]
            .flatMap { SharedData.files(in: $0, suffix: ".cedar") }
        #expect(files.count > 50)
        for file in files {
            let text = String(decoding: try SharedData.file(file), as: UTF8.self)
            let formatted = try PolicyFormatter.format(text)
            #expect(try PolicyFormatter.format(formatted) == formatted, "\(file)")
            #expect(comments(formatted) == comments(text), "\(file)")
            let (policies, again) = (try Policy.parse(text), try Policy.parse(formatted))
            #expect(again.count == policies.count, "\(file)")
            for (first, second) in zip(policies, again) {
                #expect(first.isSame(as: second) && first.hasSameAnnotations(as: second), "\(file)")
            }
        }
    }

    /// A megabyte of brackets or of one chain is laid out or refused in no time and no stack.
    @Test func longTexts() throws {
        let chain = Array(repeating: "context.a", count: 20_000).joined(separator: " && ")
        #expect(try PolicyFormatter.format(permit(when: chain)).split(separator: "\n").count == 20_003)
        let nested = String(repeating: "[0, ", count: 120) + "1" + String(repeating: "]", count: 120)
        #expect(try PolicyFormatter.format(permit(when: nested), width: 40).contains("[\n"))
        let snug = String(repeating: "[", count: 120) + "1" + String(repeating: "]", count: 120)
        #expect(try PolicyFormatter.format(permit(when: snug), width: 40).contains(snug))
        let slashes = String(repeating: "// c\n", count: 20_000)
        #expect(try PolicyFormatter.format(slashes) == slashes)
    }
}
