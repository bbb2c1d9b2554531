# For the tests of virt-sysprep.

# Commands of guestfish that make the files of stdin, and others with contents of their own.
plant_files ()
{
  sort -u | while read -r file; do
    [[ $file == /tmp ]] && continue
    echo "mkdir-p ${file%/*}"
    [[ $file == *ssh/ssh*_* ]] || echo "write $file x"
  done
  cat <<'END'
write /var/spool/cron/atjobs/.SEQ "0002a\n"
mkdir-p /etc/sysconfig/network-scripts
write /etc/sysconfig/network-scripts/ifcfg-eth0 "DEVICE=eth0\nHWADDR=00:11:22:33:44:55\nHOSTNAME=foo\n DHCP_HOSTNAME=bar\nONBOOT=yes\n"
chmod 0600 /etc/sysconfig/network-scripts/ifcfg-eth0
END
}
