"""An HTTP server of the files below the current directory that knows ranges: range-server.py [--tls KEY CERTIFICATE] [USER:PASSWORD]

Prints its port, then serves until killed."""
import base64, http.server, os, re, ssl, sys
from urllib.parse import unquote

tls = None
if sys.argv[1:2] == ["--tls"]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[3], sys.argv[2])
    del sys.argv[1:4]
auth = "Basic " + base64.b64encode(sys.argv[1].encode()).decode() if len(sys.argv) > 1 else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, body):
        path = os.path.join(".", unquote(self.path).lstrip("/"))
        if auth and self.headers.get("Authorization") != auth:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="images"')
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if not os.path.isfile(path):
            self.send_response(404)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        size = os.path.getsize(path)
        first, last = 0, size - 1
        wanted = re.match(r"bytes=(\d+)-(\d*)$", self.headers.get("Range", ""))
        if wanted:
            first = int(wanted[1])
            last = min(last, int(wanted[2] or last))
        self.send_response(206 if wanted else 200)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(last - first + 1))
        if wanted:
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.end_headers()
        if body:
            with open(path, "rb") as f:
                f.seek(first)
                self.wfile.write(f.read(last - first + 1))

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("" if tls else "127.0.0.1", 0), Handler)
if tls:
    server.socket = tls.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
