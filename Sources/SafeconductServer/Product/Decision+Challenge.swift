// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import Safeconduct

extension Decision {
    /// What the caller has to be told in `WWW-Authenticate`; nil when no credential could help.
    var challenge: String? {
        if authenticate {
            // RFC 6750 section 3.1: without a token there is no error to name.
            if reason == "token_missing" { return "Bearer realm=\"safeconduct\"" }
            return "Bearer realm=\"safeconduct\", error=\"invalid_token\", error_description=\"\(reason)\""
        }
        // RFC 9470 section 3: the token is valid, and more is wanted.
        guard outcome == .challenge else { return nil }
        return "Bearer realm=\"safeconduct\", error=\"insufficient_user_authentication\""
    }
}
