# Safeconduct, the trust control plane for APIs and the machines that call them.
# Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
# SPDX-License-Identifier: Apache-2.0
"""Prints one signed token of each algorithm with fresh keys, one JSON object a line (needs PyPI cryptography)."""
import base64
import json

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
PAYLOAD = b'{"iss":"https://issuer.example","sub":"sample","aud":"safeconduct","iat":1767225600,"exp":1767229200}'


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return text(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def emit(algorithm, jwk, sign):
    header = json.dumps({"alg": algorithm, "kid": jwk["kid"]}, separators=(",", ":")).encode()
    signed = f"{text(header)}.{text(PAYLOAD)}"
    token = f"{signed}.{text(sign(signed.encode()))}"
    print(json.dumps({"alg": algorithm, "jws": token, "jwk": jwk}, separators=(",", ":")))


for algorithm, curve, name, size in [
    ("ES256", ec.SECP256R1(), "P-256", 32),
    ("ES384", ec.SECP384R1(), "P-384", 48),
    ("ES512", ec.SECP521R1(), "P-521", 66),
]:
    key = ec.generate_private_key(curve)
    point = key.public_key().public_numbers()

    def sign(message):
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(HASHES[algorithm[2:]]())))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    jwk = {"kty": "EC", "crv": name, "x": number(point.x, size), "y": number(point.y, size), "kid": algorithm.lower()}
    emit(algorithm, jwk, sign)

key = rsa.generate_private_key(65537, 2048)
public = key.public_key().public_numbers()
jwk = {"kty": "RSA", "n": number(public.n), "e": number(public.e), "kid": "rsa"}
for bits, digest in HASHES.items():
    emit(f"RS{bits}", jwk, lambda message: key.sign(message, padding.PKCS1v15(), digest()))
for bits, digest in HASHES.items():
    pss = padding.PSS(padding.MGF1(digest()), digest.digest_size)
    emit(f"PS{bits}", jwk, lambda message: key.sign(message, pss, digest()))

key = ed25519.Ed25519PrivateKey.generate()
raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
for algorithm in ["EdDSA", "Ed25519"]:
    emit(algorithm, {"kty": "OKP", "crv": "Ed25519", "x": text(raw), "kid": "ed"}, key.sign)

secret = bytes(range(100, 164))
for bits, digest in HASHES.items():

    def authenticate(message):
        code = hmac.HMAC(secret, digest())
        code.update(message)
        return code.finalize()

    emit(f"HS{bits}", {"kty": "oct", "k": text(secret), "alg": f"HS{bits}", "kid": "secret"}, authenticate)
