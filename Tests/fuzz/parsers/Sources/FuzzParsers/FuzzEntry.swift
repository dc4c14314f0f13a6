// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// What libFuzzer calls with each input. The first byte chooses the reader, the rest is what it reads.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let readers = FuzzReader.allCases
    readers[Int(bytes[0]) % readers.count].read(Array(bytes.dropFirst()))
    return 0
}

/// Ends the run with the input that made `condition` false: libFuzzer keeps it.
func expect(_ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String) {
    if !condition() { fatalError(message()) }
}
