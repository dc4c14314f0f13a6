// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing
import TrustModel

struct ApiTests {
    private func pointer(_ text: String) throws -> String? {
        do {
            let _: Api = try Sample.read(text)
            return nil
        } catch let error as ShapeError {
            return error.pointer
        }
    }

    @Test func routesStandBelowTheBasePath() throws {
        let api: Api = try Sample.read(Sample.api())
        let segments = try #require(CallTarget.segments(ofPath: "/v1/orders/17"))
        let index = try #require(api.routes.operation(method: "DELETE", segments: segments))
        #expect(api.operations[index].name == "cancel")
        #expect(api.operations[index].capabilities == [.mintsCredentials, .readsPersonalData])
        let bare = try #require(CallTarget.segments(ofPath: "/orders/17"))
        #expect(api.routes.operation(method: "DELETE", segments: bare) == nil)
    }

    @Test(arguments: ["v1", "/v1/", "/{v}", "/v1?", "/v1?x=", "/a/../b", "/a%2Fb", "//", "/v1#"])
    func basePaths(text: String) throws { #expect(try pointer(Sample.api(basePath: text)) == "/base_path") }

    @Test func rootBasePath() throws {
        let api: Api = try Sample.read(Sample.api(basePath: "/"))
        #expect(api.basePath.isEmpty)
    }

    @Test(arguments: [
        (Sample.operation("o", "get", "/o"), "/operations/0/method"),
        (Sample.operation("o", "GET", "o"), "/operations/0/path"),
        (Sample.operation("o", "GET", "/o?x"), "/operations/0/path"),
        (Sample.operation("O", "GET", "/o"), "/operations/0/name"),
        (Sample.operation("o", "GET", "/o", action: "raed"), "/operations/0/action"),
        (Sample.operation("o", "GET", "/o") + "," + Sample.operation("o", "PUT", "/o"), "/operations/1/name"),
        (Sample.operation("o", "GET", "/{a}") + "," + Sample.operation("p", "GET", "/{b}"), "/operations/1/path"),
        (#"{"name":"o","method":"GET","path":"/o","sensitivity":1001}"#, "/operations/0/sensitivity"),
        (#"{"name":"o","method":"GET","path":"/o","sensitivity":-1}"#, "/operations/0/sensitivity"),
        (#"{"name":"o","method":"GET","path":"/o","capabilities":["x"]}"#, "/operations/0/capabilities/0"),
        (#"{"name":"o","method":"GET","path":"/o","attributes":["A"]}"#, "/operations/0/attributes/0"),
        (#"{"name":"o","method":"GET","path":"/o","acton":"read"}"#, "/operations/0/acton"),
        (
            Sample.operation("o", "GET", "/" + String(repeating: "a", count: CallTarget.longestPath - 1)),
            "/operations/0/path"
        ),
        (Sample.operation("o", "GET", String(repeating: "/a", count: 64)), "/operations/0/path"),
        ("1", "/operations/0"),
    ])
    func operations(text: String, at pointer: String) throws {
        #expect(try self.pointer(Sample.api(operations: text)) == pointer)
    }

    @Test(arguments: ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "QUERY", "TRACE"])
    func actionByMethod(method: String) throws {
        let api: Api = try Sample.read(
            Sample.api(operations: #"{"name":"o","method":"\#(method)","path":"/o"}"#)
        )
        // Whatever is not known to change nothing counts as changing.
        #expect(api.operations[0].action == (["GET", "HEAD", "OPTIONS"].contains(method) ? .read : .write))
        #expect(try Sample.read(Sample.text(api)) == api)
    }

    @Test func hostsAreNormalised() throws {
        let api: Api = try Sample.read(Sample.api(hosts: #""API.example.:443","b:8443""#))
        #expect(api.hosts == ["api.example", "b:8443"])
        #expect(try pointer(Sample.api(hosts: #""ok","a b""#)) == "/hosts/1")
        #expect(try pointer(Sample.api(hosts: (0..<65).map { #""h\#($0)""# }.joined(separator: ","))) == "/hosts")
    }

    @Test func operationLimit() throws {
        func operations(_ count: Int) -> String {
            (0..<count).map { #"{"name":"o\#($0)","method":"GET","path":"/o\#($0)"}"# }.joined(separator: ",")
        }
        #expect(try pointer(Sample.api(operations: operations(Api.operationLimit))) == nil)
        #expect(try pointer(Sample.api(operations: operations(Api.operationLimit + 1))) == "/operations")
    }
}
