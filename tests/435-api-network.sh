#!/bin/bash
# The network of the appliance: absent unless asked for; the host at its address, name resolution also through 127.0.0.53.
source "$(dirname "$0")/functions.sh"
requires_guest
requires python3
cp --sparse=always --reflink=auto "$guest_qcow2" "$tmp/guest.qcow2"
cd "$tmp"
gf () { timeout 120 "$top_builddir/run" guestfish "$@"; }

# Without: no interface, and the machine may make no sockets.
gf scratch 10M : run : debug sh "cat /proc/net/dev" >out
! grep -q eth0 out || fail "there is an interface nobody asked for: $(cat out)"
mkfifo go
exec {hold}<>go
"$top_builddir/run" guestfish >out 2>&1 {hold}>&- < <(exec {hold}>&-; echo "scratch 10M"; echo run; echo "echo ready"; cat go) &
shell=$!
wait_until while_running $shell out grep -qs ready out
machine=$(pgrep -P $shell bathyscope)
cp "/proc/$machine/maps" maps
! grep libslirp maps || fail "libslirp is loaded without need"
exec {hold}>&-
wait $shell

python3 -c '
import http.server, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"from the host\n" * 20000
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H); print(s.server_port, flush=True); s.serve_forever()' >port &
cleanup_fn kill $!
wait_until test -s port
port=$(cat port)

if ! gf set-network true : scratch 10M : run 2>err; then
  grep -Eq 'libslirp' err && skip "$(cat err)"
  fail "launch with a network: $(cat err)"
fi
root=$(gf --ro -a guest.qcow2 run : inspect-os | head -1)
gf --ro --network -a guest.qcow2 run : mount "$root" / : command "bash -c 'exec 3<>/dev/tcp/169.254.2.2/$port; printf \"GET / HTTP/1.0\r\n\r\n\" >&3; grep -c host <&3'" >out
expect_equal "$(cat out)" 20000 "lines from a server on the host's loopback"
expect_error "refused|unreachable|error" gf --ro --network -a guest.qcow2 run : mount "$root" / : command "bash -c 'exec 3<>/dev/tcp/169.254.2.2/1'"
expect_error "unreachable|error" gf --ro -a guest.qcow2 run : mount "$root" / : command "bash -c 'exec 3<>/dev/tcp/169.254.2.2/$port'"

# Names, with a server that only this host can reach.  A network namespace of our own has one.
[[ $(id -u) = 0 ]] && unshare -mn true 2>/dev/null || skip "name resolution: this needs root and namespaces"
echo "nameserver 127.0.0.53" >resolv.conf
cat >inside <<EOF
set -e
mount --bind $tmp/resolv.conf /etc/resolv.conf
ip link set lo up 2>/dev/null || python3 -c '
import fcntl, socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", b"lo", 1 | 64))'
python3 $top_srcdir/tests/dns-server.py 127.0.0.53 >$tmp/dns.out &
p=\$!
trap "kill \$p" EXIT
until grep -qs ready $tmp/dns.out; do sleep 0.05; done
$top_builddir/run guestfish --network -a $tmp/guest.qcow2 >$tmp/out 2>&1 <<'FISH'
run
mount $root /
-rm /etc/resolv.conf
ln-s /nowhere/resolv.conf /etc/resolv.conf
command "getent ahostsv4 test.example"
-command "getent ahostsv4 other.example"
command "bash -c 'RES_OPTIONS=use-vc getent ahostsv4 test.example'"
readlink /etc/resolv.conf
FISH
EOF
timeout 300 unshare -mn bash inside || fail "with a resolver at 127.0.0.53: $(cat out)"
expect_equal "$(grep -c '192.0.2.7 .*STREAM' out)" 2 "answers of the resolver over UDP and TCP ($(cat out))"
expect_equal "$(tail -1 out)" /nowhere/resolv.conf "the guest's resolv.conf afterwards"
