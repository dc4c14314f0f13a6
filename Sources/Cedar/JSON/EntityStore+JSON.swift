// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension EntityStore {
    /// The store of the entities in `json`, an array in Cedar's entity form.
    public init(json: JSONValue) throws(EntityReadError) {
        guard let list = json.arrayValue else {
            throw .format(JSONPath.root.error(.kind, "entities are an array, not \(json.kindName)"))
        }
        var entities: [Entity] = []
        entities.reserveCapacity(list.count)
        for (index, element) in list.enumerated() {
            do throws(EntityFormatError) {
                entities.append(try Entity(json: element, at: JSONPath.root.element(index)))
            } catch {
                throw .format(error)
            }
        }
        do throws(EntityStoreError) {
            try self.init(entities)
        } catch {
            throw .store(error)
        }
    }

    /// The store of the entities in a JSON text.
    public init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(EntityReadError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes, limits: limits)
        } catch {
            throw .json(error)
        }
        try self.init(json: json)
    }

    /// All entities in Cedar's entity form.
    public var json: JSONValue { .array(all.map(\.json)) }
}
