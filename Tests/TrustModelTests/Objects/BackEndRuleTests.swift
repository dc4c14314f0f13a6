// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import TrustModel

@Suite("Rules of back ends")
struct BackEndRuleTests {
    @Test(arguments: [
        ("host", #""a,b""#, "/connection/host"), ("host", #""""#, "/connection/host"),
        ("port", "0", "/connection/port"), ("port", "65536", "/connection/port"),
        ("databases", "[]", "/connection/databases"), ("databases", #"["a","a"]"#, "/connection/databases"),
        ("databases", #"["host=elsewhere"]"#, "/connection/databases/0"),
        ("databases", #"["postgres://elsewhere"]"#, "/connection/databases/0"),
        ("user", #""a\u0000b""#, "/connection/user"), ("sslmode", #""prefer""#, "/connection/sslmode"),
        ("password", #""secret""#, "/connection/password"),
    ])
    func connections(_ member: String, _ value: String, _ pointer: String) throws {
        var object = try #require(try JSONValue(parsing: Sample.backEnd).objectValue)
        var connection = try #require(object["connection"]?.objectValue)
        connection[member] = try JSONValue(parsing: value)
        object["connection"] = .object(connection)
        let error = #expect(throws: ShapeError.self) { try BackEnd(stored: .object(object)) }
        #expect(error?.pointer == pointer)
    }

    @Test(arguments: [
        ("in_roles", "[]", "/roles/0/in_roles"), ("in_roles", #"["a","a"]"#, "/roles/0/in_roles"),
        ("in_roles", #"["pg_execute_server_program"]"#, "/roles/0/in_roles/0"),
        ("ttl_seconds", "29", "/roles/0/ttl_seconds"), ("maximum_seconds", "899", "/roles/0/maximum_seconds"),
        ("maximum_seconds", "2592001", "/roles/0/maximum_seconds"),
        ("connection_limit", "0", "/roles/0/connection_limit"),
        ("operation", #""a b""#, "/roles/0/operation"), ("login", "true", "/roles/0/login"),
    ])
    func roles(_ member: String, _ value: String, _ pointer: String) throws {
        var object = try #require(try JSONValue(parsing: Sample.backEnd).objectValue)
        var role = try #require(object["roles"]?.arrayValue?.first?.objectValue)
        role[member] = try JSONValue(parsing: value)
        object["roles"] = .array([.object(role)])
        let error = #expect(throws: ShapeError.self) { try BackEnd(stored: .object(object)) }
        #expect(error?.pointer == pointer)
        object["roles"] = []
        #expect(throws: ShapeError.self) { try BackEnd(stored: .object(object)) }
    }
}
