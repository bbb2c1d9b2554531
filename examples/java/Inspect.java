import com.redhat.et.libguestfs.GuestFS;
import java.util.Map;
import java.util.TreeMap;

/** Tell which operating systems are on a disk, and what is mounted where. */
public class Inspect
{
  public static void main (String[] argv) throws Exception
  {
    try (GuestFS g = new GuestFS ()) {
      g.add_drive_ro (argv[0]);
      g.launch ();
      for (String root : g.inspect_os ()) {
        System.out.println ("root: " + root);
        System.out.println ("product: " + g.inspect_get_product_name (root));
        System.out.println ("type: " + g.inspect_get_type (root) + " " + g.inspect_get_distro (root));
        for (Map.Entry<String, String> e : new TreeMap<String, String> (g.inspect_get_mountpoints (root)).entrySet ()) {
          System.out.println ("mount: " + e.getKey () + " " + e.getValue ());
          g.mount_ro (e.getValue (), e.getKey ());
        }
        System.out.print ("hostname: " + g.cat ("/etc/hostname"));
        g.umount_all ();
      }
    }
  }
}
