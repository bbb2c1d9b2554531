import com.redhat.et.libguestfs.GuestFS;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Add a user with an SSH key, set the host name, and install a script for the first boot. */
public class Customise
{
  static byte[] bytes (String text)
  {
    return text.getBytes (StandardCharsets.UTF_8);
  }

  static final String UNIT = String.join ("\n", "[Unit]", "ConditionPathExists=!/var/lib/first-boot-done", "",
    "[Service]", "Type=oneshot", "ExecStart=/usr/local/sbin/first-boot",
    "ExecStartPost=/bin/touch /var/lib/first-boot-done", "", "[Install]", "WantedBy=multi-user.target", "");

  public static void main (String[] argv) throws Exception
  {
    String disk = argv[0], user = argv[1], key = argv[2], hostname = argv[3];

    try (GuestFS g = new GuestFS ()) {
      g.add_drive (disk);
      g.launch ();
      String root = g.inspect_os ()[0];
      for (Map.Entry<String, String> e : new TreeMap<String, String> (g.inspect_get_mountpoints (root)).entrySet ())
        g.mount (e.getValue (), e.getKey ());

      g.write ("/etc/hostname", bytes (hostname + "\n"));

      int id = 2000;
      String home = "/home/" + user, ssh = home + "/.ssh", keys = ssh + "/authorized_keys";
      g.write_append ("/etc/passwd", bytes (user + ":x:" + id + ":" + id + "::" + home + ":/bin/bash\n"));
      g.write_append ("/etc/group", bytes (user + ":x:" + id + ":\n"));
      g.write_append ("/etc/shadow", bytes (user + ":!:19000:0:99999:7:::\n"));
      g.mkdir_p (ssh);
      g.write (keys, bytes (key + "\n"));
      g.chmod (0700, ssh);
      g.chmod (0600, keys);
      for (String path : new String[] { home, ssh, keys })
        g.chown (id, id, path);

      // A service that runs once: its condition is false from then on.
      g.write ("/usr/local/sbin/first-boot", bytes ("#!/bin/sh\necho booted >/var/tmp/first\n"));
      g.chmod (0755, "/usr/local/sbin/first-boot");
      g.write ("/etc/systemd/system/first-boot.service", bytes (UNIT));
      g.mkdir_p ("/etc/systemd/system/multi-user.target.wants");
      g.ln_sf ("/etc/systemd/system/first-boot.service",
               "/etc/systemd/system/multi-user.target.wants/first-boot.service");
      g.shutdown ();
    }
  }
}
