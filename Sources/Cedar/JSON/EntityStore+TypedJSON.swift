// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

extension EntityStore {
    /// The store of the entities in `json`, an array in Cedar's entity form, read with a schema.
    ///
    /// What the schema implies may be left out, what does not fit it is refused, and its actions with their groups are
    /// there whether they are given or not. An action that is given must be in the groups the schema puts it in, over
    /// the actions that are given with it.
    public init(json: JSONValue, schema: Schema) throws(EntityReadError) {
        guard let list = json.arrayValue else {
            throw .format(JSONPath.root.error(.kind, "entities are an array, not \(json.kindName)"))
        }
        var entities: [Entity] = []
        entities.reserveCapacity(list.count + schema.actions.count)
        var actions: [Int] = []
        for (index, element) in list.enumerated() {
            do throws(EntityFormatError) {
                entities.append(try Entity(json: element, schema: schema, at: JSONPath.root.element(index)))
            } catch {
                throw .format(error)
            }
            if entities[index].uid.type.isAction { actions.append(index) }
        }
        if !actions.isEmpty { try Self.check(actions, of: entities, schema) }
        let given = Set(actions.map { entities[$0].uid })
        do throws(EntityStoreError) {
            try self.init(entities + schema.actionEntities.filter { !given.contains($0.uid) })
        } catch {
            throw .store(error)
        }
    }

    /// The store of the entities in a JSON text, read with a schema.
    public init(parsing bytes: [UInt8], schema: Schema, limits: JSONLimits = .standard) throws(EntityReadError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes, limits: limits)
        } catch {
            throw .json(error)
        }
        try self.init(json: json, schema: schema)
    }

    private static func check(
        _ actions: [Int],
        of entities: [Entity],
        _ schema: Schema
    ) throws(EntityReadError) {
        let store: EntityStore
        do throws(EntityStoreError) { store = try EntityStore(entities) } catch { throw .store(error) }
        for index in actions {
            guard let action = schema.actions[entities[index].uid], let handle = store.handle(of: action.uid),
                Set(store.ancestors(of: handle)) != action.ancestors
            else { continue }
            throw .format(EntityFormatError(schema.mismatch(action, at: JSONPath.root.element(index))))
        }
    }
}
