# For block-layer and block-guest: our block layer and its peer on a socket, and parts of sorted figures.
qsd=$(type -p qemu-storage-daemon) || { echo "qemu-storage-daemon is not installed (Debian: qemu-system-common)" >&2; exit 77; }

# Start one in $on_cpus (a command, or nothing) and wait until it takes connections; sets $server.
serve () # ours|peer SOCKET FORMAT IMAGE
{
  rm -f "$2"
  if [[ $1 == ours ]]; then
    "${on_cpus[@]}" "$top_builddir/bench/block-server" "$2" "$3" "$4" &
  else
    "${on_cpus[@]}" "$qsd" --blockdev driver=file,node-name=file,filename="$4",aio="${BLOCK_PEER_AIO:-threads}",discard=unmap \
      --blockdev driver="$3",node-name=disk,file=file,discard=unmap \
      --export type=vhost-user-blk,id=export,node-name=disk,addr.type=unix,addr.path="$2",writable=on &
  fi
  server=$!
  # Bound is not listening yet.
  until awk -v name="$2" '$4 == "00010000" && substr($0, length($0) - length(name)) == " " name {found = 1} END {exit !found}' /proc/net/unix; do kill -0 $server 2>/dev/null || return 1; sleep 0.01; done
}

# The value at this part of the sorted ones.
quantile () { sort -g | awk -v q="$1" '{v[NR] = $1} END {if (NR) print v[int((NR - 1) * q + 1.5)]}'; }
