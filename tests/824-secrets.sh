#!/bin/bash
# Keys are in no trace, debugging message, console, list of processes or core dump; the library and the tools keep no copy of them.
source "$(dirname "$0")/functions.sh"
requires_file "$top_builddir/tests/secrets" "$top_builddir/appliance/root.img"
# Where functions are bound when they are first called, the dynamic linker saves registers on the stack for that moment: not ours to wipe.
export LD_BIND_NOW=1
secrets () { "$top_builddir/run" "$top_builddir/tests/secrets" "$@"; }
cd "$tmp"
printf 'passphrase-%s%s%s\n' $RANDOM $RANDOM $RANDOM >key
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
for i in {1..600}; do
  grep -q '^waiting' output && break
  kill -0 $shell 2>/dev/null || fail "guestfish: $(cat output)"
  sleep 0.1
done
grep -q '^waiting' output || fail "guestfish: $(tail -5 output)"
! tr '\0' ' ' </proc/$shell/cmdline | matches -F "$key" || fail "the key is in the list of processes"
looks_into_memory secrets scan key $shell
exec 9>&-
wait $shell || fail "guestfish: $(tail -5 output)"
not_in output

# Mistakes are told without the password.
for selector in "$key" "root:$key" "pass:$key"; do
  virt-customize --format raw -a disk --root-password "$selector" >out 2>&1 </dev/null && fail "--root-password $selector"
  not_in out
done
for selector in "$key" "x:kay:$key"; do
  guestfish --key "$selector" </dev/null >out 2>&1 && fail "--key $selector"
  not_in out
done
true
