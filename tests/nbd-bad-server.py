"""An NBD server that misbehaves: nbd-bad-server.py SOCKET HOW

Serves one connection, then ends.  HOW says where it goes wrong."""
import os, socket, struct, sys, time

path, how = sys.argv[1:3]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen()
print("ready", flush=True)
s, _ = listener.accept()


def get(n):
    data = b""
    while len(data) < n:
        try:
            part = s.recv(n - len(data))
        except ConnectionResetError:
            part = b""
        if not part:
            sys.exit(0)
        data += part
    return data


def reply(option, kind, data=b"", length=None):
    s.sendall(struct.pack(">QIII", 0x3e889045565a9, option, kind, len(data) if length is None else length) + data)


if how == "not-nbd":
    s.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    sys.exit(0)
if how == "old":
    s.sendall(b"NBDMAGIC" + struct.pack(">QQI", 0x00420281861253, 1 << 20, 1) + bytes(124))
    sys.exit(0)
if how == "close":
    sys.exit(0)
s.sendall(b"NBDMAGICIHAVEOPT" + struct.pack(">H", 3))
get(4)
_, option, length = struct.unpack(">QII", get(16))
get(length)
if how == "chatter":
    while True:
        try:
            reply(option, 3, struct.pack(">HQ", 3, 0))
        except OSError:
            sys.exit(0)
if how == "huge-reply":
    reply(option, 3, b"", 0xffffffff)
    get(1)
if how == "no-export":
    reply(option, 1)
    get(1)
if how == "error-text":
    reply(option, (1 << 31) | 6, b"go \x1b[31maway\n")
    get(1)
if how == "name-only":  # knows NBD_OPT_EXPORT_NAME alone
    reply(option, (1 << 31) | 1)
    _, option, length = struct.unpack(">QII", get(16))
    assert option == 1
    get(length)
    s.sendall(struct.pack(">QH", 1 << 20, 1))
else:
    size = {"empty": 100, "enormous": (1 << 64) - 1}.get(how, 1 << 20)
    reply(option, 3, struct.pack(">HQH", 0, size, 1 | (2 if how == "readonly" else 0)))
    reply(option, 1)
while True:
    magic, flags, kind, cookie, offset, length = struct.unpack(">IHHQQI", get(28))
    if kind == 2:
        sys.exit(0)
    data = get(length) if kind == 1 else bytes(length) if kind == 0 else b""
    if how == "bad-magic":
        s.sendall(bytes(16))
    elif how == "bad-cookie":
        s.sendall(struct.pack(">IIQ", 0x67446698, 0, cookie ^ 5) + data)
    elif how == "error":
        s.sendall(struct.pack(">IIQ", 0x67446698, 28 if kind == 1 else 1000, cookie))
    elif how == "short":
        s.sendall(struct.pack(">IIQ", 0x67446698, 0, cookie) + data[:100])
        sys.exit(0)
    else:
        s.sendall(struct.pack(">IIQ", 0x67446698, 0, cookie) + (data if kind == 0 else b""))
