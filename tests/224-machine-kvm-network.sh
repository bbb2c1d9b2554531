#!/bin/bash
# The network of the appliance on the kvm engine: a large file from a server on the host, one to it, a port where nobody is.
source "$(dirname "$0")/functions.sh"
requires python3
source "$(dirname "$0")/kvm-lab/in-lab.sh"
export LIBGUESTFS_BACKEND=kvm
cd "$tmp"
cat >server.py <<'END'
import hashlib, http.server
# Text, as busybox sends it as far as the first NUL.
body = b"".join(hashlib.sha256(b"%d" % i).hexdigest().encode() for i in range(20000))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_POST(self):
        same = self.rfile.read(int(self.headers["Content-Length"])) == body
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"the same\n" if same else b"something else\n")
    def log_message(self, *args):
        pass
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
open("sum", "w").write(hashlib.sha256(body).hexdigest())
print(s.server_port, flush=True)
s.serve_forever()
END
python3 server.py >port & server=$!
cleanup_fn kill $server
until [[ -s port ]]; do sleep 0.1; kill -0 $server || fail "no server"; done
url=http://169.254.2.2:$(cat port)

timeout 600 "$top_builddir/run" guestfish >out 2>err <<END || fail "$(cat out err)"
set-network true
scratch 10M
run
get-backend
debug sh "busybox wget -q -O /tmp/f $url/f && busybox sha256sum /tmp/f"
debug sh "busybox wget -q -O - --post-file /tmp/f $url/f"
-debug sh "busybox wget -O - http://169.254.2.2:1/"
debug sh "busybox grep -c eth0 /proc/net/dev"
END
sed -i '/^$/d' out
expect_equal "$(sed -n '2s/ .*//p' out)" "$(cat sum)" "what came from the host ($(cat out err))"
expect_equal "$(sed -n 3,4p out)" $'the same\n1' "what came to the host ($(cat out err))"
matches "refused" <err || fail "$(cat err)"
