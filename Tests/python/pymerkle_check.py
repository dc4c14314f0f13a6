#!/usr/bin/env python3
"""Recomputes the root of a log's entries with PyPI's pymerkle and compares it with a checkpoint.

usage: pymerkle_check.py CHECKPOINT_FILE hex FILE
       pymerkle_check.py CHECKPOINT_FILE bundles FILE...

hex      FILE has one entry a line, in hexadecimal ("-" reads standard input)
bundles  each FILE is an entry bundle of c2sp.org/tlog-tiles, in order

Signatures are not checked here: tlog_note_check.py does that.
exit status: 0 equal, 1 not equal, 2 usage error, unreadable file or pymerkle missing
"""

# Safeconduct, the trust control plane for APIs and the machines that call them.
# Copyright 2026 the Safeconduct authors. Licensed under the Apache License 2.0.
# SPDX-License-Identifier: Apache-2.0

import base64
import sys


def bundle_entries(data):
    entries, offset = [], 0
    while offset < len(data):
        length = int.from_bytes(data[offset : offset + 2], "big")
        offset += 2
        if offset + length > len(data):
            raise ValueError("an entry bundle ends within an entry")
        entries.append(data[offset : offset + length])
        offset += length
    return entries


def read(path):
    if path == "-":
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:
        return file.read()


def main(arguments):
    if len(arguments) < 3 or arguments[1] not in ("hex", "bundles") or (arguments[1] == "hex" and len(arguments) > 3):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        from pymerkle import InmemoryTree
    except ImportError:
        print("pymerkle is not installed: pip install pymerkle==7.0.0", file=sys.stderr)
        return 2
    try:
        lines = read(arguments[0]).split(b"\n")
        size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
        entries = []
        for path in arguments[2:]:
            data = read(path)
            entries += bundle_entries(data) if arguments[1] == "bundles" else map(bytes.fromhex, data.decode().split())
    except (OSError, ValueError, IndexError) as error:
        print(f"cannot read: {error}", file=sys.stderr)
        return 2
    if len(entries) < size:
        print(f"not equal: {len(entries)} entries for a tree of {size}", file=sys.stderr)
        return 1
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries[:size]:
        tree.append_entry(entry)
    if tree.get_root() != root:
        print(f"not equal: pymerkle has {tree.get_root().hex()}, the checkpoint {root.hex()}", file=sys.stderr)
        return 1
    print(f"ok: pymerkle {size} entries, root {root.hex()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
