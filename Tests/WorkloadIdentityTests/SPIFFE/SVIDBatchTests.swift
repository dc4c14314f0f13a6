// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing
import WorkloadIdentity

/// The batch forms, on lines of our own and on the shared cases.
@Suite struct SVIDBatchTests {
    private func answer(_ line: JSONValue) throws -> JSONValue {
        try JSONValue(parsing: X509SVIDBatch.answer(line.serialized()))
    }

    private func base64(_ certificates: [[UInt8]]) -> JSONValue {
        .array(certificates.map { .string(Data($0).base64EncodedString()) })
    }

    @Test("An answer is exact")
    func exact() throws {
        let root = try Signer(.authority("root"))
        let line: JSONValue = [
            "id": ["x": 1], "bundles": ["example.org": base64([root.der]), "other.test": []], "more": 1,
            "chain": base64([try root.issue(.leaf("spiffe://example.org/a"))]),
            "validAt": .integer(CertificateSpec.now),
        ]
        #expect(
            String(decoding: X509SVIDBatch.answer(line.serialized()), as: UTF8.self)
                == #"{"id":{"x":1},"valid":true,"spiffe_id":"spiffe://example.org/a"}"#
        )
        let late = try answer(line.with("validAt", 1_999_999_999))
        #expect(late.objectValue?.map(\.key) == ["id", "valid", "error"])
        #expect(late["valid"] == false && late["error"]?["code"] == "expired")
        #expect(late["error"]?["message"]?.stringValue?.isEmpty == false)
    }

    @Test(
        "A line that asks nothing sensible is not valid, and keeps its id",
        arguments: [
            ("bundles", nil, "malformed"), ("bundles", [], "malformed"), ("bundles", ["example.org": 1], "bundle"),
            ("bundles", ["example.org": ["="]], "bundle"), ("bundles", ["a/b": []], "bundle"),
            ("bundles", ["a": [], "A": []], "bundle"), ("bundles", [:], "trust_domain_unknown"),
            ("chain", nil, "malformed"), ("chain", "x", "malformed"), ("chain", [1], "malformed"),
            ("chain", ["A-_A"], "malformed"), ("chain", ["AAB="], "malformed"), ("chain", ["AAA=AAAA"], "malformed"),
            ("chain", ["AAA"], "malformed"), ("chain", ["A==="], "malformed"), ("chain", [], "chain_empty"),
            ("chain", ["AAAA"], "certificate"), ("validAt", nil, "malformed"), ("validAt", "now", "malformed"),
            ("validAt", -1, "malformed"), ("validAt", 0, "not_yet_valid"),
        ] as [(String, JSONValue?, String)]
    )
    func malformed(_ name: String, _ value: JSONValue?, _ code: String) throws {
        let root = try Signer(.authority("root"))
        let line: JSONValue = [
            "id": "i", "bundles": ["example.org": base64([root.der])], "chain": base64([try root.issue(.leaf())]),
            "validAt": .integer(CertificateSpec.now),
        ]
        let answer = try answer(line.with(name, value))
        #expect(answer["id"] == "i" && answer["valid"] == false)
        #expect(answer["error"]?["code"]?.stringValue == code)
    }

    @Test("A line that is no JSON object has no id", arguments: ["", "x", "[]", "{}{}", #"{"id":1,"id":2}"#])
    func noObject(_ line: String) throws {
        for bytes in [X509SVIDBatch.answer(Array(line.utf8)), SPIFFEIDBatch.answer(Array(line.utf8))] {
            let answer = try JSONValue(parsing: bytes)
            #expect(answer.objectValue?.map(\.key) == ["id", "error"] && answer["id"] == .null)
            #expect(answer["error"]?["line"] == 1)
        }
    }

    @Test(arguments: [
        (#"{"id":1,"text":"spiffe://example.org/a"}"#, #"{"id":1,"valid":true}"#),
        (
            #"{"text":"http://example.org/a"}"#,
            #"{"id":null,"valid":false,"error":{"code":"scheme","message":"a SPIFFE ID begins with 'spiffe://'"}}"#
        ),
        (#"{"id":1}"#, #"{"id":1,"valid":false,"error":{"code":"malformed","message":"'text' is a string"}}"#),
    ])
    func ids(_ line: String, _ expected: String) {
        #expect(String(decoding: SPIFFEIDBatch.answer(Array(line.utf8)), as: UTF8.self) == expected)
    }

    // MARK: Shared cases

    @Test("Shared chains", .enabled(if: SharedSPIFFE.isThere, "the shared data is not there (SAFECONDUCT_DATA)"))
    func sharedChains() throws {
        let document = try SharedSPIFFE.read("x509_svid_cases.json")
        let cases = try #require(document["cases"]?.arrayValue)
        #expect(cases.count >= 15)
        for test in cases {
            let name = test["name"]?.stringValue ?? ""
            let answer = try answer([
                "id": .string(name), "bundles": document["bundles"] ?? .null, "chain": test["chain"] ?? .null,
                "validAt": test["validAt"] ?? .null,
            ])
            let isValid = test["expect"] == "valid"
            #expect(answer["valid"] == .bool(isValid), "\(name): \(answer["error"]?["code"]?.stringValue ?? "")")
            if isValid { #expect(answer["spiffe_id"] == test["spiffeId"], "\(name)") }
            // Refused for what is wrong with it, not because it could not be read.
            #expect(answer["error"]?["code"] != "malformed" && answer["error"]?["code"] != "certificate", "\(name)")
        }
    }

    @Test("Shared ids", .enabled(if: SharedSPIFFE.isThere, "the shared data is not there (SAFECONDUCT_DATA)"))
    func sharedIDs() throws {
        let cases = try #require(try SharedSPIFFE.read("spiffe_ids.json").arrayValue)
        #expect(cases.count >= 19)
        for test in cases {
            let text = test["id"] ?? .null
            let answer = try JSONValue(
                parsing: SPIFFEIDBatch.answer((["id": text, "text": text] as JSONValue).serialized())
            )
            #expect(answer["valid"] == .bool(test["expect"] == "valid"), "\(text)")
        }
    }
}

extension JSONValue {
    /// The object with another value of the member `name`, or without it.
    fileprivate func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        var object = objectValue ?? JSONObject()
        object[name] = value
        return .object(object)
    }
}

/// The conformance data that lies beside the repository.
private enum SharedSPIFFE {
    private static let folder: URL = {
        let data: URL
        if let path = ProcessInfo.processInfo.environment["SAFECONDUCT_DATA"] {
            data = URL(fileURLWithPath: path)
        } else {
            // Tests/WorkloadIdentityTests/SPIFFE/<this file>
            let package = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            data = package.deletingLastPathComponent().appendingPathComponent("shared/data")
        }
        return data.appendingPathComponent("identity/spiffe")
    }()

    static let isThere = FileManager.default.fileExists(atPath: folder.path)

    static func read(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: [UInt8](Data(contentsOf: folder.appendingPathComponent(name))))
    }
}
