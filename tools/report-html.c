/* virt-inspector --html: one page that needs nothing else, for people who would
 * rather look.  All text of guests goes through escaped (); the page's own
 * script only shows and hides rows. */

#include <config.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "prefix.h"
#include "size.h"

static const char head[] =
  "<!DOCTYPE html>\n"
  "<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
  /* Nothing is loaded, and no script but the page's own runs. */
  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
  "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
  "<title>Guests</title>\n<style>\n"
  ":root{color-scheme:light dark;--line:#8884;--bar:#2a7ab8;--full:#c0392b}\n"
  "body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:75em;"
  "padding:0 1em}\n"
  "h1{margin:0}nav a{margin-right:1.2em}\n"
  "h2{margin:1.5em 0 .3em}h2 img{height:1.4em;vertical-align:-.3em;"
  "margin-right:.4em}\n"
  "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1.2em;"
  "margin:.5em 0 1.5em}dt{opacity:.65}dd{margin:0;"
  "overflow-wrap:anywhere}\n"
  "table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}\n"
  "th,td{text-align:left;padding:.25em .8em .25em 0;border-bottom:1px solid "
  "var(--line);vertical-align:top}th{opacity:.65;font-weight:600}\n"
  ".size{text-align:right}\n"
  ".use{min-width:12em;white-space:nowrap}.bar{display:inline-block;height:.9em;"
  "width:calc(100% - 3.5em);margin-right:.6em;border-radius:.2em;"
  "background:var(--line);overflow:hidden;vertical-align:-.1em}.bar i{display:block;height:100%;"
  "background:var(--bar)}.bar i.full{background:var(--full)}\n"
  "input{font:inherit;padding:.3em .6em;width:22em;max-width:100%}\n"
  /* One column would be long and thin; wide tables are pushed sideways alone. */
  ".services thead{display:none}.services tbody{display:block;columns:16em}"
  ".services tr,.services td{display:block;break-inside:avoid}\n"
  "@media(max-width:60em){table{display:block;overflow-x:auto}}\n"
  ".error{color:var(--full)}\n"
  "</style></head><body>\n<h1>Guests</h1>\n<nav></nav>\n";

static const char tail[] =
  "<script>\n"
  "document.querySelectorAll('input[data-for]').forEach(function (input) {\n"
  "  var rows = document.getElementById(input.dataset.for).tBodies[0].rows;\n"
  "  var count = input.nextElementSibling;\n"
  "  function show () {\n"
  "    var words = input.value.toLowerCase().split(/\\s+/), n = 0;\n"
  "    for (var i = 0; i < rows.length; ++i) {\n"
  "      var text = rows[i].textContent.toLowerCase();\n"
  "      var hit = words.every(function (w) { return text.includes(w); });\n"
  "      rows[i].hidden = !hit;\n"
  "      n += hit;\n"
  "    }\n"
  "    count.textContent = n + ' of ' + rows.length;\n"
  "  }\n"
  "  input.addEventListener('input', show);\n"
  "  show();\n"
  "});\n"
  /* Where there are several guests: a list of them at the top. */
  "var guests = document.querySelectorAll('section');\n"
  "var nav = document.querySelector('nav');\n"
  "for (var i = 0; guests.length > 1 && i < guests.length; ++i) {\n"
  "  var link = document.createElement('a');\n"
  "  var image = guests[i].querySelector('dd');\n"
  "  guests[i].id = 'guest-' + i;\n"
  "  link.href = '#guest-' + i;\n"
  "  link.textContent = guests[i].querySelector('h2').textContent"
  " + (image ? ' - ' + image.textContent.trim() : '');\n"
  "  nav.append(link, document.createElement('br'));\n"
  "}\n"
  "</script>\n</body></html>\n";

void
report_html_begin (void)
{
  fputs (head, stdout);
}

void
report_html_end (void)
{
  fputs (tail, stdout);
}

/* --- pieces --------------------------------------------------------------------- */

static void
escaped (const char *text)
{
  CLEANUP_FREE char *clean = report_clean (text ? text : "");
  const char *p;

  for (p = clean; p && *p; ++p)
    switch (*p) {
    case '&': fputs ("&amp;", stdout); break;
    case '<': fputs ("&lt;", stdout); break;
    case '>': fputs ("&gt;", stdout); break;
    case '"': fputs ("&quot;", stdout); break;
    case '\'': fputs ("&#39;", stdout); break;
    default: putchar (*p);
    }
}

static void
cell (const char *text)
{
  fputs ("<td>", stdout);
  escaped (text);
}

static void
fact (const char *title, const char *text)
{
  if (!text)
    return;
  printf ("<dt>%s<dd>", title);
  escaped (text);
  putchar ('\n');
}

static void
size_cell (uint64_t bytes)
{
  char text[SIZE_TEXT_MAX];

  printf ("<td class=\"size\">%s", size_text (bytes, text));
}

static void
usage_cells (const struct report_filesystem *f)
{
  unsigned percent;

  if (!f->has_usage || f->size == 0) {
    fputs ("<td><td><td>", stdout);
    return;
  }
  percent = (unsigned) ((double) f->used * 100 / (double) f->size + .5);
  size_cell (f->size);
  size_cell (f->used);
  printf ("<td class=\"use\"><span class=\"bar\" role=\"img\" aria-label=\"%u%% "
          "used\"><i%s style=\"width:%u%%\"></i></span>%u%%", percent,
          percent >= 90 ? " class=\"full\"" : "", percent, percent);
}

static const char *
mounted_on (const struct report_system *s, const char *device)
{
  size_t i;

  for (i = 0; s->mountpoints[i]; i += 2)
    if (strcmp (s->mountpoints[i + 1], device) == 0)
      return s->mountpoints[i];
  return "";
}

static void
filesystems (const struct report_system *s)
{
  size_t i;

  fputs ("<h3>Filesystems</h3>\n<table><thead><tr><th>Device<th>Mounted on"
         "<th>Type<th>Label<th class=\"size\">Size<th class=\"size\">Used<th>"
         "</thead><tbody>\n", stdout);
  for (i = 0; i < s->nr_filesystems; ++i) {
    const struct report_filesystem *f = &s->filesystems[i];

    fputs ("<tr>", stdout);
    cell (f->device);
    cell (mounted_on (s, f->device));
    cell (f->type);
    cell (f->label);
    usage_cells (f);
    putchar ('\n');
  }
  fputs ("</tbody></table>\n", stdout);
}

/* Only these become links: a guest may say "javascript:...". */
static void
name_cell (const struct guestfs_application2 *app)
{
  bool is_link = has_prefix (app->app2_url, "https://")
    || has_prefix (app->app2_url, "http://");

  fputs ("<td>", stdout);
  if (is_link) {
    fputs ("<a rel=\"noreferrer\" href=\"", stdout);
    escaped (app->app2_url);
    fputs ("\">", stdout);
  }
  escaped (*app->app2_display_name ? app->app2_display_name : app->app2_name);
  if (is_link)
    fputs ("</a>", stdout);
}

static void
version_cell (const struct guestfs_application2 *app)
{
  fputs ("<td>", stdout);
  if (app->app2_epoch != 0)
    printf ("%" PRIi32 ":", app->app2_epoch);
  escaped (app->app2_version);
  if (*app->app2_release) {
    putchar ('-');
    escaped (app->app2_release);
  }
}

/* `id` is unique in the page: of the process, which did this guest alone. */
static void
applications (const struct report_system *s, const char *id)
{
  uint32_t i;

  fputs ("<h3>Applications</h3>\n", stdout);
  if (!s->applications) {
    fputs ("<p class=\"error\">", stdout);
    escaped (s->applications_error ? s->applications_error : "not asked for");
    fputs ("</p>\n", stdout);
    return;
  }
  printf ("<p><input type=\"search\" data-for=\"%s\" placeholder=\"Search\" "
          "aria-label=\"Search\"> <span></span></p>\n"
          "<table id=\"%s\"><thead><tr><th>Name<th>Version<th>Arch<th>Summary"
          "</thead><tbody>\n", id, id);
  for (i = 0; i < s->applications->len; ++i) {
    const struct guestfs_application2 *app = &s->applications->val[i];

    fputs ("<tr>", stdout);
    name_cell (app);
    version_cell (app);
    cell (app->app2_arch);
    cell (app->app2_summary);
    putchar ('\n');
  }
  fputs ("</tbody></table>\n", stdout);
}

static void
fact_table (const struct report_table *t)
{
  size_t i, j;

  if (t->rows == 0)
    return;
  printf ("<h3>%s</h3>\n<table class=\"%s\"><thead><tr>", t->title, t->key);
  for (i = 0; i < t->nr_columns; ++i)
    printf ("<th>%s", t->columns[i].title);
  fputs ("</thead><tbody>\n", stdout);
  for (i = 0; i < t->rows; ++i) {
    fputs ("<tr>", stdout);
    for (j = 0; j < t->nr_columns; ++j)
      cell (t->cells[i * t->nr_columns + j]);
    putchar ('\n');
  }
  fputs ("</tbody></table>\n", stdout);
}

static void
print_system (const struct report *r, const struct report_system *s,
              const char *id)
{
  char version[64];
  size_t i;

  fputs ("<section><h2>", stdout);
  if (s->icon)
    printf ("<img alt=\"\" src=\"data:image/png;base64,%s\">", s->icon);
  escaped (s->product_name ? s->product_name : s->distro ? s->distro
           : s->type);
  fputs ("</h2>\n<dl>\n", stdout);
  snprintf (version, sizeof version, "%d.%d", s->major_version,
            s->minor_version);
  fact ("Image", r->image);
  fact ("Host name", s->hostname);
  fact ("Type", s->type);
  fact ("Distribution", s->distro);
  fact ("Version", s->major_version || s->minor_version ? version : NULL);
  fact ("Variant", s->product_variant);
  fact ("Architecture", s->arch);
  fact ("Machine ID", s->machine_id);
  fact ("Time zone", s->timezone);
  fact ("Firmware", s->firmware);
  fact ("Boot loader", s->bootloader);
  fact ("State", s->windows_state);
  fact ("Packages", s->package_format);
  fact ("Root", s->root);
  for (i = 0; s->warnings && s->warnings[i]; ++i)
    fact ("Warning", s->warnings[i]);
  fputs ("</dl>\n", stdout);
  filesystems (s);
  for (i = 0; i < REPORT_TABLES; ++i)
    fact_table (&s->facts[i]);
  applications (s, id);
  fputs ("</section>\n", stdout);
}

int
report_html (const struct report *r)
{
  size_t i;

  for (i = 0; i < r->nr_systems; ++i) {
    char id[64];

    snprintf (id, sizeof id, "apps-%zu-%zu", r->number, i);
    print_system (r, &r->systems[i], id);
  }
  return ferror (stdout) ? -1 : 0;
}

void
report_html_error (const char *image, const char *message)
{
  fputs ("<section><h2>", stdout);
  escaped (image);
  fputs ("</h2>\n<p class=\"error\">", stdout);
  escaped (message);
  fputs ("</p></section>\n", stdout);
}
