#!/bin/bash
# Remote drives with servers of this host: ssh, https, ftp, iscsi, gluster; and what each says when something is wrong.
# Each protocol whose server is not installed is left out.
source "$(dirname "$0")/functions.sh"
requires qemu-storage-daemon python3 unshare
gf () { timeout 90 "$top_builddir/run" guestfish "$@"; }
# A namespace, where files of the system can be replaced and ports are free.
if [[ -z ${INSIDE:-} ]]; then
  user=-r
  [[ $(id -u) = 0 ]] && user=
  unshare $user -mn true 2>/dev/null || skip "this needs namespaces"
  INSIDE=1 unshare $user -mn bash "$0" || exit $?
  exit 0
fi
cd "$tmp"
python3 -c '
import fcntl, socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", b"lo", 1 | 64))' || skip "no loopback interface"
end () { { kill "$@" && wait "${@: -1}"; } 2>/dev/null || true; }
done=()
missing () { echo "$test_name: without $1: $2 is not installed"; }
has () { type -p "$1" >/dev/null; }
wait_for_port () { local i; for i in {1..1200}; do (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.05; done; fail "no server at port $1: $(cat "$2" 2>/dev/null)"; }

truncate -s 40M disk.raw
gf -a disk.raw run : part-disk /dev/sda mbr : mkfs ext4 /dev/sda1 : mount /dev/sda1 / : write /file contents : umount-all
reads () # WHAT NAME OPTION...
{
  local what=$1
  shift
  gf add "$@" readonly:true : run : mount /dev/sda1 / : cat /file >out 2>&1 || fail "$what: $(cat out)"
  expect_equal "$(cat out)" contents "$what"
}
writes () # WHAT NAME OPTION...
{
  local what=$1
  shift
  gf add "$@" : run : mount /dev/sda1 / : write "/$what" written : umount-all >out 2>&1 || fail "$what: $(cat out)"
  gf --ro -a disk.raw -m /dev/sda1 cat "/$what" >out
  expect_equal "$(cat out)" written "what was written by $what"
}
refuses () { local pattern=$1; shift; expect_error "launch: [a-z]*://.*$pattern" gf add "$@" readonly:true : run; }

# Is the driver there at all?
gf add /x protocol:ftp server:127.0.0.1:1 readonly:true : run >out 2>&1 || true
! matches qemu-block-extra <out || skip "$(cat out)"

# --- ssh: keys and known hosts of the user's home
if has sshd && has ssh-keygen; then
  mkdir -m 700 home home/.ssh
  ssh-keygen -q -t ed25519 -N '' -f hostkey
  ssh-keygen -q -t ed25519 -N '' -f otherkey
  ssh-keygen -q -t ed25519 -N '' -f home/.ssh/id_ed25519
  user=$(id -un)
  printf '%s\n' "Port 2222" "ListenAddress 127.0.0.1" "HostKey $tmp/hostkey" "AuthorizedKeysFile $tmp/home/.ssh/id_ed25519.pub" "StrictModes no" \
    "UsePAM no" "PidFile $tmp/sshd.pid" "PasswordAuthentication no" "Subsystem sftp internal-sftp" >sshd_config
  [[ -d /run/sshd ]] || mount -t tmpfs tmpfs /run && mkdir -p /run/sshd
  "$(type -p sshd)" -D -f sshd_config 2>sshd.log & cleanup_fn end $!
  wait_for_port 2222 sshd.log
  home=$(getent passwd "$user" | cut -d: -f6)
  mount --bind home "$home"
  export HOME=$home
  ssh=(protocol:ssh server:127.0.0.1:2222)
  refuses "no host key was found in known_hosts" "$tmp/disk.raw" "${ssh[@]}" username:"$user"
  echo "[127.0.0.1]:2222 $(cut -d' ' -f1,2 otherkey.pub)" >home/.ssh/known_hosts
  refuses "does not match the one in known_hosts" "$tmp/disk.raw" "${ssh[@]}" username:"$user"
  echo "[127.0.0.1]:2222 $(cut -d' ' -f1,2 hostkey.pub)" >home/.ssh/known_hosts
  reads ssh "$tmp/disk.raw" "${ssh[@]}" username:"$user"
  reads ssh "$tmp/disk.raw" "${ssh[@]}"
  writes ssh "$tmp/disk.raw" "${ssh[@]}"
  refuses "No such file" "$tmp/nothing" "${ssh[@]}"
  refuses "failed to authenticate" "$tmp/disk.raw" "${ssh[@]}" username:nobody-at-all
  refuses "Connection refused" "$tmp/disk.raw" protocol:ssh server:127.0.0.1:1
  mv home/.ssh/id_ed25519 home/.ssh/other
  refuses "failed to authenticate" "$tmp/disk.raw" "${ssh[@]}"
  expect_error "protocol ssh has no secret" gf add /x "${ssh[@]}" secret:x
  umount "$home"
  done+=(ssh)
else missing ssh openssh-server; fi

# --- https: the certificate is checked
if has openssl && [[ -e /etc/ssl/certs/ca-certificates.crt ]]; then
  openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null
  python3 "$top_srcdir/tests/range-server.py" --tls key.pem cert.pem >port & cleanup_fn end $!
  until [[ -s port ]]; do sleep 0.05; kill -0 $! || fail "no https server"; done
  https=(protocol:https server:127.0.0.1:"$(cat port)")
  refuses "certificate verification failed|certificate" /disk.raw "${https[@]}"
  mount --bind cert.pem /etc/ssl/certs/ca-certificates.crt
  reads https /disk.raw "${https[@]}"
  refuses 404 /nothing "${https[@]}"
  refuses "does not match|host name" /disk.raw protocol:https server:127.0.0.2:"$(cat port)"
  done+=(https)
else missing https openssl; fi

# --- ftp
if /usr/bin/python3 -c 'import pyftpdlib' 2>/dev/null; then
  /usr/bin/python3 -c '
from pyftpdlib import authorizers, handlers, servers
a = authorizers.DummyAuthorizer()
a.add_user("me", "se,cret", ".", perm="elr")
handlers.FTPHandler.authorizer = a
servers.FTPServer(("127.0.0.1", 2121), handlers.FTPHandler).serve_forever()' 2>ftp.log & cleanup_fn end $!
  wait_for_port 2121 ftp.log
  ftp=(protocol:ftp server:127.0.0.1:2121)
  reads ftp /disk.raw "${ftp[@]}" username:me secret:se,cret
  refuses "Access denied" /disk.raw "${ftp[@]}" username:me secret:wrong
  refuses "does not exist" /nothing "${ftp[@]}" username:me secret:se,cret
  refuses "connect to 127.0.0.1 port 1" /disk.raw protocol:ftp server:127.0.0.1:1
  expect_error "launch: ftp://.*does not support writes" gf add /disk.raw "${ftp[@]}" username:me secret:se,cret : run
  done+=(ftp)
else missing ftp python3-pyftpdlib; fi

# --- iscsi
if has tgtd && has tgtadm && [[ $(id -u) = 0 ]]; then
  export TGT_IPC_SOCKET=$tmp/tgt
  tgtd -f -C 7 --iscsi portal=127.0.0.1:3260 >tgtd.log 2>&1 & cleanup_fn end -9 $!
  wait_for_port 3260 tgtd.log
  admin () { tgtadm -C 7 --lld iscsi "$@"; }
  admin --op new --mode target --tid 1 -T iqn.2026-01.test:disk
  admin --op new --mode logicalunit --tid 1 --lun 1 -b "$tmp/disk.raw"
  admin --op bind --mode target --tid 1 -I ALL
  iscsi=(protocol:iscsi server:127.0.0.1)
  reads iscsi iqn.2026-01.test:disk/1 "${iscsi[@]}"
  writes iscsi iqn.2026-01.test:disk/1 "${iscsi[@]}"
  refuses "LOGICAL_UNIT_NOT_SUPPORTED" iqn.2026-01.test:disk/7 "${iscsi[@]}"
  refuses "Target not found" iqn.2026-01.test:none/1 "${iscsi[@]}"
  refuses "the server cannot be connected to" iqn.2026-01.test:disk/1 protocol:iscsi server:127.0.0.1:1
  admin --op new --mode account --user me --password secretsecret
  admin --op bind --mode account --tid 1 --user me
  refuses "Authentication failure" iqn.2026-01.test:disk/1 "${iscsi[@]}"
  refuses "Authentication failure" iqn.2026-01.test:disk/1 "${iscsi[@]}" username:me secret:wrongwrong12
  reads iscsi iqn.2026-01.test:disk/1 "${iscsi[@]}" username:me secret:secretsecret
  done+=(iscsi)
else missing iscsi tgt; fi

# --- gluster: a volume of one brick; it wants no loopback address
if has glusterd && has gluster && has ip && [[ $(id -u) = 0 ]] && ip addr add 10.9.8.7/32 dev lo; then
  mkdir -p g/lib g/log g/run g/brick /var/run/gluster
  cp --sparse=always disk.raw g/brick/
  mount --bind g/lib /var/lib/glusterd
  mount --bind g/log /var/log/glusterfs
  mount --bind g/run /var/run/gluster
  glusterd -N & cleanup_fn end $!
  wait_for_port 24007 g/log/glusterd.log
  volume () { timeout 60 gluster --mode=script volume "$@" >gluster.log 2>&1; }
  until volume list; do sleep 0.2; kill -0 $! || fail "glusterd: $(tail g/log/glusterd.log)"; done
  if volume create vol "10.9.8.7:$tmp/g/brick" force && volume start vol; then
    cleanup_fn volume stop vol force
    gluster=(protocol:gluster server:10.9.8.7)
    reads gluster vol/disk.raw "${gluster[@]}"
    refuses "No such file" vol/nothing "${gluster[@]}"
    done+=(gluster)
  else echo "$test_name: without gluster: $(cat gluster.log)"; fi
else missing gluster glusterfs-server; fi
refuses "failed to connect" vol/disk.raw protocol:gluster server:127.0.0.1:1

# --- rbd: no cluster is made here, but QEMU takes the options, and says what is wrong.
refuses "monitor info|error connecting" pool/image protocol:rbd
refuses "error connecting: Invalid argument" pool/image protocol:rbd server:127.0.0.1:1 username:me secret:bm90IGEga2V5
echo "$test_name: tested ${done[*]:-nothing}"
[[ ${#done[@]} -gt 0 ]] || skip "no server is installed"
