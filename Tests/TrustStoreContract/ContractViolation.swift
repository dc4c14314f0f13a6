// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

/// A promise of the store that a back end did not keep, and where in the suite it showed.
public struct ContractViolation: Error, CustomStringConvertible {
    /// What was expected.
    public let message: String
    /// The line of the suite, as `file:line`.
    public let place: String

    /// `message (place)`.
    public var description: String { "\(message) (\(place))" }
}

/// Goes on only when the condition holds.
func require(
    _ condition: Bool,
    _ message: @autoclosure () -> String,
    file: String = #fileID,
    line: Int = #line
) throws(ContractViolation) {
    guard condition else { throw ContractViolation(message: message(), place: "\(file):\(line)") }
}

/// Goes on only when there is a value.
func present<Value>(
    _ value: Value?,
    _ message: @autoclosure () -> String,
    file: String = #fileID,
    line: Int = #line
) throws(ContractViolation) -> Value {
    guard let value else { throw ContractViolation(message: message(), place: "\(file):\(line)") }
    return value
}
