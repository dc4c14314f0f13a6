#!/usr/bin/env python3
"""Checks a Safeconduct receipt or checkpoint with the Python standard library alone.

Nothing here is shared with the program under test: note and proof grammar, Ed25519 (RFC 8032) and the Merkle
arithmetic (RFC 9162) are written out below, so that a stranger can read in one sitting what a receipt proves.

usage: tlog_note_check.py receipt VKEY BODY_FILE PROOF_FILE [--origin ORIGIN]
       tlog_note_check.py checkpoint VKEY NOTE_FILE [--origin ORIGIN]

receipt     the .tlog-proof in PROOF_FILE shows that the log holds a salted commitment to the bytes of BODY_FILE
checkpoint  the note in NOTE_FILE is a checkpoint signed by the key
VKEY        the log's verifier key, name+keyid+base64; ORIGIN defaults to its name

exit status: 0 it holds, 1 it does not hold, 2 usage error or unreadable file
"""

# Safeconduct, the trust control plane for APIs and the machines that call them.
# Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
# SPDX-License-Identifier: Apache-2.0

import base64
import binascii
import hashlib
import re
import sys

DOMAIN = b"safeconduct.dev/leaf/v1\n"
HEADER = b"c2sp.org/tlog-proof@v1"


class Refused(Exception):
    """What was handed in proves nothing; the message says why."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# Ed25519, RFC 8032 section 5.1: slow and plain, for public data only.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def point_add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


def point_equal(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if x & 1 != sign else x


def point_decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def ed25519_verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = point_decompress(public), point_decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return point_equal(point_multiply(s, BASE), point_add(r, point_multiply(h, a)))


# Notes and checkpoints, c2sp.org/signed-note and c2sp.org/tlog-checkpoint.


def decode64(text, what):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(what + " is not base64")
    if base64.b64encode(data) != text:
        raise Refused(what + " is not canonical base64")
    return data


def decimal(text, what):
    if not re.fullmatch(rb"0|[1-9][0-9]{0,19}", text):
        raise Refused(what + " is not a plain decimal number")
    return int(text)


def parse_vkey(vkey):
    parts = vkey.encode().split(b"+", 2)
    if len(parts) != 3:
        raise Refused("the verifier key is not name+keyid+base64")
    name, key_id, material = parts[0], parts[1], decode64(parts[2], "the verifier key")
    if len(material) != 33 or material[0] != 1:
        raise Refused("the verifier key is not an Ed25519 note key")
    if sha256(name, b"\n", material)[:4].hex().encode() != key_id:
        raise Refused("the key id is not that of the name and key")
    return name, sha256(name, b"\n", material)[:4], material[1:]


def open_note(note, vkey):
    name, key_id, public = parse_vkey(vkey)
    try:
        note.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("the note is not UTF-8")
    if any(byte < 0x20 and byte != 0x0A for byte in note):
        raise Refused("the note has control characters")
    end = note.rfind(b"\n\n")
    if end < 0 or not note.endswith(b"\n") or end + 2 == len(note):
        raise Refused("no text, blank line and signatures ending in a newline")
    text, verified = note[: end + 1], False
    for line in note[end + 2 : -1].split(b"\n"):
        fields = line.split(b" ")
        if len(fields) != 3 or fields[0] != "\u2014".encode() or not fields[1] or b"+" in fields[1]:
            raise Refused("a signature line is malformed")
        blob = decode64(fields[2], "a signature")
        if len(blob) < 5:
            raise Refused("a signature is too short")
        if fields[1] == name and blob[:4] == key_id:
            if not ed25519_verify(public, text, blob[4:]):
                raise Refused("the signature of the known key does not verify")
            verified = True
    if not verified:
        raise Refused("the known key did not sign")
    return text


def open_checkpoint(note, vkey, origin):
    lines = open_note(note, vkey)[:-1].split(b"\n")
    if len(lines) < 3 or not all(lines):
        raise Refused("the note is not a checkpoint")
    if lines[0] != origin:
        raise Refused("the checkpoint is of another log")
    size, root = decimal(lines[1], "the tree size"), decode64(lines[2], "the root")
    if len(root) != 32 or (size == 0 and root != sha256()):
        raise Refused("the root is not one of a tree of this size")
    return size, root


# Proofs, c2sp.org/tlog-proof and RFC 9162 section 2.1.3.2.


def root_of_path(index, size, leaf, path):
    if index >= size:
        raise Refused("the index is not below the tree size")
    node, last, value = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise Refused("the proof is too long")
        if node & 1 or node == last:
            value = sha256(b"\x01", sibling, value)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            value = sha256(b"\x01", value, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise Refused("the proof is too short")
    return value


def check_receipt(vkey, body, proof, origin):
    head, blank, note = proof.partition(b"\n\n")
    lines = head.split(b"\n")
    if not blank or lines.pop(0) != HEADER:
        raise Refused("the file is not a " + HEADER.decode())
    if not lines or not lines[0].startswith(b"extra "):
        raise Refused("the receipt has no salt")
    salt = decode64(lines.pop(0)[6:], "the salt")
    if len(salt) != 32:
        raise Refused("the salt is not 32 bytes")
    if not lines or not lines[0].startswith(b"index "):
        raise Refused("the proof has no index")
    index = decimal(lines.pop(0)[6:], "the index")
    path = [decode64(line, "a hash") for line in lines]
    if any(len(value) != 32 for value in path):
        raise Refused("a hash is not 32 bytes")
    size, root = open_checkpoint(note, vkey, origin)
    commitment = sha256(DOMAIN, salt, body)
    if root_of_path(index, size, sha256(b"\x00", commitment), path) != root:
        raise Refused("the body, salt and hashes lead to another root")
    return f"leaf {index} of {size} of {origin.decode()} commits to this body"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main(arguments):
    origin = None
    if len(arguments) > 2 and arguments[-2] == "--origin":
        origin = arguments[-1].encode()
        arguments = arguments[:-2]
    command = arguments[0] if arguments else ""
    if (command, len(arguments)) not in {("receipt", 4), ("checkpoint", 3)}:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        vkey, files = arguments[1], [read(path) for path in arguments[2:]]
    except OSError as error:
        print(f"cannot read: {error}", file=sys.stderr)
        return 2
    if origin is None:
        origin = vkey.encode().split(b"+")[0]
    try:
        if command == "receipt":
            print("ok: " + check_receipt(vkey, files[0], files[1], origin))
        else:
            size, root = open_checkpoint(files[0], vkey, origin)
            print(f"ok: {origin.decode()} has {size} leaves and root {root.hex()}")
    except Refused as reason:
        print(f"refused: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
