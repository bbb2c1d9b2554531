#!/bin/bash
# The programs in examples/, in every language that is built: create, recover, inspect and customise.
source "$(dirname "$0")/functions.sh"

requires_file "$top_builddir/appliance/root.img"
examples=$top_srcdir/examples
guest=${BATHYSCOPE_GUEST_DIR:-$top_builddir/guests}/debian.qcow2
run () { timeout -k 5 400 "$top_builddir/run" "$@"; }
fish () { run guestfish "$@"; }

# program LANGUAGE NAME ARGUMENT...
program ()
{
  local language=$1 name=$2
  shift 2
  case $language in
    python) run python3 "$examples/python/$name.py" "$@";;
    perl) run perl "$examples/perl/$name.pl" "$@";;
    ruby) run ruby "$examples/ruby/$name.rb" "$@";;
    ocaml) run "$tmp/ocaml/$name" "$@";;
    java) run java -cp "$tmp/java:$top_builddir/bindings/java/libguestfs.jar" \
      "$(sed -E 's/(^|_)(.)/\u\2/g' <<<"$name")" "$@";;
  esac
}

languages=()
if [[ -e $top_builddir/bindings/python/.libs/libguestfsmod.so ]]; then languages+=(python); fi
if [[ -e $top_builddir/bindings/perl/perl5 ]]; then languages+=(perl); fi
if [[ -e $top_builddir/bindings/ruby/.libs/_guestfs.so ]]; then languages+=(ruby); fi
if [[ -e $top_builddir/bindings/ocaml/mlguestfs.cmxa ]]; then
  languages+=(ocaml)
  mkdir "$tmp/ocaml"
  cp "$examples"/ocaml/*.ml "$tmp/ocaml"
  for source in "$tmp"/ocaml/*.ml; do
    run ocamlfind ocamlopt -package guestfs -linkpkg "$source" -o "${source%.ml}" >"$tmp/log" 2>&1 || fail "$(cat "$tmp/log")"
  done
fi
if [[ -e $top_builddir/bindings/java/libguestfs.jar ]]; then
  languages+=(java)
  run javac -Xlint:all -Werror -d "$tmp/java" "$examples"/java/*.java >"$tmp/log" 2>&1 || fail "$(cat "$tmp/log")"
fi
((${#languages[@]} > 0)) || skip "no binding is built"

for language in "${languages[@]}"; do
  disk=$tmp/$language.qcow2
  program "$language" create_disk "$disk" || fail "$language: create_disk"
  # The superblock is at byte 1024 of the partition.
  got=$(fish -a "$disk" run : mount-ro /dev/sda1 / : cat /documents/hello : vfs-label /dev/sda1 : \
    umount / : pwrite-device /dev/sda1 "$(printf 'damaged%.0s' {1..60})" 1024)
  expect_equal "$got" $'Hello, world\n\ndata\n420' "$language: create_disk"
  program "$language" recover "$disk" /documents/hello "$tmp/recovered" >"$tmp/out" 2>/dev/null || fail "$language: recover"
  grep -q 'recovered from /dev/sda1 with ro,noload,sb=' "$tmp/out" || fail "$language: recover: $(cat "$tmp/out")"
  expect_equal "$(cat "$tmp/recovered")" "Hello, world" "$language: recover"
  if program "$language" recover "$disk" /nosuch "$tmp/recovered" >"$tmp/out" 2>&1; then
    fail "$language: recover finds a file that is not there"
  fi
  grep -q 'could not be recovered' "$tmp/out" || fail "$language: recover: $(cat "$tmp/out")"
done

[[ -e $guest ]] || { echo "inspect and customise: not run, the Debian guest has not been made"; exit 0; }
key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleExam user@example"
for language in "${languages[@]}"; do
  overlay=$tmp/$language-guest.qcow2
  fish disk-create "$overlay" qcow2 -1 "backingfile:$guest" backingformat:qcow2
  program "$language" customise "$overlay" "ann" "$key" "host-$language" >"$tmp/out" 2>&1 || fail "$language: customise: $(cat "$tmp/out")"
  program "$language" inspect "$overlay" >"$tmp/out" 2>&1 || fail "$language: inspect: $(cat "$tmp/out")"
  grep -q '^product: Debian' "$tmp/out" || fail "$language: inspect: $(cat "$tmp/out")"
  grep -q '^type: linux debian$' "$tmp/out" || fail "$language: inspect: $(cat "$tmp/out")"
  grep -qx "hostname: host-$language" "$tmp/out" || fail "$language: inspect: $(cat "$tmp/out")"
  got=$(fish --ro -a "$overlay" -i cat /home/ann/.ssh/authorized_keys : grep '^ann:' /etc/passwd : \
    glob-expand '/etc/systemd/system/multi-user.target.wants/*first*')
  grep -qxF "$key" <<<"$got" || fail "$language: customise: $got"
  grep -q "^ann:x:[0-9]*:[0-9]*:.*:/home/ann:/bin/bash$" <<<"$got" || fail "$language: customise: $got"
  grep -q "first" <<<"$got" || fail "$language: customise: $got"
done
