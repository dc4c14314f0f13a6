// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// Reads SPIFFE IDs line by line: newline-delimited JSON in, newline-delimited JSON out.
///
/// A line is `{"id", "text"}`; its answer is `{"id", "valid", "error"?}`, where `error` has the `code` and the
/// `message` of a ``SPIFFEIDRefusal``. A line that is no JSON object answers `{"id": null, "error"}`, where `error`
/// also has the `line` and `column` at fault.
public enum SPIFFEIDBatch {
    /// The answer to one line of at most 1 MiB, without the line's end.
    public static func answer(_ line: [UInt8]) -> [UInt8] {
        BatchLine.answer(line) { object throws(BatchLine.Refusal) in
            guard let text = object["text"]?.stringValue else {
                throw BatchLine.Refusal(code: "malformed", message: "'text' is a string")
            }
            do throws(SPIFFEIDRefusal) {
                _ = try SPIFFEID(validating: text)
            } catch {
                throw BatchLine.Refusal(code: error.code, message: error.message)
            }
            return []
        }
    }
}
