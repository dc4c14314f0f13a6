// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// One line of a batch, newline-delimited JSON, and its answer: a tool's form for scripts.
public enum BatchLine {
    /// Why a line is not valid.
    public struct Refusal: Error {
        /// The stable name of the reason.
        public let code: String
        /// A sentence for people.
        public let message: String

        /// A reason.
        public init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// The most bytes of one line.
    public static let maximumBytes = 1 << 20

    /// Answers `{"id", "valid", ..., "error"?}` to a line that is a JSON object, `{"id": null, "error"}` to others.
    ///
    /// - Parameters:
    ///   - line: The line, without its end.
    ///   - check: What a valid line's answer has besides `id` and `valid`; throws why the line is not valid.
    public static func answer(
        _ line: [UInt8],
        check: (JSONObject) throws(Refusal) -> [(String, JSONValue)]
    ) -> [UInt8] {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: line, limits: JSONLimits(maximumBytes: maximumBytes))
        } catch {
            return fault(error.code.description, error.message, line: error.line, column: error.column)
        }
        guard case .object(let object) = value else {
            return fault("kind", "a line holds an object, not \(value.kindName)", line: 1, column: 1)
        }
        let id = object["id"] ?? .null
        do throws(Refusal) {
            return serialize([("id", id), ("valid", true)] + (try check(object)))
        } catch {
            let reason: JSONValue = ["code": .string(error.code), "message": .string(error.message)]
            return serialize([("id", id), ("valid", false), ("error", reason)])
        }
    }

    /// The answer to a line that asks nothing.
    private static func fault(_ code: String, _ message: String, line: Int, column: Int) -> [UInt8] {
        let error: JSONValue = [
            "code": .string(code), "message": .string(message), "line": .integer(Int64(line)),
            "column": .integer(Int64(column)),
        ]
        return serialize([("id", .null), ("error", error)])
    }

    private static func serialize(_ members: [(String, JSONValue)]) -> [UInt8] {
        JSONValue.object(JSONObject(members)).serialized()
    }
}
