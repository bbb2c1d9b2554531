# Trees of Windows systems, for the tests that source this:
#   make_windows DIR PRODUCT VERSION BUILD VARIANT MACHINE [SOFTWARE-LINE...]
# VERSION is "6.1", or "10.0", which goes into other values.  MACHINE is AMD64, x86 or ARM64.  The environment may
# give disk_id (eight hexadecimal digits, as stored), offset (sixteen) and guid (thirty-two) of drives C and D.
hive () { python3 "$top_srcdir/tests/inspect/hive.py" "$@"; }

software_lines ()
{
  local key='Microsoft\Windows NT\CurrentVersion' version=$3
  [[ $1 == - ]] || printf '%s\tProductName\tsz\t%s\n' "$key" "$1"
  printf '%s\tCurrentBuildNumber\tsz\t%s\n' "$key" "$2"
  if [[ $version == 10.0 ]]; then
    printf '%s\tCurrentMajorVersionNumber\tdword\ta\n%s\tCurrentMinorVersionNumber\tdword\t0\n' "$key" "$key"
    version=6.3
  fi
  printf '%s\tCurrentVersion\tsz\t%s\n' "$key" "$version"
  [[ $4 == - ]] || printf '%s\tInstallationType\tsz\t%s\n' "$key" "$4"
}

system_lines ()
{
  printf 'Select\tCurrent\tdword\t2\nSelect\tDefault\tdword\t1\n'
  printf 'ControlSet001\\Services\\Tcpip\\Parameters\tHostname\tsz\twrong\n'
  printf 'ControlSet002\\Services\\Tcpip\\Parameters\tHostname\tsz\twinbox\n'
  printf 'ControlSet002\\Control\\Session Manager\\Environment\tPROCESSOR_ARCHITECTURE\tsz\t%s\n' "$1"
  printf 'MountedDevices\t\\DosDevices\\C:\tbin\t%s%s\n' "${disk_id:-78563412}" "${offset:-0000100000000000}"
  printf 'MountedDevices\t\\DosDevices\\D:\tbin\t444d494f3a49443a%s\n' "${guid:-33221100554477668899aabbccddeeff}"
  printf 'MountedDevices\t\\DosDevices\\E:\tbin\t5c003f003f00\n'
}

make_windows ()
{
  local dir=$1 product=$2 version=$3 build=$4 variant=$5 machine=$6
  local config=$dir/Windows/System32/config
  shift 6
  mkdir -p "$config"
  { software_lines "$product" "$build" "$version" "$variant"; if (($#)); then printf '%s\n' "$@"; fi; } | hive "$config/SOFTWARE"
  system_lines "$machine" | hive "$config/SYSTEM"
}

# The same as text, for tests/guests/make-hive: the least that is taken for Windows 10.
windows_10_reg ()
{
  cat <<'END'
[HKEY_LOCAL_MACHINE\HIVE]

[HKEY_LOCAL_MACHINE\HIVE\Microsoft]

[HKEY_LOCAL_MACHINE\HIVE\Microsoft\Windows NT]

[HKEY_LOCAL_MACHINE\HIVE\Microsoft\Windows NT\CurrentVersion]
"ProductName"="Windows 10 Pro"
"CurrentBuildNumber"="19045"
"CurrentVersion"="6.3"
END
}
