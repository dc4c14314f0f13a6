// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import Safeconduct
import WorkloadIdentity

extension HTTPCall {
    /// The most bytes of a form.
    static let formBytes = FormParameters.Limits.standard.maximumBytes

    /// The request of an OAuth endpoint.
    ///
    /// - Parameter endpoint: The endpoint's URL, as the metadata gives it.
    /// - Throws: The refusal of what is no form, of a parameter that stands twice, of two credentials.
    func tokenRequest(at endpoint: String) throws(Problem) -> TokenRequest {
        guard headers["content-type"].count <= 1 else {
            throw Problem(.invalidRequest, "the header Content-Type stands more than once")
        }
        guard headers["authorization"].count <= 1 else {
            throw Problem(.invalidRequest, "the header Authorization stands more than once")
        }
        do throws(InvalidRequest) {
            try FormParameters.checkContentType(headers.first(name: "content-type"))
            return TokenRequest(
                parameters: try FormParameters(body),
                authorization: headers.first(name: "authorization"),
                proofs: headers["dpop"],
                endpoint: endpoint
            )
        } catch {
            throw Problem(error.code == .mediaType ? .unsupportedMediaType : .invalidRequest, error.message)
        }
    }
}
