/* The inspector's parsers of text and headers of a guest.  The first byte
 * chooses the parser, so that one corpus serves all. */

#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bsdlabel.h"
#include "cleanup.h"
#include "devname.h"
#include "devtables.h"
#include "driverid.h"
#include "elfarch.h"
#include "fstab.h"
#include "fuzz.h"
#include "netconfig.h"
#include "osrelease.h"
#include "wim.h"

static void
run_fstab (const char *text)
{
  CLEANUP_FSTAB struct fstab f = FSTAB_INIT;
  size_t i, bad;

  if (fstab_parse (text, &f, &bad) == -1)
    return;
  for (i = 0; i < f.len; ++i)
    free (fstab_option (&f.ptr[i], "subvol"));
}

static void
run_osrelease (const char *text)
{
  int major_version = 0, minor_version = 0;
  CLEANUP_FREE char *value = osrelease_get (text, "VERSION_ID");

  if (value)
    (void) osrelease_version (value, &major_version, &minor_version);
  (void) osrelease_version (text, &major_version, &minor_version);
}

static void
run_names (const char *text)
{
  struct devname d;

  (void) devname_parse (text, &d);
  (void) bsdlabel_duid_letter (text);
}

/* The name of a bus ends at a backslash. */
static void
run_drivers (char *text)
{
  struct driver_id id;
  char *bus = text, *device = strchr (text, '\\');

  (void) driver_id_modalias (text, &id);
  if (!device)
    return;
  *device = '\0';
  (void) driver_id_windows (bus, device + 1, &id);
}

static void
run_labels (const uint8_t *data, size_t size)
{
  const struct bsd_partition slice = { 2048, 1000 };
  struct bsd_partition p;
  struct bsdlabel l;

  (void) bsdlabel_parse (data, size, &slice, &l);
  (void) minix_subpartition (data, size, 3, &p);
}

typedef int network_fn (char *text, const char *source, struct strlist *ret);

static const struct {
  char letter;
  network_fn *parse;
} networks[] = {
  { 'i', net_parse_ifupdown }, { 'p', net_parse_netplan },
  { 'n', net_parse_networkd }, { 'k', net_parse_keyfile },
  { 'c', net_parse_ifcfg }, { 'r', net_parse_rc_conf },
  { 'h', net_parse_hostname_if }, { 's', net_parse_rc_inet1 },
  { 'g', net_parse_gentoo },
};

static void
run_network (char letter, char *text)
{
  CLEANUP_STRLIST struct strlist rows = STRLIST_INIT;
  size_t i;

  for (i = 0; i < sizeof networks / sizeof networks[0]; ++i)
    if (networks[i].letter == letter
        && networks[i].parse (text, "/etc/ifcfg-eth0", &rows) == 0
        && rows.len % NET_FIELDS != 0)
      abort ();
}

static void
run_tables (const char *text)
{
  CLEANUP_STRLIST struct strlist rows = STRLIST_INIT;

  (void) devtables_crypttab (text, &rows);
  (void) devtables_mdadm (text, &rows);
}

static void
run_wim (const uint8_t *data, size_t size, const char *text)
{
  struct system_info info = { 0 };
  uint64_t offset;
  size_t xml_size;

  free (wim_text (data, size));
  (void) wim_find_xml (data, size, &offset, &xml_size);
  wim_describe (text, &info);
  system_info_release (&info);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  CLEANUP_FREE char *text = NULL;

  if (size < 1)
    return 0;
  text = strndup ((const char *) data + 1, size - 1);
  if (!text)
    return 0;
  switch (data[0]) {
  case 'f':
    run_fstab (text);
    break;
  case 'd':
    run_names (text);
    break;
  case 'D':
    run_drivers (text);
    break;
  case 'l':
    run_labels (data + 1, size - 1);
    break;
  case 'w':
    run_wim (data + 1, size - 1, text);
    break;
  case 'o':
    run_osrelease (text);
    break;
  case 'm':
    run_tables (text);
    break;
  case 't':
    free (net_parse_routes (text));
    break;
  case 'e':
    (void) elf_architecture (data + 1, size - 1);
    break;
  default:
    run_network ((char) data[0], text);
    break;
  }
  return 0;
}
