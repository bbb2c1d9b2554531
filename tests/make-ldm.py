#!/usr/bin/env python3
"""Make the disks of a group of Windows dynamic disks: make-ldm.py DIRECTORY

disk1.img and disk2.img, of 40 MiB, with an MBR, and the Logical Disk Manager's
database in their last MiB.  On them are Volume1 (simple, hint E:), Volume2 (spanned),
Volume3 (striped) and Volume4 (mirrored).  The volumes are empty.

gpt1.img, gpt2.img and gpt3.img have a GPT, and the database in a partition of its own: there
are Raid (RAID 5 on all three) and Simple.

No tool on Linux makes such disks.  The format is that of the documentation of the
Linux-NTFS project ("LDM Documentation"); all numbers are big-endian.
"""
import struct, sys, uuid, zlib

SECTOR = 512
DISK = 40 * 2048              # sectors
VMDB = 17                     # sector in the database
VBLK = 128                    # bytes of a record


class Group:
    """How the disks of a group are called, and where things are on them (sectors)."""

    def __init__(self, name, digit, disks, data, data_end, database):
        self.name = name
        self.guid = b"11111111-2222-3333-4444-55555555555" + digit
        self.disks = [b"aaaaaaaa-0000-0000-000" + digit + b"-00000000000%d" % (i + 1) for i in range(disks)]
        self.data, self.data_end, self.database = data, data_end, database


MBR_GROUP = Group(b"TEST-Dg0", b"5", 2, 63, DISK - 2048, DISK - 2048)
GPT_GROUP = Group(b"GPT-Dg0", b"6", 3, 4096, DISK - 34, 34)


def number(n):
    """A number of any size: its length, then its bytes."""
    data = n.to_bytes((n.bit_length() + 7) // 8 or 1, "big")
    return bytes([len(data)]) + data


def text(s):
    return bytes([len(s)]) + s


def privhead(group, disk):
    b = bytearray(SECTOR)
    b[0:8] = b"PRIVHEAD"
    struct.pack_into(">IHH", b, 8, 1, 2, 11)
    struct.pack_into(">QQQ", b, 0x18, 1, 2047, 2046)
    b[0x30:0x30 + 36] = group.disks[disk]
    b[0x70:0x70 + 36] = b"99999999-0000-0000-0000-000000000000"
    b[0xb0:0xb0 + 36] = group.guid
    b[0xf0:0xf0 + len(group.name)] = group.name
    struct.pack_into(">H", b, 0x110, SECTOR)
    struct.pack_into(">QQQQ", b, 0x11b, group.data, group.data_end - group.data, group.database, 2048)
    struct.pack_into(">QQ", b, 0x13b, 2, 2046)     # tables of contents
    return bytes(b)


def tocblock():
    b = bytearray(SECTOR)
    b[0:8] = b"TOCBLOCK"
    struct.pack_into(">I", b, 8, 1)
    struct.pack_into(">I", b, 0x10, 1)
    for offset, name, start, size in (0x24, b"config", VMDB, 1400), (0x46, b"log", 1417, 200):
        b[offset:offset + len(name)] = name
        struct.pack_into(">HQQ", b, offset + 8, 0, start, size)
    return bytes(b)


class Database:
    def __init__(self, group):
        self.of = group
        self.records, self.counts = [], {1: 0, 2: 0, 3: 0, 4: 0}
        self.last_id = 0

    def new_id(self):
        self.last_id += 1
        return self.last_id

    def record(self, kind, flags, body):
        n = len(self.records)
        head = struct.pack(">4sIIHH", b"VBLK", 4 + n, n + 1, 0, 1)
        head += struct.pack(">HBBI", 0, flags, kind, len(body))
        assert len(head + body) <= VBLK, len(head + body)
        self.records.append((head + body).ljust(VBLK, b"\0"))

    def group(self):
        self.record(0x35, 0, number(self.new_id()) + text(self.of.name) + text(self.of.guid) + bytes(12))

    def disk(self, name, guid):
        id = self.new_id()
        self.record(0x34, 0, number(id) + text(name) + text(guid) + text(b"") + bytes(12))
        self.counts[4] += 1
        return id

    def volume(self, name, size, components, kind=b"gen", hint=None):
        id = self.new_id()
        body = number(id) + text(name) + text(kind) + text(b"")
        body += b"ACTIVE".ljust(14, b"\0")
        body += bytes([4 if kind == b"raid5" else 3, 0, self.counts[1] + 1]) + bytes(3) + b"\1"
        body += number(components) + struct.pack(">QQ", 1, 0)
        body += number(size) + bytes(4) + b"\7" + bytes(15) + bytes([id])
        if hint:
            body += text(hint)
        self.record(0x51, 2 if hint else 0, body)
        self.counts[1] += 1
        return id

    def component(self, name, volume, parts, kind=2, columns=0, chunk=128):
        id = self.new_id()
        body = number(id) + text(name) + text(b"ACTIVE") + bytes([kind]) + bytes(4)
        body += number(parts) + struct.pack(">QQ", 1, 0) + number(volume) + b"\0"
        if kind != 2:
            body += number(chunk) + number(columns)
        self.record(0x32, 0x10 if kind != 2 else 0, body)
        self.counts[2] += 1
        return id

    def partition(self, name, component, disk, start, size, offset=0, index=None):
        body = number(self.new_id()) + text(name) + bytes(4) + struct.pack(">QQQ", 1, start, offset)
        body += number(size) + number(component) + number(disk)
        if index is not None:
            body += number(index)
        self.record(0x33, 8 if index is not None else 0, body)
        self.counts[3] += 1

    def pack(self):
        """The header of the database, then the records; the last sector is filled with unused ones."""
        while len(self.records) % 4:
            self.records.append(struct.pack(">4sIIHH", b"VBLK", 4 + len(self.records), 0, 0, 0).ljust(VBLK, b"\0"))
        b = bytearray(SECTOR)
        struct.pack_into(">4sIIIHHH", b, 0, b"VMDB", 4 + len(self.records), VBLK, SECTOR, 1, 4, 10)
        b[0x16:0x16 + len(self.of.name)] = self.of.name
        b[0x35:0x35 + 36] = self.of.guid
        struct.pack_into(">QQ", b, 0x75, 1, 1)
        struct.pack_into(">IIII", b, 0x85, *(self.counts[i] for i in (1, 2, 3, 4)))
        return bytes(b) + b"".join(self.records)


def fill(db):
    """The start of a partition counts from the start of the data, sector 63."""
    MB = 2048
    db.group()
    disks = [db.disk(b"Disk%d" % (i + 1), db.of.disks[i]) for i in range(2)]
    v = db.volume(b"Volume1", 6 * MB, 1, hint=b"E:")
    c = db.component(b"Volume1-01", v, 1)
    db.partition(b"Disk1-01", c, disks[0], 1985, 6 * MB)
    v = db.volume(b"Volume2", 10 * MB, 1)
    c = db.component(b"Volume2-01", v, 2)
    db.partition(b"Disk1-02", c, disks[0], 1985 + 6 * MB, 4 * MB, 0, 0)
    db.partition(b"Disk2-01", c, disks[1], 1985, 6 * MB, 4 * MB, 1)
    v = db.volume(b"Volume3", 8 * MB, 1)
    c = db.component(b"Volume3-01", v, 2, kind=1, columns=2)
    db.partition(b"Disk1-03", c, disks[0], 1985 + 10 * MB, 4 * MB, 0, 0)
    db.partition(b"Disk2-02", c, disks[1], 1985 + 6 * MB, 4 * MB, 0, 1)
    v = db.volume(b"Volume4", 5 * MB, 2)
    for i in range(2):
        c = db.component(b"Volume4-0%d" % (i + 1), v, 1)
        db.partition(b"Disk%d-04" % (i + 1), c, disks[i], 1985 + 14 * MB, 5 * MB)


def fill_gpt(db):
    MB = 2048
    db.group()
    disks = [db.disk(b"Disk%d" % (i + 1), guid) for i, guid in enumerate(db.of.disks)]
    v = db.volume(b"Raid", 16 * MB, 1, kind=b"raid5")
    c = db.component(b"Raid-01", v, 3, kind=3, columns=3)
    for i, disk in enumerate(disks):
        db.partition(b"Disk%d-01" % (i + 1), c, disk, 2048, 8 * MB, 0, i)
    v = db.volume(b"Simple", 6 * MB, 1)
    c = db.component(b"Simple-01", v, 1)
    db.partition(b"Disk2-02", c, disks[1], 2048 + 8 * MB, 6 * MB)


def mbr(group):
    b = bytearray(SECTOR)
    struct.pack_into("<BBBBBBBBII", b, 0x1be, 0, 1, 1, 0, 0x42, 254, 255, 255, group.data, group.data_end - group.data)
    b[510:512] = b"\x55\xaa"
    return [(0, bytes(b))]


def gpt(group, disk):
    """Sectors with the protective MBR and both copies of the table: the database's partition, and that of the data."""
    b = bytearray(SECTOR)
    struct.pack_into("<BBBBBBBBII", b, 0x1be, 0, 0, 2, 0, 0xee, 255, 255, 255, 1, DISK - 1)
    b[510:512] = b"\x55\xaa"
    entries = bytearray(128 * 128)
    for i, (kind, first, last) in enumerate([("5808c8aa-7e8f-42e0-85d2-e1e90434cfb3", group.database, group.database + 2047),
                                             ("af9b60a0-1431-4f62-bc68-3311714a69ad", group.data, group.data_end - 1)]):
        struct.pack_into("<16s16sQQ", entries, 128 * i, uuid.UUID(kind).bytes_le, uuid.UUID(int=disk * 16 + i + 1).bytes, first, last)

    def header(here, other, table):
        h = struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, 0, 0, here, other, 34, DISK - 34,
                        uuid.UUID(int=disk + 100).bytes, table, 128, 128, zlib.crc32(entries))
        return (h[:16] + struct.pack("<I", zlib.crc32(h)) + h[20:]).ljust(SECTOR, b"\0")

    return [(0, bytes(b)), (1, header(1, DISK - 1, 2)), (2, bytes(entries)),
            (DISK - 33, bytes(entries)), (DISK - 1, header(DISK - 1, 1, DISK - 33))]


def write(group, disk, name, db, table, heads):
    database = db.pack()
    with open(name, "wb") as f:
        f.truncate(DISK * SECTOR)
        for sector, data in table + [(s, privhead(group, disk)) for s in heads] + [(group.database + VMDB, database)] \
                + [(group.database + n, tocblock()) for n in (1, 2, 2045, 2046)]:
            f.seek(sector * SECTOR)
            f.write(data)


def main():
    group = MBR_GROUP
    db = Database(group)
    fill(db)
    for i in range(2):
        write(group, i, "%s/disk%d.img" % (sys.argv[1], i + 1), db, mbr(group), (6, group.database + 1856, group.database + 2047))
    group = GPT_GROUP
    db = Database(group)
    fill_gpt(db)
    for i in range(3):
        write(group, i, "%s/gpt%d.img" % (sys.argv[1], i + 1), db, gpt(group, i), (group.database + 1856, group.database + 2047))


main()
