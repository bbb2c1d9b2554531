#!/bin/bash
# Keys are in no trace, debugging message, console, list of processes or core dump; the library and the tools keep no copy of them.
source "$(dirname "$0")/functions.sh"
requires_file "$top_builddir/tests/secrets" "$top_builddir/appliance/root.img"
# Where functions are bound when they are first called, the dynamic linker saves registers on the stack for that moment: not ours to wipe.
export LD_BIND_NOW=1
secrets () { "$top_builddir/run" "$top_builddir/tests/secrets" "$@"; }
cd "$tmp"
wait_limit=300
printf 'passphrase-%05d%05d%05d-%d\n' $RANDOM $RANDOM $RANDOM $$ >key
key=$(<key)
truncate -s 40M disk

looks_into_memory ()
{
  local status=0
  "$@" || status=$?
  [[ $status != 77 ]] || skip "no looking into memory here"
  [[ $status == 0 ]] || fail "$*"
}
# not_in FILE: and the file is not just empty
not_in ()
{
  [[ -s $1 ]] || fail "$1 is empty"
  ! grep -qF "$key" "$1" || fail "the key is in $1: $(grep -F "$key" "$1" | head -3)"
}

looks_into_memory secrets memory key
looks_into_memory secrets library key disk log
not_in log
grep -q 'luks_format "/dev/sda" "\*\*\*"' log || fail "the trace does not hide the key"
grep -q 'secret:\*\*\*' log || fail "the trace does not hide the secret of a drive"
grep -q 'guestfsd' log || fail "nothing of the console is there"

# A shell that waits has the keys of --key, and has read one from its standard input.
mkfifo input
guestfish --key "all:key:$key" --keys-from-stdin -v -x --format=raw -a disk <input >output 2>&1 &
shell=$!
exec 9>input
printf 'run\ncryptsetup-open /dev/sda x\n%s\nlvs\necho waiting\n' "$key" >&9
wait_until while_running $shell output grep -q '^waiting' output
! tr '\0' ' ' </proc/$shell/cmdline | matches -F "$key" || fail "the key is in the list of processes"
looks_into_memory secrets scan key $shell
exec 9>&-
wait $shell || fail "guestfish: $(tail -5 output)"
not_in output

# Nor is a password that an option took, in any process; the programs wait in the middle of their options, for a fifo.
listed () { { cat /proc/[0-9]*/cmdline 2>/dev/null || true; } | tr '\0' '\n' | matches -Ff key; }
mkfifo words
waits_with () # PROGRAM ARGUMENT...
{
  "$@" --commands-from-file words >output 2>&1 </dev/null &
  local program=$!
  exec 9>words
  ! listed || fail "$1 shows in the list of processes: $(tr '\0' ' ' </proc/$program/cmdline)"
  matches -a "$1" </proc/$program/cmdline || fail "$1 is not in the list of processes at all"
  looks_into_memory secrets scan key $program
  printf 'root-password password:%s\nnosuch-operation\n' "$key" >&9
  exec 9>&-
  ! wait $program || fail "$1 does what there is not"
  grep -q nosuch-operation output || fail "$1 did not come to the fifo: $(cat output)"
  not_in output
}
passwords=(--root-password "password:$key" --password "me:locked:password:$key" --sm-credentials "me:password:$key")
waits_with virt-customize --format=raw -a disk "${passwords[@]}"
waits_with virt-sysprep --format=raw -a disk --key "all:key:$key" "${passwords[@]}"
waits_with virt-builder --source "http://me:$key@localhost/index" x "${passwords[@]}"

# Of a URI, the password goes from the option to the drive.
guestfish -x -a "https://me:$key@localhost/nosuch/disk" -a "http://me:$(tr a-z A-Z <key)@localhost/disk" <input >output 2>&1 &
shell=$!
exec 9>input
printf 'echo waiting\n' >&9
wait_until while_running $shell output grep -q '^waiting' output
! listed || fail "the URI is in the list of processes: $(tr '\0' ' ' </proc/$shell/cmdline)"
tr '\0' ' ' </proc/$shell/cmdline | matches -F https://me@localhost/nosuch/disk || fail "the list of processes: $(tr '\0' ' ' </proc/$shell/cmdline)"
! tr '\0' ' ' </proc/$shell/cmdline | matches PASSPHRASE || fail "the second URI is in the list of processes"
looks_into_memory secrets scan key $shell
exec 9>&-
wait $shell || fail "guestfish: $(tail -5 output)"
grep -q 'secret:\*\*\*' output || fail "the drive has got no password: $(cat output)"
not_in output

# What virt-builder downloads from gets the password, the list of processes does not, nor that of a proxy.
if type -p curl python3 >/dev/null; then
  cat >server.py <<'EOF'
import base64, http.server, os, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind = "Proxy-Authorization" if self.path.startswith("http:") else "Authorization"
        got = base64.b64decode(self.headers.get(kind, "").removeprefix("Basic ")).decode()
        with open("asked.new", "w") as f: f.write("%s %s\n" % (kind, got))
        os.rename("asked.new", "asked")
        while not os.path.exists("go"): time.sleep(0.05)
        self.send_error(404)
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open("port.new", "w") as f: f.write(str(server.server_port))
os.rename("port.new", "port")
server.serve_forever()
EOF
  without_proxy
  python3 server.py &
  cleanup_fn kill $!
  wait_until test -s port
  downloads () # HEADER ARGUMENT...
  {
    local header=$1
    shift
    rm -f asked go
    virt-builder --no-cache "$@" >output 2>&1 </dev/null &
    local program=$!
    wait_until while_running $program output test -e asked
    ! listed || fail "the list of processes has the password for $header"
    expect_equal "$(cat asked)" "$header me:$key" "what the server was told"
    touch go
    ! wait $program || fail "virt-builder liked an index that is not there"
    grep -q 'could not be downloaded' output || fail "virt-builder: $(cat output)"
    not_in output
  }
  downloads Authorization --list --source "http://me:$key@127.0.0.1:$(<port)/index"
  export XDG_CONFIG_HOME=$tmp/config XDG_CONFIG_DIRS=$tmp/nowhere
  mkdir -p config/virt-builder/repos.d
  printf '[x]\nuri=http://nosuch.invalid/index\nproxy=http://me:%s@127.0.0.1:%s\n' "$key" "$(<port)" >config/virt-builder/repos.d/x.conf
  downloads Proxy-Authorization --list
fi

# Mistakes are told without the password.
for uri in "ssh://me:$key@/disk" "ssh://me:$key%zz@localhost/disk" "http://me:$key@localhost/x?y"; do
  guestfish -a "$uri" </dev/null >out 2>&1 && fail "-a $uri"
  not_in out
done
for selector in "$key" "root:$key" "pass:$key"; do
  virt-customize --format=raw -a disk --root-password "$selector" >out 2>&1 </dev/null && fail "--root-password $selector"
  not_in out
done
for selector in "$key" "x:kay:$key"; do
  guestfish --key "$selector" </dev/null >out 2>&1 && fail "--key $selector"
  not_in out
done
true
