# For tests of inspection: a small Debian system as a tar file in the current directory.  NAME is its host name, FSTAB its fstab.
small_system () # TAR NAME FSTAB [FILE TEXT]...
{
  local tar=$1 name=$2 fstab=$3
  shift 3
  rm -rf tree
  mkdir -p tree/{etc,bin,lib,usr,var,boot,home,srv,opt,mnt,media}
  printf 'ID=debian\nVERSION_ID=12\nPRETTY_NAME="System %s"\n' "$name" >tree/etc/os-release
  printf '%s\n' "$name" >tree/etc/hostname
  printf '%b' "$fstab" >tree/etc/fstab
  while (($#)); do
    mkdir -p "tree/$(dirname "$1")"
    printf '%b' "$2" >"tree/$1"
    shift 2
  done
  tar -C tree -cf "$tar" .
}
