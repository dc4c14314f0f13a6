// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import TrustStore

@Suite struct ReservedSpaceTests {
    private func inPlace(_ body: (String) throws -> Void) throws {
        let place = NSTemporaryDirectory() + "safeconduct-reserve-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        try body(place)
    }

    private func size(_ place: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: place + "/reserve")
        return (attributes[.size] as? NSNumber)?.intValue ?? -1
    }

    @Test func itIsCutBackPieceByPieceAndFilledAgain() throws {
        try inPlace { place in
            let space = ReservedSpace(directory: place)
            #expect(space.current == .notKept && !space.release())
            #expect(space.keep() && space.current == .whole)
            #expect(try size(place) == ReservedSpace.bytes)
            var pieces = 0
            var last = ReservedSpace.bytes
            while space.release() {
                pieces += 1
                #expect(space.current == .short)
                let now = try size(place)
                #expect(now < last)
                last = now
            }
            #expect(pieces > 4 && last == 0)
            #expect(space.keep() && space.current == .whole)
            #expect(try size(place) == ReservedSpace.bytes)
            // Another process finds it as it is, and closed to others.
            #expect(ReservedSpace(directory: place).keep())
            let mode = try FileManager.default.attributesOfItem(atPath: place + "/reserve")[.posixPermissions]
            #expect((mode as? NSNumber)?.intValue == 0o600)
        }
    }

    @Test func whereNothingCanBeMadeItIsShort() throws {
        let space = ReservedSpace(directory: "/nonexistent/safeconduct")
        #expect(!space.keep() && space.current == .short && !space.release())
    }
}
