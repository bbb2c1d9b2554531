"""A name server that knows two names: dns-server.py ADDRESS

Answers A queries for test.example with 192.0.2.7, over UDP and TCP; all else does not exist."""
import socket, struct, sys, threading


def answer(query):
    ident, flags, questions = struct.unpack(">HHH", query[:6])
    end, labels = 12, []
    while query[end]:
        labels.append(query[end + 1:end + 1 + query[end]].decode())
        end += query[end] + 1
    question = query[12:end + 5]
    known = ".".join(labels) == "test.example"
    kind = struct.unpack(">H", query[end + 1:end + 3])[0]
    count = 1 if known and kind == 1 else 0
    head = struct.pack(">HHHHHH", ident, 0x8180 | (0 if known else 3), 1, count, 0, 0)
    record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes([192, 0, 2, 7])
    return head + question + record * count


def serve_tcp(listener):
    while True:
        s, _ = listener.accept()
        length = struct.unpack(">H", s.recv(2))[0]
        reply = answer(s.recv(length))
        s.sendall(struct.pack(">H", len(reply)) + reply)
        s.close()


tcp = socket.create_server((sys.argv[1], 53))
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind((sys.argv[1], 53))
threading.Thread(target=serve_tcp, args=(tcp,), daemon=True).start()
print("ready", flush=True)
while True:
    query, client = udp.recvfrom(4096)
    udp.sendto(answer(query), client)
