// Safeconduct, the trust control plane for APIs and the machines that call them.
// Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
// SPDX-License-Identifier: Apache-2.0

import JOSE
import StrictJSON

/// Verifies chains of certificates line by line: newline-delimited JSON in, newline-delimited JSON out.
///
/// A line is `{"id", "bundles", "chain", "validAt"}`: `bundles` has for each trust domain the certificates of its
/// authorities and `chain` those that were presented, the leaf first, all as base64 of DER; `validAt` is the time in
/// seconds since 1970. Its answer is `{"id", "valid", "spiffe_id"?, "error"?}`, where `error` has the `code` and the
/// `message` of an ``X509SVIDRefusal``. A line that is no JSON object answers `{"id": null, "error"}`, where `error`
/// also has the `line` and `column` at fault.
public enum X509SVIDBatch {
    /// The answer to one line of at most 1 MiB, without the line's end.
    public static func answer(_ line: [UInt8]) -> [UInt8] {
        BatchLine.answer(line) { object throws(BatchLine.Refusal) in
            let bundles = try bundles(object["bundles"])
            let chain = try certificates(object["chain"], "chain")
            guard let now = object["validAt"].flatMap({ NumericDate($0) }) else {
                throw malformed("'validAt' is a time")
            }
            switch X509SVID.outcome(of: chain, bundles: bundles, at: now) {
            case .verified(let svid): return [("spiffe_id", .string(svid.id.description))]
            case .refused(let refusal):
                throw BatchLine.Refusal(code: refusal.code.description, message: refusal.message)
            }
        }
    }

    private static func bundles(_ value: JSONValue?) throws(BatchLine.Refusal) -> TrustBundles {
        guard let members = value?.objectValue else { throw malformed("'bundles' is an object") }
        do throws(WorkloadIdentityError) {
            var bundles: [TrustBundle] = []
            for member in members {
                guard let domain = TrustDomain(member.key) else {
                    throw WorkloadIdentityError(.bundle, "a name in 'bundles' is no trust domain")
                }
                let authorities: [[UInt8]]
                do throws(BatchLine.Refusal) {
                    authorities = try certificates(member.value, "bundles")
                } catch {
                    throw WorkloadIdentityError(.bundle, error.message)
                }
                bundles.append(try TrustBundle(trustDomain: domain, x509Authorities: authorities))
            }
            return try TrustBundles(bundles)
        } catch {
            throw BatchLine.Refusal(code: error.code.description, message: error.message)
        }
    }

    private static func certificates(_ value: JSONValue?, _ name: String) throws(BatchLine.Refusal) -> [[UInt8]] {
        guard let elements = value?.arrayValue else { throw malformed("'\(name)' holds arrays of base64") }
        var certificates: [[UInt8]] = []
        for element in elements {
            guard let der = element.stringValue.flatMap(Base64.decode) else {
                throw malformed("'\(name)' holds arrays of base64")
            }
            certificates.append(der)
        }
        return certificates
    }

    private static func malformed(_ message: String) -> BatchLine.Refusal {
        BatchLine.Refusal(code: "malformed", message: message)
    }
}
