#!/usr/bin/python3
"""Make a small event log of Windows:  make-evtx.py FILE [VARIANT]

Two chunks, of which the second holds the older records, as in a log that has been full.  Records use one template, with values of several
types; one has its elements without a template.  VARIANT "damaged" breaks some records in different ways.
"""
import struct
import sys

CHUNK = 65536


def utf16(text):
    return text.encode("utf-16-le")


class Chunk:
    def __init__(self, first):
        self.first, self.next = first, first
        self.data = bytearray(512)
        self.template = None

    def name(self, at, text):
        """A name where it is used for the first time: its offset, then itself."""
        return struct.pack("<I", at + 4) + struct.pack("<IHH", 0, 0, len(text)) + utf16(text) + b"\0\0"

    def element(self, out, base, text, attributes=(), content=b"", more=False):
        out += bytes([0x41 if attributes else 0x01]) + struct.pack("<HI", 0xffff, 0)
        out += self.name(base + len(out), text)
        if attributes:
            out += struct.pack("<I", 0)
        for name, value in attributes:
            out += b"\x06" + self.name(base + len(out) + 1, name) + value
        out += b"\x02" + content
        if not more:
            out += b"\x04"

    @staticmethod
    def text(value):
        return b"\x05\x01" + struct.pack("<H", len(value)) + utf16(value)

    @staticmethod
    def slot(number, kind):
        return b"\x0e" + struct.pack("<HB", number, kind)

    def body(self, base):
        """The template: Event with System and EventData."""
        out = bytearray(b"\x0f\x01\x01\x00")
        self.element(out, base, "Event", [("xmlns", self.text("http://schemas.microsoft.com/win/2004/08/events/event"))], more=True)
        self.element(out, base, "System", more=True)
        self.element(out, base, "Provider", [("Name", self.text("Test & Co"))])
        self.element(out, base, "EventID", content=self.slot(0, 6))
        self.element(out, base, "Level", content=self.slot(1, 4))
        self.element(out, base, "TimeCreated", [("SystemTime", self.slot(2, 17))])
        self.element(out, base, "Execution", [("ProcessID", self.slot(3, 8))])
        self.element(out, base, "Computer", content=self.text("box"))
        self.element(out, base, "Security", [("UserID", self.slot(4, 19))])
        out += b"\x04"
        self.element(out, base, "EventData", more=True)
        for i, (name, kind) in enumerate((("text", 1), ("list", 0x81), ("guid", 15), ("flag", 13), ("number", 9), ("none", 0))):
            self.element(out, base, "Data", [("Name", self.text(name))], self.slot(5 + i, kind))
        out += b"\x04\x04\0"
        return bytes(out)

    def add(self, values):
        record = self.next
        at = len(self.data) + 24
        out = bytearray(b"\x0f\x01\x01\x00\x0c\x01" + struct.pack("<I", 1))
        if self.template is None:
            self.template = at + len(out) + 4
            out += struct.pack("<I", self.template)
            body = self.body(self.template + 24)
            out += struct.pack("<I", 0) + bytes(16) + struct.pack("<I", len(body)) + body
        else:
            out += struct.pack("<I", self.template)
        out += struct.pack("<I", len(values))
        for kind, data in values:
            out += struct.pack("<HBB", len(data), kind, 0)
        for kind, data in values:
            out += data
        self.raw(record, out + b"\0")

    def raw(self, record, binxml):
        size = 24 + len(binxml) + 4
        self.data += struct.pack("<IIQQ", 0x2a2a, size, record, 130000000000000000 + record) + binxml + struct.pack("<I", size)
        self.next += 1

    def bytes(self):
        self.data[:128] = struct.pack("<8sQQQQIIII", b"ElfChnk\0", self.first, self.next - 1, self.first, self.next - 1, 128, 0,
                                      len(self.data), 0).ljust(128, b"\0")
        return bytes(self.data.ljust(CHUNK, b"\0"))


def values(number, level, text):
    time = 116444736000000000 + (1700000000 + number) * 10000000 + 1234560
    return [(6, struct.pack("<H", 1000 + number)), (4, bytes([level])), (17, struct.pack("<Q", time)), (8, struct.pack("<I", 40 + number)),
            (19, bytes([1, 2, 0, 0, 0, 0, 0, 5]) + struct.pack("<II", 32, 544)), (1, utf16(text)), (0x81, utf16("one\0two\0")),
            (15, bytes(range(16))), (13, struct.pack("<I", 1)), (9, struct.pack("<q", -5)), (0, b"")]


def main():
    damaged = sys.argv[2:] == ["damaged"]
    new, old = Chunk(3), Chunk(1)
    old.add(values(1, 4, "first"))
    old.add(values(2, 2, "quote \" and \x1b[31mred\r\nline \U0001f600"))
    new.add(values(3, 3, "third"))
    plain = bytearray(b"\x0f\x01\x01\x00")
    base = len(new.data) + 24
    new.element(plain, base, "Event", more=True)
    new.element(plain, base, "UserData", more=True)
    new.element(plain, base, "Cleared", content=new.text("by ") + b"\x08" + utf16("m") + b"\x08" + utf16("e"))
    plain += b"\x04\x04\0"
    new.raw(4, bytes(plain))
    if damaged:
        new.raw(5, b"\x0f\x01\x01\x00\x0c\x01" + struct.pack("<III", 1, 0xfffffff0, 1) + b"\0")  # a template that is nowhere
        at = len(new.data) + 24
        new.raw(6, b"\x0c\x01" + struct.pack("<IIII", 1, at + 10 + 4 + 4 - 8, 0, 0))  # one in itself
        new.raw(7, b"\x01" * 40)
        new.raw(8, b"\x0f\x01\x01\x00" + b"\x0c\x01" + struct.pack("<III", 1, new.template, 0xffffffff))
        new.raw(9, b"")
    header = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, 1, 5, 128, 1, 3, 4096, 2).ljust(4096, b"\0")
    with open(sys.argv[1], "wb") as f:
        f.write(header + new.bytes() + old.bytes() + bytes(CHUNK if not damaged else 1000))


main()
