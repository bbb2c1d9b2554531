# For the tests of bathyscope-machine, after functions.sh: a guest of their own (machine/test-guest.c) and a stand-in for the library.
#
#   driver ARGUMENT...   machine/test-driver with that guest on the uml engine; what it prints is described in its source
#   guest_processes      pids of all processes of guests that started since this file was read

driver_program=$top_builddir/machine/test-driver
machine=$top_builddir/machine/bathyscope-machine
kernel=${BATHYSCOPE_TEST_UML_KERNEL:-$top_builddir/appliance/kernel-uml}
requires mkfs.erofs
requires_file "$driver_program" "$machine" "$kernel" "$top_builddir/machine/test-guest"

mkdir -p "$tmp"/root/{dev,proc,sys}
cp "$top_builddir/machine/test-guest" "$tmp/root/init"
mkfs.erofs "$tmp/root.erofs" "$tmp/root" >"$tmp/mkfs.log" 2>&1 || fail "mkfs.erofs: $(cat "$tmp/mkfs.log")"

driver ()
{
  timeout -k 5 600 "$driver_program" -m "$machine" -k "$kernel" -r "$tmp/root.erofs" -e uml "$@"
}

# Guests of this test carry a mark on their command line.
mark=test_mark=$$_$RANDOM
driver_marked () { driver -a "$mark" "$@"; }
guest_processes () { pgrep -f "^bathyscope-guest .*$mark" || true; }

# Wait until all guests of this test are gone.
expect_no_guest ()
{
  local i
  for i in {1..600}; do
    [[ -z $(guest_processes) ]] && return
    sleep 0.1
  done
  fail "$1: processes of the guest are left: $(guest_processes | xargs ps -o pid,ppid,stat,args -p)"
}
