// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Posture

@Suite("What a document says")
struct StructureTests {
    static func read(_ text: String) throws -> ApiDocument { try ApiDocument(parsing: Array(text.utf8)) }

    /// A document of one operation.
    static func document(root: String = "", operation: String = "", version: String = "openapi: 3.1.0") -> String {
        "\(version)\n\(root)\npaths:\n  /x:\n    get: {responses: {}\(operation.isEmpty ? "" : ", " + operation)}\n"
    }

    @Test(
        "An operation's requirement is its own, else the document's",
        arguments: [
            ("", "", SecurityRequirement.Access.none), ("security: []", "", .none), ("security: null", "", .none),
            ("security: [{key: []}]", "", .required), ("security: [{key: []}]", "security: []", .none),
            ("security: [{key: []}]", "security: null", .none), ("security: [{key: []}]", "security: [{}]", .optional),
            ("security: [{key: []}, {}]", "", .optional), ("", "security: [{}, {key: []}]", .optional),
            ("", "security: [{key: []}]", .required), ("security: [{}]", "security: [{key: []}]", .required),
            // Named together, they are all asked for; a scheme that nobody defined still asks for something.
            ("", "security: [{key: [], other: [a]}]", .required), ("", "security: [{nowhere: []}]", .required),
            // What is no list.
            ("", "security: {}", .none), ("", "security: {key: []}", .required), ("", "security: yes", .none),
            ("", "security: [null]", .optional),
        ]
    )
    func access(root: String, operation: String, expected: SecurityRequirement.Access) throws {
        let document = try Self.read(Self.document(root: root, operation: operation))
        #expect(document.operations.map(\.security.access) == [expected])
    }

    @Test("A scheme that is not defined is remarked upon, one that is is not")
    func undefined() throws {
        let defined = "components: {securitySchemes: {key: {type: apiKey, in: header, name: k}}}\n"
        #expect(try Self.read(Self.document(root: defined + "security: [{key: []}]")).remarks.isEmpty)
        let remarks = try Self.read(Self.document(root: "security: [{key: []}]")).remarks
        #expect(remarks.map(\.place) == ["/security/0"])
    }

    @Test(
        "Schemes are told by their type and what tells its kinds apart",
        arguments: [
            ("{type: http, scheme: basic}", "http:basic"), ("{type: http, scheme: bearer}", "http:bearer"),
            ("{type: apiKey, in: query, name: k}", "apiKey:query"), ("{type: oauth2, flows: {}}", "oauth2"),
            ("{type: openIdConnect}", "openIdConnect"), ("{type: mutualTLS}", "mutualTLS"), ("{type: http}", "http"),
            ("{$ref: '#/components/other'}", "http:digest"),
        ]
    )
    func schemes(text: String, kind: String) throws {
        let root = "components: {other: {type: http, scheme: digest}, securitySchemes: {a: \(text), b: {type: oauth2}}}"
        #expect(try Self.read(Self.document(root: root)).summary.schemes == [kind, "oauth2"])
    }

    @Test(
        "Versions, also where the quotes were forgotten",
        arguments: [
            ("openapi: 3.0.3", "3.0.3"), ("openapi: '3.1.0'", "3.1.0"), ("openapi: 3.0", "3.0"),
            ("swagger: 2.0", "2.0"),
            ("swagger: '2.0'", "2.0"), ("swagger: 2", "2.0"), ("openapi: 3.2.0", "3.2.0"),
        ]
    )
    func versions(line: String, version: String) throws {
        let document = try Self.read(Self.document(version: line))
        #expect(document.version == version)
        #expect(document.operations.count == 1)
    }

    @Test(
        "What is no document of these versions is refused",
        arguments: [
            "a: b", "openapi: 4.0.0\npaths: {}", "swagger: '1.2'", "swagger: '3.0'", "openapi: []", "[]", "text", "'x'",
            "{\"asyncapi\": \"2.0.0\"}", "openapi: 30.0.0", "openapi: 3.1.0\npaths: [a]", "null",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: PostureError.self) { try Self.read(text) }
        #expect(error?.code == .notOpenAPI)
    }

    @Test("Only the methods of the version are operations; what begins with x- is none")
    func methods() throws {
        let item = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query", "x-get", "GET"]
            .map { "    \($0): {}\n" }.joined()
        let paths = "paths:\n  /a:\n\(item)    parameters: []\n    summary: s\n  x-internal: {get: {}}\n"
        #expect(try Self.read("swagger: '2.0'\n" + paths).operations.count == 7)
        #expect(try Self.read("openapi: 3.0.0\n" + paths).operations.count == 8)
        #expect(try Self.read("openapi: 3.2.0\n" + paths).operations.map(\.method).last == "QUERY")
    }

    @Test("Webhooks and callbacks are no operations")
    func webhooks() throws {
        let document = try Self.read(
            "openapi: 3.1.0\nwebhooks: {a: {post: {}}, b: {post: {}}}\npaths: {/x: {post: {callbacks: "
                + "{c: {'{$request.body#/u}': {post: {}}}}}}}"
        )
        #expect(document.operations.count == 1)
        #expect(document.webhooks == 2)
    }

    @Test("A path item may stand elsewhere in the document; what stands beside the reference wins")
    func references() throws {
        let document = try Self.read(
            """
            openapi: 3.1.0
            paths:
              /a: {$ref: '#/components/pathItems/shared'}
              /b: {$ref: '#/paths/~1a', get: {operationId: own}}
              /c: {$ref: 'other.yaml#/a'}
              /d: {$ref: '#/paths/~1d'}
              /e: {$ref: '#/components/pathItems/%73hared'}
              /f: {$ref: '#/nowhere'}
            components: {pathItems: {shared: {get: {operationId: shared}, post: {operationId: made}}}}
            """
        )
        #expect(
            document.operations.map { "\($0.method) \($0.path) \($0.operationID ?? "")" } == [
                "GET /a shared", "POST /a made", "GET /b own", "POST /b made", "GET /e shared", "POST /e made",
            ]
        )
        #expect(document.remarks.map(\.place) == ["/paths/~1c", "/paths/~1d", "/paths/~1f"])
    }

    @Test("A reference to a reference brings what stands beside each on the way, the nearest first")
    func chains() throws {
        let document = try Self.read(
            """
            openapi: 3.1.0
            security: [{k: []}]
            paths:
              /b: {$ref: '#/components/pathItems/B', delete: {security: []}}
              /c: {$ref: '#/paths/~1b'}
              /d: {$ref: '#/paths/~1c', get: {operationId: own}, put: {}}
              /e: {$ref: '#/paths/~1d', put: {operationId: nearest}}
              /f: {$ref: '#/components/pathItems/Broken'}
              /g: {$ref: '#/paths/~1h', get: {}}
              /h: {$ref: '#/paths/~1g', put: {}}
            components:
              securitySchemes: {k: {type: apiKey, in: header, name: K}}
              pathItems:
                B: {get: {operationId: shared}}
                Broken: {$ref: 'other.yaml', patch: {}}
            """
        )
        let seen = document.operations.map {
            "\($0.method) \($0.path) \($0.operationID ?? "")\($0.security.access == .none ? "open" : "")"
        }
        #expect(
            seen.sorted() == [
                "DELETE /b open", "DELETE /c open", "DELETE /d open", "DELETE /e open", "GET /b shared",
                "GET /c shared", "GET /d own", "GET /e own", "GET /g ", "GET /h ", "PATCH /f ", "PUT /d ",
                "PUT /e nearest", "PUT /g ", "PUT /h ",
            ]
        )
        #expect(document.remarks.map(\.place) == ["/paths/~1f", "/paths/~1g", "/paths/~1h"])
    }

    @Test("Parameters are the path's and the operation's, each once")
    func parameters() throws {
        let document = try Self.read(
            """
            openapi: 3.1.0
            paths:
              /a/{id}:
                parameters: [{name: id, in: path}, {$ref: '#/components/parameters/page'}]
                get: {parameters: [{name: id, in: query}, {name: id, in: path, required: true}]}
            components: {parameters: {page: {name: page, in: query}}}
            """
        )
        #expect(
            document.operations.first?.parameters.map { "\($0.location):\($0.name)" } == [
                "path:id", "query:page", "query:id",
            ]
        )
    }

    @Test("Servers, their variables replaced, the nearest statement winning")
    func servers() throws {
        let document = try Self.read(
            """
            openapi: 3.1.0
            servers: [{url: 'https://{env}.example.com:8443/v{n}/', variables: {env: {default: test}, n: {default: 2}}}]
            paths:
              /a: {get: {}, servers: [{url: /relative}], post: {servers: [{url: 'HTTP://Plain.example.com'}]}}
              /b: {get: {}}
            """
        )
        #expect(document.servers.map(\.host) == ["test.example.com:8443"])
        #expect(document.servers.map(\.basePath) == ["/v2"])
        #expect(
            document.operations.map { $0.servers.first?.url } == [
                "/relative", "HTTP://Plain.example.com", "https://test.example.com:8443/v2/",
            ]
        )
        #expect(document.operations[1].servers.map(\.isPlain) == [true])
        let two = try Self.read("swagger: '2.0'\nhost: a.example\nbasePath: /v1\nschemes: [https, http]\npaths: {}")
        #expect(two.servers.map(\.url) == ["https://a.example/v1", "http://a.example/v1"])
    }

    @Test("Deprecated", arguments: [("true", 1), ("false", 0), ("yes", 1), ("null", 0), ("no", 0)])
    func deprecated(text: String, count: Int) throws {
        #expect(try Self.read(Self.document(operation: "deprecated: \(text)")).summary.deprecated == count)
    }

    @Test("The two forms of one document say the same", arguments: ["shop-3", "shop-2"])
    func twins(name: String) throws {
        let json = try ApiDocument(parsing: Corpus.sample(name + ".json"))
        let yaml = try ApiDocument(parsing: Corpus.sample(name + ".yaml"))
        #expect(json.summary == yaml.summary)
        #expect(json.operations == yaml.operations)
        #expect(json.servers == yaml.servers)
        #expect(json.schemes == yaml.schemes)
        #expect(
            json.summary
                == (name == "shop-3"
                    ? PostureSummary(
                        operations: 6,
                        unsecured: 1,
                        optional: 1,
                        deprecated: 1,
                        schemes: ["http:bearer", "apiKey:header"]
                    )
                    : PostureSummary(
                        operations: 3,
                        unsecured: 1,
                        optional: 0,
                        deprecated: 1,
                        schemes: ["basic", "oauth2"]
                    ))
        )
    }
}
