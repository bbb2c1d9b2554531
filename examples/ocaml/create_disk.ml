(* Create a disk with one ext4 filesystem and a few files. *)
let () =
  let disk = Sys.argv.(1) in
  let g = new Guestfs.guestfs () in
  g#disk_create disk "qcow2" 536870912L;
  g#add_drive ~format:"qcow2" disk;
  g#launch ();
  g#part_disk "/dev/sda" "gpt";
  g#mkfs ~label:"data" "ext4" "/dev/sda1";
  g#mount "/dev/sda1" "/";
  g#mkdir "/documents";
  g#write "/documents/hello" "Hello, world\n";
  g#shutdown ();
  g#close ()
