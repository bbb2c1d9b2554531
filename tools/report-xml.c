/* virt-inspector's XML.  Names and nesting of the elements are those that
 * libguestfs's virt-inspector has; the attribute "image" of systems, where there
 * are several guests, is ours. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/xmlsave.h>
#include <libxml/xpath.h>

#include "report.h"
#include "xmlout.h"

/* Lines of 72 characters, as libguestfs has them. */
static void
write_icon (struct xml *x, const char *icon)
{
  size_t len = icon ? strlen (icon) : 0, i, n;

  if (len == 0)
    return;
  xml_start (x, "icon");
  for (i = 0; i < len; i += n) {
    n = len - i < 72 ? len - i : 72;
    x->bad |= (i > 0 && xmlTextWriterWriteRaw (x->w, BAD_CAST "\n") < 0)
      || xmlTextWriterWriteRawLen (x->w, BAD_CAST icon + i, (int) n) < 0;
  }
  xml_end (x);
}

/* --- a system ----------------------------------------------------------------- */

static void
write_drives (struct xml *x, char **drives)
{
  size_t i;

  if (!drives)
    return;
  xml_start (x, "drive_mappings");
  for (i = 0; drives[i]; i += 2) {
    xml_start (x, "drive_mapping");
    xml_attribute (x, "name", drives[i]);
    xml_text (x, drives[i + 1]);
    xml_end (x);
  }
  xml_end (x);
}

static void
write_mountpoints (struct xml *x, char **mountpoints)
{
  size_t i;

  xml_start (x, "mountpoints");
  for (i = 0; mountpoints[i]; i += 2) {
    xml_start (x, "mountpoint");
    xml_attribute (x, "dev", mountpoints[i + 1]);
    xml_text (x, mountpoints[i]);
    xml_end (x);
  }
  xml_end (x);
}

static void
write_filesystems (struct xml *x, const struct report_system *s)
{
  size_t i;

  xml_start (x, "filesystems");
  for (i = 0; i < s->nr_filesystems; ++i) {
    const struct report_filesystem *f = &s->filesystems[i];

    xml_start (x, "filesystem");
    xml_attribute (x, "dev", f->device);
    xml_element (x, "type", f->type);
    xml_element (x, "label", f->label);
    xml_element (x, "uuid", f->uuid);
    xml_end (x);
  }
  xml_end (x);
}

static void
write_application (struct xml *x, const struct guestfs_application2 *app)
{
  xml_start (x, "application");
  xml_element (x, "name", app->app2_name);
  xml_element (x, "display_name", app->app2_display_name);
  if (app->app2_epoch != 0)
    xml_number (x, "epoch", app->app2_epoch);
  xml_element (x, "version", app->app2_version);
  xml_element (x, "release", app->app2_release);
  xml_element (x, "arch", app->app2_arch);
  xml_element (x, "install_path", app->app2_install_path);
  xml_element (x, "publisher", app->app2_publisher);
  xml_element (x, "url", app->app2_url);
  xml_element (x, "source_package", app->app2_source_package);
  xml_element (x, "summary", app->app2_summary);
  xml_element (x, "description", app->app2_description);
  xml_element (x, "class", app->app2_class);
  xml_end (x);
}

static void
write_applications (struct xml *x, const struct report_system *s)
{
  uint32_t i;

  if (!s->applications)
    return;
  xml_start (x, "applications");
  for (i = 0; i < s->applications->len; ++i)
    write_application (x, &s->applications->val[i]);
  xml_end (x);
}

void
report_xml_names (struct xml *x, const struct report_system *s)
{
  xml_element (x, "root", s->root);
  xml_element (x, "name", s->type);
  xml_element (x, "arch", s->arch);
  xml_element (x, "distro", s->distro);
  xml_element (x, "product_name", s->product_name);
  xml_element (x, "product_variant", s->product_variant);
  xml_number (x, "major_version", s->major_version);
  xml_number (x, "minor_version", s->minor_version);
  xml_element (x, "package_format", s->package_format);
  xml_element (x, "package_management", s->package_management);
}

static void
write_system (struct xml *x, const struct report *r,
              const struct report_system *s)
{
  xml_start (x, "operatingsystem");
  if (r->many)
    xml_attribute (x, "image", r->image);
  report_xml_names (x, s);
  xml_element (x, "windows_systemroot", s->windows_systemroot);
  xml_element (x, "windows_current_control_set", s->windows_current_control_set);
  if (s->has_group_policy)
    xml_empty (x, "windows_group_policy");
  xml_element (x, "hostname", s->hostname);
  xml_element (x, "build_id", s->build_id);
  xml_element (x, "osinfo", s->osinfo);
  write_mountpoints (x, s->mountpoints);
  write_filesystems (x, s);
  write_drives (x, s->drive_mappings);
  write_applications (x, s);
  write_icon (x, s->icon);
  xml_end (x);
}

/* --- documents ------------------------------------------------------------------ */

#define ROOT "operatingsystems"

char *
report_xml_document (const struct report *r)
{
  struct xml x;
  size_t i;

  if (xml_begin (&x, ROOT) == -1)
    return NULL;
  for (i = 0; i < r->nr_systems; ++i)
    write_system (&x, r, &r->systems[i]);
  return xml_finish (&x);
}

void
report_xml_begin (void)
{
  xml_print_begin (ROOT);
}

void
report_xml_end (void)
{
  xml_print_end (ROOT);
}

int
report_xml (const struct report *r)
{
  CLEANUP_FREE char *all = report_xml_document (r);

  return all ? xml_print_inside (all, ROOT) : -1;
}

/* --- XPath ------------------------------------------------------------------------ */

static int
print_nodes (xmlDocPtr doc, const xmlNodeSet *nodes)
{
  xmlSaveCtxtPtr out;
  int i, r = 0;

  for (i = 0; nodes && i < nodes->nodeNr && r == 0; ++i) {
    fflush (stdout);
    out = xmlSaveToFd (fileno (stdout), NULL,
                       XML_SAVE_FORMAT | XML_SAVE_NO_DECL);
    if (!out)
      return -1;
    if (xmlSaveTree (out, nodes->nodeTab[i]) < 0)
      r = -1;
    xmlSaveClose (out);
    putchar ('\n');
  }
  (void) doc;
  return r;
}

static int
print_object (xmlDocPtr doc, xmlXPathObjectPtr object)
{
  char *number_text;

  switch (object->type) {
  case XPATH_NODESET:
    return print_nodes (doc, object->nodesetval);
  case XPATH_BOOLEAN:
    puts (object->boolval ? "true" : "false");
    return 0;
  case XPATH_NUMBER:
    number_text = (char *) xmlXPathCastNumberToString (object->floatval);
    if (!number_text)
      return -1;
    puts (number_text);
    xmlFree (number_text);
    return 0;
  case XPATH_STRING:
    puts ((const char *) object->stringval);
    return 0;
  default:
    return -1;
  }
}

int
report_xpath (const char *program, const char *text_of, size_t len,
              const char *expression)
{
  xmlDocPtr doc = xmlReadMemory (text_of, (int) len, NULL, NULL,
                                 XML_PARSE_NONET | XML_PARSE_HUGE);
  xmlXPathContextPtr context = doc ? xmlXPathNewContext (doc) : NULL;
  xmlXPathObjectPtr object = NULL;
  int r = -1;

  if (!doc)
    fprintf (stderr, "%s: the input is no XML document\n", program);
  else if (context
           && (object = xmlXPathEvalExpression (BAD_CAST expression, context)))
    r = print_object (doc, object);
  if (doc && r == -1)
    fprintf (stderr, "%s: cannot evaluate the XPath expression '%s'\n",
             program, expression);
  xmlXPathFreeObject (object);
  xmlXPathFreeContext (context);
  xmlFreeDoc (doc);
  return r;
}
