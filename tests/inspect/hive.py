#!/usr/bin/env python3
"""Writes registry hives (the format "regf" of Windows NT), to have Windows systems for tests.

  hive.py OUT <KEYS     one "path\\to\\key" or "path\\to\\key<TAB>value<TAB>type<TAB>data" a line from stdin; types are
                        sz, multi (items separated by |), dword (hexadecimal), bin (hexadecimal)
  hive.py --dirty OUT   the same, as a hive that was being written
  hive.py --cyclic OUT  a hive whose key Select has itself and the root below it
"""
import struct
import sys

NONE = 0xFFFFFFFF
TYPES = {"sz": 1, "bin": 3, "dword": 4, "multi": 7}


class Hive:
    def __init__(self):
        self.cells = bytearray(32)  # after the header of the bin

    def cell(self, data):
        size = (len(data) + 4 + 7) & ~7
        at = len(self.cells)
        self.cells += struct.pack("<i", -size) + data + bytes(size - 4 - len(data))
        return at

    def value(self, name, kind, data):
        raw = {"sz": lambda: (data + "\0").encode("utf-16-le"),
               "multi": lambda: "".join(s + "\0" for s in data.split("|") + [""]).encode("utf-16-le"),
               "dword": lambda: struct.pack("<I", int(data, 16)),
               "bin": lambda: bytes.fromhex(data)}[kind]()
        if len(raw) <= 4:
            length, where = len(raw) | 1 << 31, struct.unpack("<I", raw.ljust(4, b"\0"))[0]
        else:
            length, where = len(raw), self.cell(raw)
        encoded = name.encode("latin-1")
        return self.cell(b"vk" + struct.pack("<HIIIHH", len(encoded), length, where, TYPES[kind], 1 if encoded else 0, 0)
                         + encoded)

    def patch(self, at, data):
        self.cells[at:at + len(data)] = data

    def key(self, name, tree, parent):
        """Returns the offset of the key's cell; its lists are filled in when they are known."""
        encoded = name.encode("latin-1")
        at = self.cell(b"nk" + struct.pack("<HQIIIIIIIIIIIIIIIHH", 0x20 if parent != NONE else 0x2C, 0, 0, parent, 0, 0,
                                           NONE, NONE, 0, NONE, NONE, NONE, 0, 0, 0, 0, 0, len(encoded), 0) + encoded)
        values = [self.value(n, *v) for n, v in tree["values"].items()]
        if values:
            self.patch(at + 4 + 36, struct.pack("<II", len(values), self.cell(struct.pack("<%dI" % len(values), *values))))
        names = sorted(tree["keys"], key=str.upper)
        if names:
            keys = [self.key(n, tree["keys"][n], at) for n in names]
            self.subkeys(at, keys, names)
        return at

    def subkeys(self, at, keys, names):
        entries = b"".join(struct.pack("<I", k) + n.encode("latin-1")[:4].ljust(4, b"\0") for k, n in zip(keys, names))
        self.patch(at + 4 + 20, struct.pack("<I", len(keys)))
        self.patch(at + 4 + 28, struct.pack("<I", self.cell(b"lf" + struct.pack("<H", len(keys)) + entries)))

    def write(self, out, root, dirty=False):
        size = (len(self.cells) + 4095) & ~4095
        rest = size - len(self.cells)
        if 0 < rest < 8:
            size += 4096
            rest += 4096
        if rest:
            self.cells += struct.pack("<i", rest) + bytes(rest - 4)
        self.patch(0, b"hbin" + struct.pack("<II", 0, size))
        head = bytearray(4096)
        struct.pack_into("<4sIIQIIIIIII", head, 0, b"regf", 2, 1 if dirty else 2, 0, 1, 3, 0, 1, root, size, 1)
        checksum = 0
        for i in range(0, 508, 4):
            checksum ^= struct.unpack_from("<I", head, i)[0]
        struct.pack_into("<I", head, 508, checksum)
        with open(out, "wb") as f:
            f.write(head + self.cells)


def node():
    return {"keys": {}, "values": {}}


def read_tree(lines):
    root = node()
    for line in lines:
        fields = line.rstrip("\n").split("\t")
        at = root
        for name in fields[0].split("\\") if fields[0] else []:
            at = at["keys"].setdefault(name, node())
        if len(fields) == 4:
            at["values"][fields[1]] = (fields[2], fields[3])
    return root


def main():
    out, hive = sys.argv[-1], Hive()
    if sys.argv[1] == "--cyclic":
        root = hive.key("ROOT", read_tree(["Select"]), NONE)
        select = hive.key("Select", node(), root)
        hive.subkeys(root, [select, root], ["Select", "ROOT"])
        hive.subkeys(select, [select, root], ["Microsoft", "Select"])
    else:
        root = hive.key("ROOT", read_tree(sys.stdin), NONE)
    hive.write(out, root, sys.argv[1] == "--dirty")


main()
