(* Add a user with an SSH key, set the host name, and install a script for the first boot. *)
open Printf

let unit_file = "[Unit]
ConditionPathExists=!/var/lib/first-boot-done

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/first-boot
ExecStartPost=/bin/touch /var/lib/first-boot-done

[Install]
WantedBy=multi-user.target
"

let () =
  let disk, user, key, hostname = Sys.argv.(1), Sys.argv.(2), Sys.argv.(3), Sys.argv.(4) in
  let g = new Guestfs.guestfs () in
  g#add_drive disk;
  g#launch ();
  let root = (g#inspect_os ()).(0) in
  List.iter (fun (path, device) -> g#mount device path) (List.sort compare (g#inspect_get_mountpoints root));

  g#write "/etc/hostname" (hostname ^ "\n");

  let id, home = 2000, "/home/" ^ user in
  g#write_append "/etc/passwd" (sprintf "%s:x:%d:%d::%s:/bin/bash\n" user id id home);
  g#write_append "/etc/group" (sprintf "%s:x:%d:\n" user id);
  g#write_append "/etc/shadow" (sprintf "%s:!:19000:0:99999:7:::\n" user);
  g#mkdir_p (home ^ "/.ssh");
  g#write (home ^ "/.ssh/authorized_keys") (key ^ "\n");
  g#chmod 0o700 (home ^ "/.ssh");
  g#chmod 0o600 (home ^ "/.ssh/authorized_keys");
  List.iter (g#chown id id) [home; home ^ "/.ssh"; home ^ "/.ssh/authorized_keys"];

  (* A service that runs once: its condition is false from then on. *)
  g#write "/usr/local/sbin/first-boot" "#!/bin/sh\necho booted >/var/tmp/first\n";
  g#chmod 0o755 "/usr/local/sbin/first-boot";
  g#write "/etc/systemd/system/first-boot.service" unit_file;
  g#mkdir_p "/etc/systemd/system/multi-user.target.wants";
  g#ln_sf "/etc/systemd/system/first-boot.service" "/etc/systemd/system/multi-user.target.wants/first-boot.service";
  g#shutdown ();
  g#close ()
