// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON
import Testing

struct BatchVerificationTests {
    private func answer(_ line: String) -> String {
        String(decoding: BatchVerification.answer(Array(line.utf8)), as: UTF8.self)
    }

    @Test(
        "A line that is no JSON object has no id",
        arguments: [
            ("", "syntax", 1), (" ", "syntax", 2), ("x", "syntax", 1), ("{", "syntax", 2), ("[]", "kind", 1),
            ("1", "kind", 1), ("null", "kind", 1), ("{}{}", "syntax", 3),
        ]
    )
    func noJSON(_ line: String, code: String, column: Int) throws {
        let value = try JSONValue(parsing: answer(line))
        #expect(value.objectValue?.map(\.key) == ["id", "error"])
        #expect(value["id"] == .null)
        let error = try #require(value["error"])
        #expect(error.objectValue?.map(\.key) == ["code", "message", "line", "column"])
        #expect(error["code"]?.stringValue == code)
        #expect(error["line"] == 1)
        #expect(error["column"]?.integerValue == Int64(column))
        let message = try #require(error["message"]?.stringValue)
        #expect(!message.isEmpty && !message.hasPrefix("1:"))
    }

    @Test(
        "A line that JSON would let pass, but not here, has no id",
        arguments: ["\u{FEFF}{}", #"{"id":1,"id":2}"#, "{\"id\":\"\u{1}\"}", #"{"id":"\ud800"}"#]
    )
    func notStrict(_ line: String) throws {
        let value = try JSONValue(parsing: answer(line))
        #expect(value["id"] == .null && value["valid"] == nil)
        #expect(value["error"]?["line"] == 1)
        #expect(value["error"]?["message"]?.stringValue?.isEmpty == false)
    }

    @Test(
        "A line that asks nothing sensible is not valid, and keeps its id",
        arguments: [
            "{}", #"{"id":7}"#, #"{"id":"a","jws":1,"jwk":{}}"#, #"{"id":"a","jws":"a.b.c"}"#,
            #"{"jws":"a.b.c","jwk":{},"jwks":{}}"#,
            #"{"jws":"a.b.c","jwk":null}"#, #"{"jws":"a.b.c","jwk":[]}"#, #"{"jws":"a.b.c","jwks":[]}"#,
            #"{"jws":"a.b.c","jwks":{"keys":[]}}"#, #"{"id":{"x":[1]},"jws":"a.b.c","jwk":{"kty":"EC"},"more":1}"#,
        ]
    )
    func notSensible(_ line: String) throws {
        let (input, value) = (try JSONValue(parsing: line), try JSONValue(parsing: answer(line)))
        #expect(value["id"] == input["id"] ?? .null)
        #expect(value["valid"] == false)
        #expect(value["error"]?["code"]?.stringValue?.isEmpty == false)
    }

    @Test func answersAreExact() throws {
        let key = SigningKey.generate(.es256, keyID: "k")
        let token = String(decoding: try key.sign([1, 2, 3]), as: UTF8.self)
        let jwk = String(decoding: JSONValue.object(key.verificationKey.jwk).serialized(), as: UTF8.self)
        #expect(answer(#"{"id":"1","jws":"\#(token)","jwk":\#(jwk)}"#) == #"{"id":"1","valid":true}"#)
        #expect(answer(#"{"id":2,"jws":"\#(token)","jwks":{"keys":[\#(jwk)]}}"#) == #"{"id":2,"valid":true}"#)
        #expect(answer(#"{"more":[1],"jwk":\#(jwk),"jwks":null,"jws":"\#(token)"}"#) == #"{"id":null,"valid":true}"#)
        #expect(
            answer(#"{"id":3,"jws":"\#(token)=","jwk":\#(jwk)}"#)
                == #"{"id":3,"valid":false,"error":{"code":"encoding","message":"the signature is not canonical base64url"}}"#
        )
    }

    @Test("Symmetric keys only when asked for by name")
    func symmetric() throws {
        for sample in try SharedData.sampleTokens() where sample.algorithm.hasPrefix("HS") {
            for key in [("jwk", sample.key), ("jwks", ["keys": [sample.key]])] {
                let line = JSONValue.object(JSONObject([("jws", .string(sample.token)), key])).serialized()
                let plain = try JSONValue(parsing: BatchVerification.answer(line))
                #expect(plain["valid"] == false && plain["error"]?["code"] == "key_unsupported")
                let asked = try JSONValue(parsing: BatchVerification.answer(line, insecureHMAC: true))
                #expect(asked["valid"] == true)
            }
        }
    }

    @Test func sizes() throws {
        let large = #"{"id":1,"jws":"\#(String(repeating: "a", count: 1 << 20))"}"#
        #expect(try JSONValue(parsing: answer(large))["error"]?["code"]?.stringValue == "size")
        // A long line within bounds is answered for what it says.
        let long = #"{"id":1,"jws":"\#(String(repeating: "a", count: 1 << 19)).b.c","jwk":{"kty":"EC"}}"#
        #expect(try JSONValue(parsing: answer(long))["valid"] == false)
    }
}
