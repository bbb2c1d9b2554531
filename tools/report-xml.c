/* virt-inspector's XML.  Names and nesting of the elements are those that
 * libguestfs's virt-inspector has; the attribute "image" of systems, where there
 * are several guests, is ours. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/xmlsave.h>
#include <libxml/xmlwriter.h>
#include <libxml/xpath.h>

#include "report.h"

/* Memory is all that fails here, and then the text ends too early: the result
 * of every function of the writer is added up. */
struct xml {
  xmlTextWriterPtr w;
  int bad;
};

static void
start (struct xml *x, const char *name)
{
  x->bad |= xmlTextWriterStartElement (x->w, BAD_CAST name) < 0;
}

static void
end (struct xml *x)
{
  x->bad |= xmlTextWriterEndElement (x->w) < 0;
}

static void
attribute (struct xml *x, const char *name, const char *value)
{
  CLEANUP_FREE char *clean = report_clean (value);

  x->bad |= !clean || xmlTextWriterWriteAttribute (x->w, BAD_CAST name,
                                                   BAD_CAST clean) < 0;
}

static void
text (struct xml *x, const char *value)
{
  CLEANUP_FREE char *clean = report_clean (value);

  x->bad |= !clean || xmlTextWriterWriteString (x->w, BAD_CAST clean) < 0;
}

/* Nothing where there is nothing to say. */
static void
element (struct xml *x, const char *name, const char *value)
{
  if (!value || !*value)
    return;
  start (x, name);
  text (x, value);
  end (x);
}

static void
number (struct xml *x, const char *name, int value)
{
  x->bad |= xmlTextWriterWriteFormatElement (x->w, BAD_CAST name, "%d",
                                             value) < 0;
}

/* Lines of 72 characters, as libguestfs has them. */
static void
write_icon (struct xml *x, const char *icon)
{
  size_t len = icon ? strlen (icon) : 0, i, n;

  if (len == 0)
    return;
  start (x, "icon");
  for (i = 0; i < len; i += n) {
    n = len - i < 72 ? len - i : 72;
    x->bad |= (i > 0 && xmlTextWriterWriteRaw (x->w, BAD_CAST "\n") < 0)
      || xmlTextWriterWriteRawLen (x->w, BAD_CAST icon + i, (int) n) < 0;
  }
  end (x);
}

/* --- a system ----------------------------------------------------------------- */

static void
write_drives (struct xml *x, char **drives)
{
  size_t i;

  if (!drives)
    return;
  start (x, "drive_mappings");
  for (i = 0; drives[i]; i += 2) {
    start (x, "drive_mapping");
    attribute (x, "name", drives[i]);
    text (x, drives[i + 1]);
    end (x);
  }
  end (x);
}

static void
write_mountpoints (struct xml *x, char **mountpoints)
{
  size_t i;

  start (x, "mountpoints");
  for (i = 0; mountpoints[i]; i += 2) {
    start (x, "mountpoint");
    attribute (x, "dev", mountpoints[i + 1]);
    text (x, mountpoints[i]);
    end (x);
  }
  end (x);
}

static void
write_filesystems (struct xml *x, const struct report_system *s)
{
  size_t i;

  start (x, "filesystems");
  for (i = 0; i < s->nr_filesystems; ++i) {
    const struct report_filesystem *f = &s->filesystems[i];

    start (x, "filesystem");
    attribute (x, "dev", f->device);
    element (x, "type", f->type);
    element (x, "label", f->label);
    element (x, "uuid", f->uuid);
    end (x);
  }
  end (x);
}

static void
write_application (struct xml *x, const struct guestfs_application2 *app)
{
  start (x, "application");
  element (x, "name", app->app2_name);
  element (x, "display_name", app->app2_display_name);
  if (app->app2_epoch != 0)
    number (x, "epoch", app->app2_epoch);
  element (x, "version", app->app2_version);
  element (x, "release", app->app2_release);
  element (x, "arch", app->app2_arch);
  element (x, "install_path", app->app2_install_path);
  element (x, "publisher", app->app2_publisher);
  element (x, "url", app->app2_url);
  element (x, "source_package", app->app2_source_package);
  element (x, "summary", app->app2_summary);
  element (x, "description", app->app2_description);
  element (x, "class", app->app2_class);
  end (x);
}

static void
write_applications (struct xml *x, const struct report_system *s)
{
  uint32_t i;

  if (!s->applications)
    return;
  start (x, "applications");
  for (i = 0; i < s->applications->len; ++i)
    write_application (x, &s->applications->val[i]);
  end (x);
}

static void
write_system (struct xml *x, const struct report *r,
              const struct report_system *s)
{
  start (x, "operatingsystem");
  if (r->many)
    attribute (x, "image", r->image);
  element (x, "root", s->root);
  element (x, "name", s->type);
  element (x, "arch", s->arch);
  element (x, "distro", s->distro);
  element (x, "product_name", s->product_name);
  element (x, "product_variant", s->product_variant);
  number (x, "major_version", s->major_version);
  number (x, "minor_version", s->minor_version);
  element (x, "package_format", s->package_format);
  element (x, "package_management", s->package_management);
  element (x, "windows_systemroot", s->windows_systemroot);
  element (x, "windows_current_control_set", s->windows_current_control_set);
  if (s->has_group_policy) {
    start (x, "windows_group_policy");
    end (x);
  }
  element (x, "hostname", s->hostname);
  element (x, "build_id", s->build_id);
  element (x, "osinfo", s->osinfo);
  write_mountpoints (x, s->mountpoints);
  write_filesystems (x, s);
  write_drives (x, s->drive_mappings);
  write_applications (x, s);
  write_icon (x, s->icon);
  end (x);
}

/* --- documents ------------------------------------------------------------------ */

/* The whole of it, in heap memory. */
static char *
document (const struct report *r)
{
  xmlBufferPtr buffer = xmlBufferCreate ();
  struct xml x = { .w = buffer ? xmlNewTextWriterMemory (buffer, 0) : NULL };
  char *ret = NULL;
  size_t i;

  if (x.w) {
    x.bad |= xmlTextWriterSetIndent (x.w, 1) < 0
      || xmlTextWriterSetIndentString (x.w, BAD_CAST "  ") < 0
      || xmlTextWriterStartDocument (x.w, NULL, NULL, NULL) < 0;
    start (&x, "operatingsystems");
    for (i = 0; i < r->nr_systems; ++i)
      write_system (&x, r, &r->systems[i]);
    end (&x);
    x.bad |= xmlTextWriterEndDocument (x.w) < 0;
    xmlFreeTextWriter (x.w);
    if (!x.bad)
      ret = strdup ((const char *) xmlBufferContent (buffer));
  }
  if (buffer)
    xmlBufferFree (buffer);
  return ret;
}

char *
report_xml_document (const struct report *r)
{
  return document (r);
}

#define OPENING "<operatingsystems>\n"
#define CLOSING "</operatingsystems>"

void
report_xml_begin (void)
{
  fputs ("<?xml version=\"1.0\"?>\n" OPENING, stdout);
}

void
report_xml_end (void)
{
  fputs (CLOSING "\n", stdout);
}

/* What is between the first and the last line of its document. */
int
report_xml (const struct report *r)
{
  CLEANUP_FREE char *all = document (r);
  const char *from = all ? strstr (all, OPENING) : NULL, *to = NULL, *p;

  if (!all)
    return -1;
  for (p = from; p && (p = strstr (p, CLOSING)); ++p)
    to = p;
  if (!from || !to) /* no system: <operatingsystems/> */
    return 0;
  from += strlen (OPENING);
  return fwrite (from, 1, to - from, stdout) == (size_t) (to - from) ? 0 : -1;
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
