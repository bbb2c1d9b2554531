# Completion of guestfish, guestmount and the virt-* programs in fish.  Each program lists its options itself.

for program in @PROGRAMS@
    complete -c $program -n 'string match -q -- "-*" (commandline -ct)' -a "($program --describe-options 2>/dev/null)"
    complete -c $program -s a -l add -r -F
@VALUES@
end
complete -c guestfish -n 'string match -qr -- "^(guestfish|:|-i|--ro|--rw|-r|-w|-h|--cmd-help)\$" (commandline -opc)[-1]' -a "(guestfish --cmd-help 2>/dev/null | string replace -r ' +' \t)"
