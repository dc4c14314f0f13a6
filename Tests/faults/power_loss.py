"""What a power failure would have left of a folder, made from what a kill -9 left and the journal of `unsynced.c`.

    cc -shared -fPIC -o unsynced.so Tests/faults/unsynced.c -ldl -lpthread

Everything since a file's last sync is taken back; then some of it is done again, as a disk might have: with the kind
`lost` each write is whole or missing (the later ones, or any), with `torn` each of its 512-byte sectors is there or not.
Names made, moved or taken away since the last sync of their directory may be as they were before. The index that SQLite
shares between processes (`-shm`) is only a mapping, and gone.
"""

import os
import struct
from pathlib import Path

OPENED, CREATED, WRITE, TRUNCATE, SYNC, DIRSYNC, UNLINK, RENAME = range(1, 9)
HEAD = struct.Struct("<IIQQQII")
MAGIC = 0x53664661
SECTOR = 512
KINDS = ("lost", "torn")


def records(path):
    """The records of a journal; one that the kill cut short never came about."""
    data = path.read_bytes()
    at = 0
    while at + HEAD.size <= len(data):
        magic, kind, file, a, b, first, second = HEAD.unpack_from(data, at)
        if magic != MAGIC:
            raise ValueError(f"{path}: no record at {at}")
        at += HEAD.size
        if at + first + second > len(data):
            return
        yield kind, file, a, b, data[at : at + first], data[at + first : at + first + second]
        at += first + second


class File:
    """One file's contents: the unsynced changes, oldest first."""

    def __init__(self):
        self.pending = []

    def undone(self, now):
        """The contents at the last sync."""
        content = bytearray(now)
        for kind, a, size, old, *_ in reversed(self.pending):
            if kind == WRITE:
                content[a : a + len(old)] = old
                del content[size:]
            elif a < size:
                content[a:] = old
            else:
                del content[size:]
        return content

    def redone(self, content, keep, torn, rng):
        """Does those changes again that `keep` names."""
        for (kind, a, size, _, new, _), kept in zip(self.pending, keep):
            if kind == TRUNCATE:
                if kept:
                    content.extend(bytes(max(0, a - len(content))))
                    del content[a:]
            elif torn:
                # A sector is the disk's, so it begins where the disk has it begin.
                end = a + len(new)
                for sector in range(a // SECTOR * SECTOR, end, SECTOR):
                    if rng.random() < (0.8 if kept else 0.3):
                        put(content, max(sector, a), new[max(sector, a) - a : min(sector + SECTOR, end) - a])
            elif kept:
                put(content, a, new)
        return content


def put(content, at, new):
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(new)] = new


class Journal:
    """The journal of one process."""

    def __init__(self, folder, process):
        self.folder, self.process = Path(folder), process
        self.files, self.names, self.changes = {}, {}, {}
        self.synced = 0
        for number, record in enumerate(records(self.folder / f"journal.{process}"), 1):
            self._take(number, *record)

    def _take(self, number, kind, file, a, b, first, second):
        if kind in (OPENED, CREATED):
            self.files[file] = File()
            self.names[file] = os.fsdecode(first)
            if kind == CREATED:
                self._change(number, self.names[file], (CREATED, file, self.names[file], None, 0))
        elif kind in (WRITE, TRUNCATE):
            self.files[file].pending.append((kind, a, b, first, second, number))
        elif kind == SYNC:
            self.synced += 1
            self.files[file].pending = [change for change in self.files[file].pending if change[-1] > a]
        elif kind == DIRSYNC:
            folder = os.fsdecode(first)
            self.changes[folder] = [change for change in self.changes.get(folder, []) if change[0] > a]
        elif kind == UNLINK:
            self._change(number, os.fsdecode(first), (UNLINK, file, os.fsdecode(first), None, a))
            self.names[file] = self._kept(a) if a else None
        elif kind == RENAME:
            old, new = os.fsdecode(first), os.fsdecode(second)
            self._change(number, new, (RENAME, file, old, new, a))
            if b:
                self.names[b] = self._kept(a) if a else None
            self.names[file] = new

    def _change(self, number, path, change):
        self.changes.setdefault(os.path.dirname(path), []).append((number, *change))

    def _kept(self, number):
        return str(self.folder / f"kept.{self.process}.{number}")

    def lose_power(self, kind, rng):
        """Takes back what the failure takes. Returns how many writes and names were pending, and how many were lost."""
        counts = {"pending": 0, "lost": 0, "names": 0, "names_lost": 0}
        for number, file in self.files.items():
            path = self.names[number]
            if not file.pending or not path or not os.path.exists(path):
                continue
            total = len(file.pending)
            if rng.random() < 0.5:
                kept = rng.randint(0, total)
                keep = [index < kept for index in range(total)]
            else:
                share = rng.random()
                keep = [rng.random() < share for _ in range(total)]
            content = file.redone(file.undone(Path(path).read_bytes()), keep, kind == "torn", rng)
            # In place: other names of the same file are the same file.
            with open(path, "r+b") as out:
                out.write(content)
                out.truncate(len(content))
            counts["pending"] += total
            counts["lost"] += total - sum(keep)
        for changes in self.changes.values():
            kept = rng.randint(0, len(changes))
            counts["names"] += len(changes)
            counts["names_lost"] += len(changes) - kept
            for change in reversed(changes[kept:]):
                self._undo(*change[1:])
        for path in self.folder.glob(f"*.{self.process}*"):
            path.unlink()
        return counts

    def _undo(self, kind, file, path, new, kept):
        if kind == CREATED:
            Path(path).unlink(missing_ok=True)
        elif kind == UNLINK:
            if kept:
                os.replace(self._kept(kept), path)
        elif os.path.exists(new):
            os.rename(new, path)
            if kept:
                os.replace(self._kept(kept), new)


def lose_power(data, folder, process, kind, rng):
    """The power failed while `process`, killed by now, used `data`."""
    counts = Journal(folder, process).lose_power(kind, rng)
    for index in Path(data).glob("*-shm"):
        index.unlink()
    return counts
