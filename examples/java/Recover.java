import com.redhat.et.libguestfs.GuestFS;
import com.redhat.et.libguestfs.LibGuestFSException;

/** Get a file out of an ext4 filesystem whose superblock is damaged: there are copies of it. */
public class Recover
{
  public static void main (String[] argv) throws Exception
  {
    // Where copies are, in units of 1 KiB, with blocks of 1 and of 4 KiB.
    String[] tries = { "ro", "ro,noload,sb=8193", "ro,noload,sb=131072" };

    try (GuestFS g = new GuestFS ()) {
      g.add_drive_ro (argv[0]);
      g.launch ();
      for (String device : g.list_partitions ())
        for (String options : tries)
          try {
            g.mount_vfs (options, "ext4", device, "/");
            g.download (argv[1], argv[2]);
            System.out.println ("recovered from " + device + " with " + options);
            return;
          }
          catch (LibGuestFSException e) {
            System.err.println (e.getMessage ());
          }
    }
    System.err.println ("the file could not be recovered");
    System.exit (1);
  }
}
