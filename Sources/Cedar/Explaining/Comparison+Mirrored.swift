// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

extension ExpressionNode.Comparison {
    /// The same comparison with its sides exchanged.
    var mirrored: ExpressionNode.Comparison {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }

    /// The comparison that holds where this one does not.
    var opposite: ExpressionNode.Comparison {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        }
    }
}
