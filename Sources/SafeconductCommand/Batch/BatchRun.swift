// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Answers line by line: newline-delimited JSON in, newline-delimited JSON out, in the order of the input.
///
/// Every line gets its answer at once, so that two programs can talk through the pipes; a bad line stops nothing.
enum BatchRun {
    /// Answers every line of `input`, none of which has more than `maximumBytes`, on `output`.
    ///
    /// - Throws: ``CommandFailure`` when a stream fails; then not every line was answered.
    static func run(
        input: Int32,
        output: Int32,
        maximumBytes: Int = 1 << 20,
        answer: ([UInt8]) -> [UInt8]
    ) throws(CommandFailure) {
        var lines = LineReader(input, maximumBytes: maximumBytes)
        while let line = try lines.next() {
            var bytes =
                switch line {
                case .bytes(let line): answer(line)
                case .tooLong: tooLong(maximumBytes)
                }
            bytes.append(UInt8(ascii: "\n"))
            guard Console.write(bytes, to: output) else {
                throw CommandFailure(.error, "the answers cannot be written: nobody reads them any more")
            }
        }
    }

    private static func tooLong(_ maximumBytes: Int) -> [UInt8] {
        let error: JSONValue = [
            "code": "size", "message": .string("the line has more than \(maximumBytes) bytes"), "line": 1, "column": 1,
        ]
        return JSONValue.object(JSONObject([("id", .null), ("error", error)])).serialized()
    }
}
