"""Reads a transparency log from outside: signed checkpoints, tiles and entry bundles (c2sp.org/tlog-tiles), and the
Merkle arithmetic of RFC 6962, written here anew so that it can disagree with the server's."""

import base64
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LEAF_DOMAIN = b"safeconduct.dev/leaf/v1\n"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_WIDTH = 256


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    """The root over leaf hashes (RFC 6962 2.1), by merging complete subtrees from the right."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    stack = []
    for index, value in enumerate(hashes):
        while index & 1:
            value = node_hash(stack.pop(), value)
            index >>= 1
        stack.append(value)
    value = stack.pop()
    while stack:
        value = node_hash(stack.pop(), value)
    return value


def root_from_path(index, size, value, path):
    """The root that an inclusion path leads to (RFC 9162 2.1.3.2), or None when the path has the wrong length."""
    if index >= size:
        return None
    last = size - 1
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            value = node_hash(sibling, value)
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            value = node_hash(value, sibling)
        index >>= 1
        last >>= 1
    return value if last == 0 else None


def commitment(salt, body):
    return hashlib.sha256(LEAF_DOMAIN + salt + body).digest()


def decision_leaf(decision_id):
    """(milliseconds, node, leaf index) that a decision id is made of."""
    value = 0
    for digit in decision_id.removeprefix("dec_"):
        value = value << 5 | _CROCKFORD.index(digit)
    return value >> 80, value >> 64 & 0xFFFF, value & 0xFFFF_FFFF_FFFF_FFFF


class Checkpoint:
    """A signed note that says size and root of a log; its signature was checked with `vkey`."""

    def __init__(self, note, vkey):
        text, separator, signatures = note.partition(b"\n\n")
        if not separator or not note.endswith(b"\n"):
            raise AssertionError(f"not a signed note: {note[:200]!r}")
        text += b"\n"
        lines = text.decode().split("\n")
        self.origin, self.size, self.root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
        self.note = note
        name, key_id, key = vkey.split("+", 2)
        key = base64.b64decode(key, validate=True)
        if key[0] != 1 or hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] != key_id:
            raise AssertionError(f"not an Ed25519 verifier key: {vkey}")
        for line in signatures.decode().splitlines():
            found = re.fullmatch(r"\u2014 (\S+) (\S+)", line)
            if found and found[1] == name:
                blob = base64.b64decode(found[2], validate=True)
                if blob[:4].hex() == key_id:
                    try:
                        Ed25519PublicKey.from_public_bytes(key[1:]).verify(blob[4:], text)
                        return
                    except InvalidSignature:
                        raise AssertionError(f"the signature of {self.origin} at {self.size} is wrong") from None
        raise AssertionError(f"no signature of {name} under the checkpoint of {self.origin}")


class Receipt:
    """A `.tlog-proof`: salt, index, path, checkpoint."""

    def __init__(self, text, vkey):
        head, _, note = text.partition(b"\n\n")
        lines = head.decode().split("\n")
        if lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra ") or lines[2][:6] != "index ":
            raise AssertionError(f"not a receipt: {text[:200]!r}")
        self.salt = base64.b64decode(lines[1][6:], validate=True)
        self.index = int(lines[2][6:])
        self.path = [base64.b64decode(line, validate=True) for line in lines[3:]]
        self.checkpoint = Checkpoint(note, vkey)

    def check(self, body):
        entry = commitment(self.salt, body)
        root = root_from_path(self.index, self.checkpoint.size, leaf_hash(entry), self.path)
        if root != self.checkpoint.root:
            raise AssertionError(f"leaf {self.index} of {self.checkpoint.size} leads to another root")
        return entry


class Log:
    """One log of a server. `fetch(path)` returns the bytes at /log/NAME/path."""

    def __init__(self, name, vkey, fetch):
        self.name = name
        self.vkey = vkey
        self._fetch = fetch

    def checkpoint(self):
        return Checkpoint(self._fetch("checkpoint"), self.vkey)

    def leaf_hashes(self, size):
        """The leaf hashes 0..<size out of the level-0 tiles."""
        hashes = []
        for number, width in _tiles(size):
            data = self._fetch(f"tile/0/{tile_path(number, width)}")
            if len(data) != 32 * width:
                raise AssertionError(f"{self.name}: tile 0/{number} has {len(data)} bytes instead of {32 * width}")
            hashes += [data[at : at + 32] for at in range(0, len(data), 32)]
        return hashes

    def entries(self, size):
        """The entries 0..<size out of the bundles."""
        entries = []
        for number, width in _tiles(size):
            data = self._fetch(f"tile/entries/{tile_path(number, width)}")
            at, found = 0, 0
            while at < len(data):
                length = int.from_bytes(data[at : at + 2], "big")
                entries.append(data[at + 2 : at + 2 + length])
                at += 2 + length
                found += 1
            if at != len(data) or found != width:
                raise AssertionError(f"{self.name}: bundle {number} has {found} entries instead of {width}")
        return entries

    def check(self):
        """Recomputes the newest checkpoint from tiles and bundles. Returns (checkpoint, entries)."""
        checkpoint = self.checkpoint()
        hashes = self.leaf_hashes(checkpoint.size)
        entries = self.entries(checkpoint.size)
        if [leaf_hash(entry) for entry in entries] != hashes:
            raise AssertionError(f"{self.name}: tiles and entry bundles disagree")
        if root_of(hashes) != checkpoint.root:
            raise AssertionError(f"{self.name}: {checkpoint.size} leaves have another root than the checkpoint")
        return checkpoint, entries


def _tiles(size):
    for number in range(size // _WIDTH):
        yield number, _WIDTH
    if size % _WIDTH:
        yield size // _WIDTH, size % _WIDTH


def tile_path(number, width=_WIDTH):
    """`x001/x234/067` with `.p/W` when partial (c2sp.org/tlog-tiles)."""
    parts = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        parts.insert(0, f"x{number % 1000:03}")
    return "/".join(parts) + ("" if width == _WIDTH else f".p/{width}")


def verifier_keys(text):
    """{key name: vkey} of everything in `text` that has the form of a verifier key."""
    found = re.findall(r"[^\s\"+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40,}=*", text)
    return {key.split("+", 1)[0]: key for key in found}
