/* virt-drivers' XML.  Names and nesting of the elements are those that
 * libguestfs's virt-drivers has; the attribute "image", where there are several
 * guests, is ours. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers.h"
#include "xmlout.h"

static void
write_image (struct xml *x, const struct boot_report *r)
{
  if (r->many)
    xml_attribute (x, "image", r->image);
}

static void
write_firmware (struct xml *x, const struct boot_report *r)
{
  size_t i;

  if (r->bios) {
    xml_start (x, "firmware");
    xml_attribute (x, "type", "bios");
    write_image (x, r);
    xml_end (x);
  }
  for (i = 0; r->uefi && (i == 0 || r->esp[i]); ++i) {
    xml_start (x, "firmware");
    xml_attribute (x, "type", "uefi");
    write_image (x, r);
    if (r->esp[i])
      xml_text (x, r->esp[i]);
    xml_end (x);
    if (!r->esp[i])
      break;
  }
}

/* --- Linux ------------------------------------------------------------------ */

static void
write_modules (struct xml *x, const struct boot_system *s,
               const struct boot_kernel *k)
{
  const char *last = "";
  size_t i;

  xml_start (x, "modules");
  for (i = k->first; i < k->first + k->nr; ++i) {
    const char *name = s->drivers->val[i].driver_name;

    if (strcmp (name, last) != 0)
      xml_element (x, "module", name);
    last = name;
  }
  xml_end (x);
}

static void
write_kernel (struct xml *x, const struct boot_system *s,
              const struct boot_kernel *k)
{
  const struct boot_support *support;

  xml_start (x, "kernel");
  xml_element (x, "name", k->package);
  xml_element (x, "version", k->kernel->kernel_version);
  xml_element (x, "arch", s->system->arch);
  xml_element (x, "vmlinuz", k->kernel->kernel_path);
  xml_element (x, "initrd", k->kernel->kernel_initrd);
  xml_element (x, "modules_path", k->kernel->kernel_modules);
  write_modules (x, s, k);
  for (support = boot_supports; support->name; ++support)
    if (boot_supported (s, k, support)) {
      char name[40];

      snprintf (name, sizeof name, "supports_%s", support->name);
      xml_empty (x, name);
    }
  if (boot_is_xen_only (s, k))
    xml_empty (x, "is_xen_pv_only_kernel");
  if (boot_is_debug (k))
    xml_empty (x, "debug_kernel");
  xml_element (x, "config_file", k->config);
  xml_end (x);
}

static void
write_bootloader (struct xml *x, const struct boot_system *s)
{
  size_t i;

  xml_start (x, "bootloader");
  /* Its old name says which of the two it is. */
  xml_attribute (x, "type", strcmp (s->loader, "grub") == 0 ? "grub1"
                 : s->loader);
  if (*s->loader_config)
    xml_attribute (x, "config", s->loader_config);
  for (i = 0; i < s->nr_kernels; ++i)
    write_kernel (x, s, &s->kernels[i]);
  xml_end (x);
}

/* --- Windows ------------------------------------------------------------------ */

static void
field (struct xml *x, const char *name, const char *value, size_t width)
{
  size_t len = strlen (value);
  char padded[16];

  if (len == 0)
    return;
  snprintf (padded, sizeof padded, "%.*s%s",
            (int) (len < width ? width - len : 0), "000000", value);
  xml_attribute (x, name, padded);
}

static void
write_hardware (struct xml *x, const struct guestfs_inspect_driver *d)
{
  bool is_pci = strcmp (d->driver_bus, "pci") == 0;

  if (!is_pci && strcmp (d->driver_bus, "usb") != 0
      && strcmp (d->driver_bus, "hid") != 0)
    return;
  xml_start (x, d->driver_bus);
  if (is_pci)
    field (x, "class", d->driver_class, 6);
  field (x, "vendor", d->driver_vendor, 4);
  field (x, is_pci ? "device" : "product", d->driver_device, 4);
  field (x, "subsystem", d->driver_subsystem, 0);
  field (x, "revision", d->driver_revision, 2);
  field (x, "collection", d->driver_collection, 2);
  field (x, "identifier", d->driver_identifier, 2);
  xml_end (x);
}

static void
write_drivers (struct xml *x, const struct boot_system *s)
{
  uint32_t i;

  xml_start (x, "drivers");
  for (i = 0; i < s->drivers->len; ++i) {
    const struct guestfs_inspect_driver *d = &s->drivers->val[i];

    if (i == 0 || strcmp (d->driver_name, d[-1].driver_name) != 0) {
      if (i > 0)
        xml_end (x);
      xml_start (x, "driver");
      xml_element (x, "name", d->driver_name);
    }
    write_hardware (x, d);
  }
  if (i > 0)
    xml_end (x);
  xml_end (x);
}

/* --- a guest ------------------------------------------------------------------ */

static void
write_system (struct xml *x, const struct boot_report *r,
              const struct boot_system *s)
{
  xml_start (x, "operatingsystem");
  write_image (x, r);
  report_xml_names (x, s->system);
  xml_element (x, "osinfo", s->system->osinfo);
  if (strcmp (s->system->type, "windows") == 0)
    write_drivers (x, s);
  else
    write_bootloader (x, s);
  xml_end (x);
}

int
boot_xml (const struct boot_report *r, bool whole)
{
  CLEANUP_FREE char *document = NULL;
  struct xml x;
  size_t i;

  if (xml_begin (&x, BOOT_XML_ROOT) == -1)
    return -1;
  write_firmware (&x, r);
  for (i = 0; i < r->nr_systems; ++i)
    write_system (&x, r, &r->systems[i]);
  document = xml_finish (&x);
  if (!document)
    return -1;
  if (whole)
    return fputs (document, stdout) == EOF ? -1 : 0;
  return xml_print_inside (document, BOOT_XML_ROOT);
}
