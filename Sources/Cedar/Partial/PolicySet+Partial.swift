// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension PolicySet {
    /// Evaluates the policies as far as a partial request allows.
    ///
    /// With a schema, the unknowns are taken to be of the types it allows, the requests that the partial one stands for
    /// to be valid, and the entities to conform: a required attribute of an entity that exists is there, `is` and `in`
    /// on types that cannot match are false. Who has not validated the entities asks without one; then nothing is taken
    /// for granted and more is left over.
    ///
    /// Time and memory are proportional to the size of the policies.
    /// - Throws: ``PartialRequestError`` when the schema has no action that applies to such a request.
    public func authorizePartially(
        _ request: PartialRequest,
        entities: some EntityLookup,
        schema: Schema? = nil
    ) throws(PartialRequestError) -> PartialResponse {
        let environment = try PartialEnvironment(request, schema: schema)
        let residuals = policies.indices.map {
            PolicyResidual(policies[$0], at: $0, request: request, environment: environment, entities: entities)
        }
        return PartialResponse(request, residuals, of: self)
    }
}
