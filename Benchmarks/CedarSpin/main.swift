// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Cedar
import Foundation
import StrictJSON

// cedar-spin POLICIES ENTITIES REQUESTS ROUNDS: asks every request so many times; prints by how many bytes this process
// grew with the policies.
//
// A program of its own because it runs under valgrind, which an asynchronous main program and a large binary are too
// much for.
let arguments = CommandLine.arguments
guard arguments.count == 5, let rounds = Int(arguments[4]) else {
    FileHandle.standardError.write(Data("usage: cedar-spin POLICIES ENTITIES REQUESTS ROUNDS\n".utf8))
    exit(2)
}
let limits = JSONLimits(maximumBytes: 1 << 30, maximumDepth: 64, maximumValues: 1 << 26)
let texts = try arguments[1...3].map { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }

func residentPages() -> Int {
    guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return 0 }
    let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
    return fields.count > 1 ? Int(fields[1]) ?? 0 : 0
}

let before = residentPages()
let bench = try PolicyBenchmark(policies: texts[0], entities: Array("[]".utf8), requests: texts[2], limits: limits)
print((residentPages() - before) * sysconf(Int32(_SC_PAGESIZE)))
let entities = try EntityStore(parsing: texts[1], limits: limits)
for _ in 0..<rounds {
    for request in bench.requests {
        withExtendedLifetime(bench.policies.authorize(request, entities: entities)) {}
    }
}
