import com.redhat.et.libguestfs.GuestFS;
import java.util.Map;

/** Create a disk with one ext4 filesystem and a few files. */
public class CreateDisk
{
  public static void main (String[] argv) throws Exception
  {
    try (GuestFS g = new GuestFS ()) {
      g.disk_create (argv[0], "qcow2", 512L * 1024 * 1024);
      g.add_drive (argv[0], Map.<String, Object>of ("format", "qcow2"));
      g.launch ();
      g.part_disk ("/dev/sda", "gpt");
      g.mkfs ("ext4", "/dev/sda1", Map.<String, Object>of ("label", "data"));
      g.mount ("/dev/sda1", "/");
      g.mkdir ("/documents");
      g.write ("/documents/hello", "Hello, world\n".getBytes ("UTF-8"));
      g.shutdown ();
    }
  }
}
