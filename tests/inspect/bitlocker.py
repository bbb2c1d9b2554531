#!/usr/bin/env python3
"""BitLocker volumes, as the specification of libbde describes them (version 2, of Windows 7 and later).

  bitlocker.py PLAIN OUT METHOD [password=TEXT] [recovery=DIGITS] [clear]

PLAIN is the filesystem, METHOD xts-128, xts-256, cbc-128, cbc-256, or elephant-128.  Each key is a protector of its own.  The
places that the metadata and the moved first sectors take must hold zeros in PLAIN, as they do when it is decrypted.
"""
import hashlib
import struct
import sys

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

SECTOR, HEADER_SIZE, METADATA_SIZE = 512, 8192, 65536
METHODS = {"elephant-128": (0x8000, 64), "cbc-128": (0x8002, 16), "cbc-256": (0x8003, 32), "xts-128": (0x8004, 32),
           "xts-256": (0x8005, 64)}
VMK, FVEK, DESCRIPTION, VOLUME_HEADER = 2, 3, 7, 15           # types of entries
KEY, TEXT, STRETCH, CCM, MASTER, PLACE = 1, 2, 3, 5, 8, 15    # types of values
GUID = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")
CLEAR, RECOVERY, PASSWORD = 0, 0x800, 0x2000


def random(name, length):  # the same in every run
    out = b""
    while len(out) < length:
        out += hashlib.sha256(("%s %d" % (name, len(out))).encode()).digest()
    return out[:length]


def entry(kind, value_type, value):
    return struct.pack("<HHHH", 8 + len(value), kind, value_type, 1) + value


def wrapped(kind, name, key, method, content):
    nonce = random("nonce " + name, 12)
    body = struct.pack("<IHHI", 12 + len(content), 1, 0, method) + content
    sealed = AESCCM(key, tag_length=16).encrypt(nonce, body, None)
    return entry(kind, CCM, nonce + sealed[-16:] + sealed[:-16])


def stretched(initial, salt):
    last, tail = bytes(32), initial + salt
    for count in range(0x100000):
        last = hashlib.sha256(last + tail + count.to_bytes(8, "little")).digest()
    return last


def protector(kind, secret, vmk):
    salt = random("salt %x" % kind, 16)
    if kind == CLEAR:
        key = random("clear", 32)
        properties = entry(0, KEY, struct.pack("<I", 0x2003) + key)
    else:
        if kind == PASSWORD:
            initial = hashlib.sha256(hashlib.sha256(secret.encode("utf-16-le")).digest()).digest()
        else:
            initial = hashlib.sha256(b"".join(struct.pack("<H", int(g) // 11) for g in secret.split("-"))).digest()
        key = stretched(initial, salt)
        properties = entry(0, STRETCH, struct.pack("<I", 0x1000 if kind == RECOVERY else 0x1001) + salt
                           + wrapped(0, "stretch", key, 0x2003, key))
    head = random("guid %x" % kind, 16) + bytes(8) + struct.pack("<HH", 0, kind)
    return entry(VMK, MASTER, head + properties + wrapped(0, "vmk %x" % kind, key, 0x2003, vmk))


def rotate(x, n):
    return ((x << n) | (x >> (32 - n))) & 0xffffffff if n else x


def elephant(data):
    """Diffusers A and B in the direction of encryption, [FERGUSON06]."""
    words = list(struct.unpack("<128I", data))
    for _ in range(5):  # the inverse of A
        for i in reversed(range(128)):
            words[i] = (words[i] - (words[i - 2] ^ rotate(words[i - 5], (9, 0, 13, 0)[i % 4]))) & 0xffffffff
    for _ in range(3):  # the inverse of B
        for i in reversed(range(128)):
            words[i] = (words[i] - (words[(i + 2) % 128] ^ rotate(words[(i + 5) % 128], (0, 10, 0, 25)[i % 4]))) & 0xffffffff
    return struct.pack("<128I", *words)


def encrypt_sector(method, key, number, data):
    tweak = (number * SECTOR).to_bytes(16, "little")
    if method.startswith("xts"):
        e = Cipher(algorithms.AES(key), modes.XTS(number.to_bytes(16, "little"))).encryptor()
        return e.update(data)
    size = int(method.split("-")[1]) // 8
    ecb = lambda k, block: Cipher(algorithms.AES(k), modes.ECB()).encryptor().update(block)
    if method.startswith("elephant"):
        tweak_key = key[32:32 + size]
        pad = ecb(tweak_key, tweak) + ecb(tweak_key, tweak[:15] + b"\x80")
        data = elephant(bytes(a ^ b for a, b in zip(data, pad * (SECTOR // 32))))
    return Cipher(algorithms.AES(key[:size]), modes.CBC(ecb(key[:size], tweak))).encryptor().update(data)


def boot_sector(plain, places):
    b = bytearray(SECTOR)
    b[:11] = b"\xeb\x58\x90-FVE-FS-"
    b[11:40] = plain[11:40]
    b[82:90] = b"FAT32   "
    b[160:176] = GUID
    struct.pack_into("<3Q", b, 176, *places)
    b[510:] = b"\x55\xaa"
    return b


def metadata(method, size, places, header, protectors):
    vmk, fvek = random("vmk", 32), random("fvek", METHODS[method][1])
    entries = entry(DESCRIPTION, TEXT, "PC C: 1/1/2024\0".encode("utf-16-le"))
    for kind, secret in protectors:
        entries += protector(kind, secret, vmk)
    entries += wrapped(FVEK, "fvek", vmk, METHODS[method][0], fvek)
    entries += entry(VOLUME_HEADER, PLACE, struct.pack("<QQ", header, HEADER_SIZE))
    total = 48 + len(entries)
    block = struct.pack("<8sHHHHQII3QQ", b"-FVE-FS-", 64, 2, 4, 4, size, 0, HEADER_SIZE // SECTOR, *places, header)
    block += struct.pack("<IIII16sIHHQ", total, 1, 48, total, random("volume", 16), 10, METHODS[method][0], 0, 0) + entries
    assert len(block) <= METADATA_SIZE
    return block.ljust(METADATA_SIZE, b"\0"), fvek


def main():
    source, target, method = sys.argv[1:4]
    with open(source, "rb") as f:
        plain = f.read()
    options = dict(a.partition("=")[::2] for a in sys.argv[4:])
    protectors = [(kind, options[name]) for name, kind in (("clear", CLEAR), ("password", PASSWORD), ("recovery", RECOVERY))
                  if name in options]
    # Free places in the last third.
    at, free = len(plain) * 2 // 3 // METADATA_SIZE * METADATA_SIZE, []
    while len(free) < 4:
        if not any(plain[at:at + METADATA_SIZE]):
            free.append(at)
        at += METADATA_SIZE
        assert at + METADATA_SIZE <= len(plain), "no free place"
    places, header = free[:3], free[3]
    block, key = metadata(method, len(plain), places, header, protectors)
    with open(target, "wb") as out:
        for n in range(len(plain) // SECTOR):
            out.write(encrypt_sector(method, key, n, plain[n * SECTOR:(n + 1) * SECTOR]))
        for i in range(HEADER_SIZE // SECTOR):
            out.seek(header + i * SECTOR)
            out.write(encrypt_sector(method, key, header // SECTOR + i, plain[i * SECTOR:(i + 1) * SECTOR]))
        for place in places:
            out.seek(place)
            out.write(block)
        out.seek(0)
        out.write(boot_sector(plain, places))


main()
