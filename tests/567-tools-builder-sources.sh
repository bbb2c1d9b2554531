#!/bin/bash
# Sources of virt-builder: Simple Streams, signed and not; without a key; proxies of the configuration and of the environment.
source "$(dirname "$0")/functions.sh"
requires gpg sha256sum qemu-img python3 curl
cd "$tmp"
export HOME=$tmp/home XDG_CONFIG_HOME=$tmp/config XDG_CACHE_HOME=$tmp/cache XDG_CONFIG_DIRS=$tmp/nowhere GNUPGHOME=$tmp/gpg
mkdir -p home cache config/virt-builder/repos.d source/streams/v1 source/images/{1,2}
conf () { printf '%s\n' '[source]' "$@" >config/virt-builder/repos.d/source.conf; }

mkdir -p root/{etc,root,var/log,bin,tmp}
printf 'ID=debian\nVERSION_ID="12"\n' >root/etc/os-release
printf '/dev/sda1 / ext4 defaults 0 1\n' >root/etc/fstab
printf 'root:x:0:0:root:/root:/bin/sh\n' >root/etc/passwd
printf 'root:*:19000:0:99999:7:::\n' >root/etc/shadow
echo stream >root/etc/hostname
cp /bin/true root/bin/sh
virt-make-fs -t ext4 --partition --size 48M --format qcow2 root source/images/2/disk1.img
echo old >source/images/1/disk1.img

arch=$(uname -m); arch=${arch/x86_64/amd64}; arch=${arch/aarch64/arm64}
json () # SUFFIX of the files
{
  cat >source/streams/v1/index.$1 <<EOF
{"format": "index:1.0", "index": {
  "example": {"format": "products:1.0", "datatype": "image-downloads", "path": "streams/v1/example.$1"},
  "other": {"format": "products:1.0", "datatype": "image-ids", "path": "streams/v1/nosuch.json"}}}
EOF
  cat >source/streams/v1/example.$1 <<EOF
{"format": "products:1.0", "products": {
  "org.example:server:12:$arch": {"aliases": "12,d,example", "arch": "$arch", "os": "example", "release": "bookworm", "versions": {
    "20240109.2": {"items": {
      "disk1.img": {"ftype": "disk1.img", "path": "images/2/disk1.img", "size": $(stat -c %s source/images/2/disk1.img),
                    "md5": "0", "sha256": "$(sha256sum <source/images/2/disk1.img | cut -d ' ' -f 1)"},
      "root.tar.gz": {"ftype": "root.tar.gz", "path": "x", "size": 1}}},
    "20240108.11": {"items": {"disk1.img": {"ftype": "disk1.img", "path": "images/1/disk1.img", "size": 4, "sha256": "0"}}}}},
  "org.example:container": {"arch": "$arch", "versions": {"1": {"items": {"root.tar.gz": {"ftype": "root.tar.gz", "path": "x"}}}}}}}
EOF
}
json json
conf "uri=file://$tmp/source" format=simplestreams
expect_equal "$(virt-builder --list)" "$(printf '%-24s %-10s example bookworm' "org.example:server:12:$arch" "$(uname -m)")"
virt-builder -q example --no-network --root-password disabled -o raw.img
expect_equal "$(virt-cat -a raw.img /etc/hostname)" stream "what was built of the newest version"
expect_equal "$(stat -c %s raw.img)" $((48 << 20))
virt-builder -q d --no-cache --size 80M --format qcow2 --no-network --root-password disabled -o large.qcow2
expect_equal "$(guestfish --ro -a large.qcow2 run : blockdev-getsize64 /dev/sda)" $((80 << 20))
ls cache/virt-builder | matches '20240109.2$' || fail "the cache: $(ls cache/virt-builder)"
virt-builder --list --list-format json | python3 -c 'import json, sys; t = json.load(sys.stdin)["templates"][0]; assert "size" not in t and t["aliases"] == ["12", "d", "example"], t'

# --- what is wrong
virt-builder --delete-cache
sed -i "s/\"sha256\": \"[0-9a-f]\{64\}\"/\"sha256\": \"$(printf %064d 0)\"/" source/streams/v1/example.json
expect_error 'checksum' virt-builder example -o x.img
sed -i 's|images/2/|images/../2/|' source/streams/v1/example.json
expect_error 'strange' virt-builder --list
echo '{"format": "products:1.0"' >source/streams/v1/example.json
expect_error 'example.json: line' virt-builder --list
echo '{"format": "other"}' >source/streams/v1/index.json
expect_error 'not of the format index:1.0' virt-builder --list
conf "uri=file://$tmp/source" format=other
expect_error 'has the format other' virt-builder --list
# A template with a backing file would have the host's file copied.
echo secret >secret
qemu-img create -q -f qcow2 -b "$tmp/secret" -F raw source/images/2/disk1.img
json json
conf "uri=file://$tmp/source" format=simplestreams
expect_error 'backing file' virt-builder example -o x.img
[[ ! -e x.img ]] || fail "x.img is there"
virt-make-fs -t ext4 --partition --size 48M --format qcow2 root source/images/2/disk1.img

# --- signed
mkdir -m 700 gpg
gpg --batch --quiet --passphrase '' --quick-generate-key signer@example.org rsa2048 default never 2>/dev/null || skip "gpg makes no key here"
cleanup_fn gpgconf --homedir "$tmp/gpg" --kill all
gpg --batch --quiet --armor --export >key.asc
json sjson
for name in index example; do gpg --batch --quiet --clearsign -o signed source/streams/v1/$name.sjson; mv signed source/streams/v1/$name.sjson; done
conf "uri=file://$tmp/source/" format=simplestreams "gpgkey=file://$tmp/key.asc"
virt-builder --list | matches '^org.example' || fail "signed streams are not listed"
sed -i 's/bookworm/trixie/' source/streams/v1/example.sjson
expect_error 'signature' virt-builder --list

# --- a source of the configuration without a key; --source without one is refused
printf '[tiny]\nfile=x\nsize=1\nname=Tiny\n' >source/index
conf "uri=file://$tmp/source/index"
virt-builder --list | matches Tiny || fail "a source without a key"
expect_error 'no key is known' virt-builder --list --source source/index

# --- proxies: a server that answers for every host, and says which were asked for
python3 - source/index <<'PYTHON' >port &
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = open(sys.argv[1], "rb").read()
        open("asked", "a").write(self.path + "\n")
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
PYTHON
cleanup_fn kill $!
wait_until test -s port
proxy=http://127.0.0.1:$(cat port) dead=http://127.0.0.1:1
without_proxy
conf uri=http://templates.invalid/index "proxy=$proxy"
virt-builder --list | matches Tiny || fail "proxy=ADDRESS"
expect_equal "$(tail -n 1 asked)" http://templates.invalid/index "what the proxy was asked for"
http_proxy=$dead virt-builder --list | matches Tiny || fail "proxy=ADDRESS against the environment"
conf uri=http://templates.invalid/index proxy=system
http_proxy=$proxy virt-builder --list | matches Tiny || fail "the proxy of the environment"
conf uri=http://templates.invalid/index
http_proxy=$proxy virt-builder --list | matches Tiny || fail "the proxy of the environment is not the default"
for off in off no; do
  conf "uri=$proxy/direct" proxy=$off
  http_proxy=$dead virt-builder --list | matches Tiny || fail "proxy=$off"
  expect_equal "$(tail -n 1 asked)" /direct "what was asked for without a proxy"
done
