# For tests of the kvm engine, after functions.sh: run the rest of the script
# in the lab (run-in-lab), unless it already is there.
#
# In the lab, $kernel_kvm is the kernel, and guest_root makes a root image of
# machine/test-guest, whose path it leaves in $root.

lab_dir=$(dirname "${BASH_SOURCE[0]}")
kernel_kvm=${BATHYSCOPE_KVM_KERNEL:-$top_builddir/appliance/kernel-kvm}
kernel_kvm=$(realpath -m "$kernel_kvm")
requires_file "$kernel_kvm"
requires mkfs.erofs

if [[ ! ${BATHYSCOPE_IN_LAB-} ]]; then
  export top_srcdir top_builddir BATHYSCOPE_KVM_KERNEL=$kernel_kvm
  # A busy host can make the lab's processors slow enough to be taken for
  # unusable: that is right, and no verdict on what the test is about.
  for _ in 1 2 3; do
    status=0
    "$lab_dir/run-in-lab" -t "${lab_seconds:-900}" bash "$(realpath "$0")" >"$tmp/lab" 2>&1 || status=$?
    cat "$tmp/lab"
    [[ $status -ne 0 ]] && matches "/dev/kvm is too slow" <"$tmp/lab" || break
  done
  exit $status
fi

# All is ten times slower here.
wait_limit=600
guest_root ()
{
  root=$tmp/root.img
  mkdir -p "$tmp/root"/{dev,proc,sys,tmp}
  cp "$top_builddir/machine/test-guest" "$tmp/root/init"
  mkfs.erofs "$root" "$tmp/root" >/dev/null 2>&1 || fail "mkfs.erofs"
}

# drive_kvm OPTION... COMMAND...: launch with the kvm engine.
drive_kvm ()
{
  timeout 600 "$top_builddir/machine/test-driver" \
    -m "$top_builddir/machine/bathyscope-machine" \
    -K "$kernel_kvm" -r "$root" -e kvm "$@"
}
