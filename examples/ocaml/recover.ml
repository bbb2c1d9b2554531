(* Get a file out of an ext4 filesystem whose superblock is damaged: there are copies of it. *)
let () =
  let disk, path, output = Sys.argv.(1), Sys.argv.(2), Sys.argv.(3) in
  let g = new Guestfs.guestfs () in
  g#add_drive_ro disk;
  g#launch ();
  let recover device options =
    match g#mount_vfs options "ext4" device "/"; g#download path output with
    | () -> Printf.printf "recovered from %s with %s\n" device options; exit 0
    | exception Guestfs.Error message -> prerr_endline message in
  (* Where copies are, in units of 1 KiB, with blocks of 1 and of 4 KiB. *)
  Array.iter (fun device ->
    List.iter (recover device) ["ro"; "ro,noload,sb=8193"; "ro,noload,sb=131072"]
  ) (g#list_partitions ());
  prerr_endline "the file could not be recovered";
  exit 1
