/* virt-inspector on a terminal: what people look for first, on a screen, and
 * the applications below. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "size.h"
#include "strbuf.h"
#include "table.h"

/* Guests' text must not work the terminal: line ends and control characters,
 * U+0080 to U+009F among them, come out as blanks or U+FFFD. */
static char *
one_line (const char *text)
{
  char *ret = report_clean (text), *p;

  for (p = ret; p && *p; ++p)
    if (strchr ("\n\t\r\x7f", *p))
      *p = ' ';
    else if (*p == '\xc2' && (unsigned char) p[1] < 0xa0)
      p[0] = p[1] = ' ';
  return ret;
}

static void
line (const char *title, const char *text)
{
  CLEANUP_FREE char *clean = text && *text ? one_line (text) : NULL;

  if (clean)
    printf ("  %-12s %s\n", title, clean);
}

static void
print_title (const struct report *r, const struct report_system *s)
{
  const char *name = s->product_name ? s->product_name
    : s->distro ? s->distro : s->type;
  CLEANUP_FREE char *clean = one_line (name);

  if (r->many)
    printf ("%s: ", r->image);
  printf ("%s\n", clean ? clean : "");
}

static void
print_version (const struct report_system *s)
{
  char text[64];

  if (s->major_version == 0 && s->minor_version == 0)
    return;
  snprintf (text, sizeof text, "%d.%d", s->major_version, s->minor_version);
  line ("Version", text);
}

static void
print_packages (const struct report_system *s)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  int r = 0;

  if (s->applications)
    r = strbuf_addf (&b, "%u", (unsigned) s->applications->len);
  else if (s->applications_error)
    r = strbuf_addf (&b, "unknown: %s", s->applications_error);
  if (s->package_format)
    r |= strbuf_addf (&b, "%s(%s%s%s)", b.len ? " " : "", s->package_format,
                      s->package_management ? ", " : "",
                      s->package_management ? s->package_management : "");
  if (r == 0)
    line ("Packages", b.data);
}

static const char *
device_of (const struct report_system *s, const char *device)
{
  size_t i;

  for (i = 0; s->mountpoints[i]; i += 2)
    if (strcmp (s->mountpoints[i + 1], device) == 0)
      return s->mountpoints[i];
  for (i = 0; s->drive_mappings && s->drive_mappings[i]; i += 2)
    if (strcmp (s->drive_mappings[i + 1], device) == 0)
      return s->drive_mappings[i];
  return NULL;
}

static void
print_filesystems (const struct report_system *s)
{
  struct table t;
  size_t i;

  table_init (&t, 5);
  table_add (&t, "  Filesystem");
  table_add (&t, "Mounted on");
  table_add (&t, "Type");
  table_add (&t, "Label");
  table_add (&t, "UUID");
  for (i = 0; i < s->nr_filesystems; ++i) {
    const struct report_filesystem *f = &s->filesystems[i];
    const char *texts[] = {
      f->device, device_of (s, f->device), f->type, f->label, f->uuid,
    };
    size_t j;

    for (j = 0; j < 5; ++j) {
      CLEANUP_FREE char *clean = texts[j] ? one_line (texts[j]) : NULL;
      char indented[256];

      if (clean && j == 0) {
        snprintf (indented, sizeof indented, "  %s", clean);
        table_add (&t, indented);
      }
      else
        table_add (&t, clean);
    }
  }
  putchar ('\n');
  table_print (&t, false);
  table_release (&t);
}

static char *
full_version (const struct guestfs_application2 *app)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

  if ((app->app2_epoch != 0
       && strbuf_addf (&b, "%" PRIi32 ":", app->app2_epoch) == -1)
      || strbuf_addstr (&b, app->app2_version) == -1
      || (*app->app2_release
          && strbuf_addf (&b, "-%s", app->app2_release) == -1)
      || b.len == 0)
    return NULL;
  return one_line (b.data);
}

static void
print_applications (const struct guestfs_application2_list *apps)
{
  struct table t;
  uint32_t i;

  table_init (&t, 4);
  table_add (&t, "  Application");
  table_add (&t, "Version");
  table_add (&t, "Arch");
  table_add (&t, "Summary");
  for (i = 0; i < apps->len; ++i) {
    const struct guestfs_application2 *app = &apps->val[i];
    CLEANUP_FREE char *name = one_line (*app->app2_display_name
                                        ? app->app2_display_name
                                        : app->app2_name);
    CLEANUP_FREE char *version = full_version (app);
    CLEANUP_FREE char *arch = one_line (app->app2_arch);
    CLEANUP_FREE char *summary = one_line (app->app2_summary);
    CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;

    if (strbuf_addf (&b, "  %s", name ? name : "") == -1)
      continue;
    table_add (&t, b.data);
    table_add (&t, version);
    table_add (&t, arch && *arch ? arch : NULL);
    table_add (&t, summary && *summary ? summary : NULL);
  }
  putchar ('\n');
  table_print (&t, false);
  table_release (&t);
}

static void
print_facts (const struct report_table *t)
{
  struct table out;
  size_t i;

  if (t->rows == 0)
    return;
  table_init (&out, t->nr_columns);
  for (i = 0; i < t->nr_columns * (t->rows + 1); ++i) {
    const char *cell = i < t->nr_columns ? t->columns[i].title
      : t->cells[i - t->nr_columns];
    CLEANUP_FREE char *clean = cell ? one_line (cell) : NULL, *indented = NULL;

    if (i % t->nr_columns == 0
        && asprintf (&indented, "  %s", clean ? clean : "") == -1)
      indented = NULL;
    table_add (&out, indented ? indented : clean);
  }
  putchar ('\n');
  table_print (&out, false);
  table_release (&out);
}

int
report_text (const struct report *r)
{
  size_t i, j;

  if (r->nr_systems == 0)
    printf ("%s%sno operating system was found\n", r->many ? r->image : "",
            r->many ? ": " : "");
  for (i = 0; i < r->nr_systems; ++i) {
    const struct report_system *s = &r->systems[i];

    if (i > 0)
      putchar ('\n');
    print_title (r, s);
    line ("Type", s->type);
    line ("Distribution", s->distro);
    print_version (s);
    line ("Variant", s->product_variant);
    line ("Build", s->build_id);
    line ("Architecture", s->arch);
    line ("Host name", s->hostname);
    line ("Osinfo", s->osinfo);
    line ("Machine ID", s->machine_id);
    line ("Time zone", s->timezone);
    line ("Firmware", s->firmware);
    line ("Boot loader", s->bootloader);
    line ("State", s->windows_state);
    line ("Root", s->root);
    print_packages (s);
    for (j = 0; s->warnings && s->warnings[j]; ++j)
      line ("Warning", s->warnings[j]);
    print_filesystems (s);
    for (j = 0; j < REPORT_TABLES; ++j)
      print_facts (&s->facts[j]);
    if (s->applications && s->applications->len > 0)
      print_applications (s->applications);
  }
  return 0;
}
