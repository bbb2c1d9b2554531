(* Tell which operating systems are on a disk, and what is mounted where. *)
open Printf

let () =
  let g = new Guestfs.guestfs () in
  g#add_drive_ro Sys.argv.(1);
  g#launch ();
  Array.iter (fun root ->
    printf "root: %s\n" root;
    printf "product: %s\n" (g#inspect_get_product_name root);
    printf "type: %s %s\n" (g#inspect_get_type root) (g#inspect_get_distro root);
    List.iter (fun (path, device) ->
      printf "mount: %s %s\n" path device;
      g#mount_ro device path
    ) (List.sort compare (g#inspect_get_mountpoints root));
    printf "hostname: %s" (g#cat "/etc/hostname");
    g#umount_all ()
  ) (g#inspect_os ());
  g#close ()
