/* Tests of driverid.c. */

#include <config.h>

#undef NDEBUG
#include <assert.h>
#include <string.h>

#include "driverid.h"

static void
check (const struct driver_id *id, const char *bus, const char *class,
       const char *vendor, const char *device, const char *subsystem)
{
  assert (strcmp (id->bus, bus) == 0);
  assert (strcmp (id->class, class) == 0);
  assert (strcmp (id->vendor, vendor) == 0);
  assert (strcmp (id->device, device) == 0);
  assert (strcmp (id->subsystem, subsystem) == 0);
}

static void
linux_aliases (void)
{
  struct driver_id id;

  assert (driver_id_modalias ("pci:v00001AF4d*sv*sd*bc*sc*i*", &id));
  check (&id, "pci", "", "1AF4", "", "");
  assert (driver_id_modalias ("pci:v000015ADd000007B0sv00001AF4sd00000001bc*sc*i*",
                              &id));
  check (&id, "pci", "", "15AD", "07B0", "00011AF4");
  assert (driver_id_modalias ("pci:v*d*sv*sd*bc01sc08i02*", &id));
  check (&id, "pci", "010802", "", "", "");
  assert (driver_id_modalias ("usb:v05E3p0723d94[0-9]*dc*dsc*dp*ic08isc06ip50in*",
                              &id));
  check (&id, "usb", "080650", "05E3", "0723", "");
  assert (!*id.revision && !*id.identifier);
  assert (driver_id_modalias ("hid:b0003g*v0000046Dp0000C52B", &id));
  check (&id, "hid", "", "046D", "C52B", "");
  assert (driver_id_modalias ("virtio:d00000002v*", &id));
  check (&id, "virtio", "", "", "0002", "");
  assert (!driver_id_modalias ("of:N*T*Cvirtio,mmio", &id));
  assert (!driver_id_modalias ("pci", &id));
  assert (driver_id_modalias ("pci:", &id));
  check (&id, "pci", "", "", "", "");
  /* More of a field than there is room for. */
  assert (driver_id_modalias ("pci:bc01bc02bc03bc04bc05v1v2v3v4v5v6v7v8v9", &id));
  assert (strlen (id.class) < sizeof id.class);
  assert (strlen (id.vendor) < sizeof id.vendor);
}

static void
windows_ids (void)
{
  struct driver_id id;

  assert (driver_id_windows ("PCI", "VEN_1AF4&DEV_1000&SUBSYS_00011AF4&REV_00",
                             &id));
  check (&id, "pci", "", "1AF4", "1000", "00011AF4");
  assert (strcmp (id.revision, "00") == 0);
  assert (driver_id_windows ("pci", "ven_8086&cc_0101", &id));
  check (&id, "pci", "0101", "8086", "", "");
  assert (driver_id_windows ("HID", "VID_046D&PID_C52B&MI_01&Col02", &id));
  check (&id, "hid", "", "046D", "C52B", "");
  assert (strcmp (id.identifier, "01") == 0);
  assert (strcmp (id.collection, "02") == 0);
  assert (driver_id_windows ("USB", "Class_08&SubClass_06&Prot_50", &id));
  check (&id, "usb", "080650", "", "", "");
  assert (driver_id_windows ("ACPI", "PNP0303", &id));
  check (&id, "acpi", "", "", "", "");
  assert (driver_id_windows ("PCI", "VEN_XYZ&&DEV_&", &id));
  check (&id, "pci", "", "", "", "");
  assert (!driver_id_windows ("", "x", &id));
  assert (!driver_id_windows ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "x", &id));
}

int
main (void)
{
  linux_aliases ();
  windows_ids ();
  return 0;
}
