# Completion of guestfish, guestmount and the virt-* programs in fish.  Each program lists its options itself.

for program in @PROGRAMS@
    complete -c $program -n 'string match -q -- "-*" (commandline -ct)' -a "($program --long-options 2>/dev/null; $program --short-options 2>/dev/null)"
    complete -c $program -s a -l add -r -F
    complete -c $program -s d -l domain -x -a '(virsh list --all --name 2>/dev/null)'
    complete -c $program -l format -x -a 'raw qcow2'
end
