#!/bin/bash
# Real systems: Alpine guests of several architectures, FreeDOS floppies, and the registry of a real Windows 7.
source "$(dirname "$0")/functions.sh"
requires_images
requires guestfish xz
requires_file "$top_builddir/appliance/root.img"
cd "$tmp"

guests=(v3.20-aarch64 v3.20-x86 v3.20-x86_64 v3.20-xfs v3.6-x86_64)
args=()
for g in "${guests[@]}"; do
  requires_file "$images/guests/alpine-$g.qcow2"
  args+=(-a "$images/guests/alpine-$g.qcow2")
done
xz -dkc "$images/freedos/v86.freedos.boot.disk.img.xz" >dos.img
args+=(-a dos.img)

{
  printf 'run\ninspect-os\n'
  for d in a b c d e; do
    printf -- '-inspect-get-%s /dev/sd'$d'1\n' distro product-name arch hostname osinfo
  done
  printf -- '-inspect-get-%s /dev/sdf\n' type distro
} >script
guestfish --ro "${args[@]}" -f script >out
diff -u out - <<'END' || fail "what inspection says"
/dev/sdf
/dev/sda1
/dev/sdb1
/dev/sdc1
/dev/sdd1
/dev/sde1
alpinelinux
Alpine Linux v3.20
aarch64
alpine-v3.20-aarch64
alpinelinux3.20
alpinelinux
Alpine Linux v3.20
i386
alpine-v3.20-x86
alpinelinux3.20
alpinelinux
Alpine Linux v3.20
x86_64
alpine-v3.20-x86_64
alpinelinux3.20
alpinelinux
Alpine Linux v3.20
x86_64
alpine-v3.20-xfs
alpinelinux3.20
alpinelinux
Alpine Linux v3.6
x86_64
alpine-v3.6-x86_64
alpinelinux3.6
dos
freedos
END

# A hive of 30,000 keys that Windows wrote.
show=$top_builddir/inspector/show-system
requires_file "$show" "$images/regipy/SYSTEM.xz"
mkdir -p w/Windows/System32/config
xz -dkc "$images/regipy/SYSTEM.xz" >w/Windows/System32/config/SYSTEM
"$show" w ntfs >facts
for line in "hostname WKS-WIN732BITA" "control_set ControlSet001" "arch i386" "systemroot /Windows"; do
  grep -qx "$line" facts || fail "no '$line': $(cat facts)"
done
