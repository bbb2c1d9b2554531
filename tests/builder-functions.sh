# For the tests of virt-builder and virt-builder-repository.

# small_debian FOLDER HOSTNAME: the files of a system that is inspected as Debian.
small_debian ()
{
  mkdir -p "$1"/{etc,root,var/log,bin,tmp}
  printf 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' >"$1/etc/os-release"
  echo 12.5 >"$1/etc/debian_version"
  printf '/dev/sda1 / ext4 defaults 0 1\n' >"$1/etc/fstab"
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:*:19000:0:99999:7:::\n' >"$1/etc/shadow"
  echo "$2" >"$1/etc/hostname"
}
