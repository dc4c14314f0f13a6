// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Testing

@testable import SafeconductServer

@Suite struct RouteTableTests {
    private let table: RouteTable

    init() throws {
        table = try RouteTable([
            .echo("GET", "/v1/things"),
            .echo("GET", "/v1/things/{name}"),
            .echo("PUT", "/v1/things/{name}"),
            .echo("GET", "/v1/things/active"),
            .echo("POST", "/v1/things/{name}/lift"),
            .echo(nil, "/check/*"),
            .echo("GET", "/log/{log}/tile/*"),
            .echo("GET", "/log/{log}/checkpoint"),
        ])
    }

    @Test(arguments: [
        ("GET", "/v1/things", "GET /v1/things", []),
        ("HEAD", "/v1/things", "GET /v1/things", []),
        ("GET", "/v1/things/a", "GET /v1/things/{name}", ["a"]),
        ("GET", "/v1/things/active", "GET /v1/things/active", []),
        ("GET", "/v1/things/a%2Fb%20c", "GET /v1/things/{name}", ["a/b c"]),
        ("POST", "/v1/things/x/lift", "POST /v1/things/{name}/lift", ["x"]),
        ("BREW", "/check/", "ANY /check/*", ["/"]),
        ("GET", "/check//a/../b%2f", "ANY /check/*", ["//a/../b%2f"]),
        ("GET", "/log/control/tile/0/x001/067.p/5", "GET /log/{log}/tile/*", ["control", "/0/x001/067.p/5"]),
        ("GET", "/log/control/checkpoint", "GET /log/{log}/checkpoint", ["control"]),
    ])
    func leads(_ method: String, _ path: String, _ route: String, _ parameters: [String]) throws {
        guard case .found(let index, let values) = table.match(HTTPMethod(rawValue: method), path) else {
            Issue.record("\(method) \(path) leads nowhere")
            return
        }
        #expect(table.routes[index].name == route)
        #expect(values == parameters)
    }

    @Test(arguments: [
        "", "/", "/v1", "/v1/", "/v1/things/", "/v1/things//lift", "/v1//things", "/V1/things", "/v1/%74hings",
        "/check",
        "/log/control/tile", "/v1/things/a/b", "/v1/things/a/lift/", "things",
    ])
    func unknown(_ path: String) {
        guard case .unknown = table.match(.GET, path) else {
            Issue.record("\(path) leads somewhere")
            return
        }
    }

    @Test(arguments: [
        ("DELETE", "/v1/things/a", "GET, HEAD, PUT"),
        ("POST", "/v1/things", "GET, HEAD"),
        ("PUT", "/log/x/tile/0/000", "GET, HEAD"),
    ])
    func wrongMethod(_ method: String, _ path: String, _ allow: String) {
        guard case .wrongMethod(let names) = table.match(HTTPMethod(rawValue: method), path) else {
            Issue.record("\(method) \(path) is no wrong method")
            return
        }
        #expect(names == allow)
    }

    // The Kelvin sign is canonically equivalent to K: only bytes may decide.
    @Test(arguments: [
        "/v1/things/%", "/v1/things/%f", "/v1/things/%zz", "/v1/things/%ff", "/v1/thing\u{212A}", "/v1/a b",
    ])
    func malformed(_ path: String) {
        guard case .malformed = table.match(.GET, path) else {
            Issue.record("\(path) is well formed")
            return
        }
    }

    @Test func twoRoutesForOnePathAreRefused() {
        #expect(throws: RouteTable.Conflict.self) { try RouteTable([.echo("GET", "/a/{b}"), .echo("GET", "/a/{c}")]) }
        #expect(throws: RouteTable.Conflict.self) { try RouteTable([.echo(nil, "/a/*"), .echo(nil, "/a/*")]) }
    }
}
