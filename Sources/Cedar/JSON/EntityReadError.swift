// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Why entities could not be read: the text, its form, or how the entities stand to each other.
public enum EntityReadError: Error, Sendable, Equatable {
    /// The text is no JSON.
    case json(JSONError)
    /// The JSON is not of the entity form.
    case format(EntityFormatError)
    /// The entities cannot stand together.
    case store(EntityStoreError)
}

extension EntityReadError: CustomStringConvertible {
    /// The description of the cause.
    public var description: String {
        switch self {
        case .json(let error): error.description
        case .format(let error): error.description
        case .store(let error): error.description
        }
    }
}
