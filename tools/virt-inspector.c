/* virt-inspector: what is installed in virtual machines.
 *
 * All -a images together are one guest, every -d and every plain argument is one
 * more.  Several guests are looked at by a child process each (jobs.h), which
 * prints its part of the document; what is around the parts is printed here.
 */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "guests.h"
#include "io.h"
#include "jobs.h"
#include "jsonobject.h"
#include "options.h"
#include "report.h"
#include "strlist.h"

static const char usage[] =
  "Say what operating systems and applications are in virtual machines.\n"
  "\n"
  "  virt-inspector [options] -a disk.img [-a disk.img ...]\n"
  "  virt-inspector [options] -d domain [-d domain ...]\n"
  "  virt-inspector [options] IMAGE [IMAGE ...]      a guest for each\n"
  "  virt-inspector --xpath QUERY <FILE\n"
  "\n"
  "      --html             print a page for browsers, with disk usage\n"
  "      --jobs NUMBER      guests to look at in parallel\n"
  "      --json             print a JSON object a guest, on a line\n"
  "      --no-applications  leave out the applications\n"
  "      --no-icon          leave out the icon\n"
  "      --text             print for people, as on a terminal\n"
  "      --xml              print XML, as into a file or pipe\n"
  "      --xpath QUERY      print what the XPath expression selects\n";

enum {
  OPTION_HTML = OPTION_OWN, OPTION_NO_APPLICATIONS, OPTION_NO_ICON, OPTION_TEXT,
  OPTION_XML, OPTION_XPATH,
};

/* Exit statuses; 1 is EXIT_FAILURE. */
#define EXIT_PARTLY 2 /* something of a guest could not be read */

enum form { FORM_UNSET, FORM_TEXT, FORM_XML, FORM_JSON, FORM_HTML };

struct inspector {
  struct options o;
  enum form form;
  const char *xpath;
  struct report_settings settings;
  struct guests guests;
  size_t nr_partly;
};

/* --- one guest ------------------------------------------------------------------ */

/* What is around the parts of all guests. */
static void
begin (const struct inspector *in)
{
  if (!in->xpath && in->form == FORM_XML)
    report_xml_begin ();
  if (!in->xpath && in->form == FORM_HTML)
    report_html_begin ();
}

static void
end (const struct inspector *in)
{
  if (!in->xpath && in->form == FORM_XML)
    report_xml_end ();
  if (!in->xpath && in->form == FORM_HTML)
    report_html_end ();
}

static int
print_report (const struct inspector *in, const struct report *report)
{
  CLEANUP_FREE char *document = NULL;

  if (in->xpath) {
    document = report_xml_document (report);
    return !document ? -1 : report_xpath (in->o.program, document,
                                          strlen (document), in->xpath);
  }
  switch (in->form) {
  case FORM_JSON: return report_json (report);
  case FORM_HTML: return report_html (report);
  case FORM_XML: return report_xml (report);
  default: return report_text (report);
  }
}

/* XML has no place for them, and a program that reads it would not look. */
static void
print_warnings (const struct inspector *in, const struct report *report)
{
  size_t i, j;

  for (i = 0; i < report->nr_systems; ++i)
    for (j = 0; report->systems[i].warnings[j]; ++j) {
      CLEANUP_FREE char *clean = report_clean (report->systems[i].warnings[j]);

      fprintf (stderr, "%s: %s: warning: %s\n", in->o.program, report->image,
               clean ? clean : "");
    }
}

static bool
is_partial (const struct report *report)
{
  size_t i;

  for (i = 0; i < report->nr_systems; ++i)
    if (report->systems[i].applications_error)
      return true;
  return false;
}

/* As a job; the exit status. */
static int
inspect_guest (size_t i, void *data)
{
  struct inspector *in = data;
  const char *name = in->guests.list[i].name;
  CLEANUP_REPORT struct report report = REPORT_INIT;
  CLEANUP_STRINGS char **roots = NULL;
  struct options o = guests_options (&in->guests, i);

  report.image = name;
  report.many = in->guests.nr > 1;
  report.number = i;
  options_add_drives (&o, o.g);
  if (guestfs_launch (o.g) == -1)
    return EXIT_FAILURE;
  unlock_devices (&o, o.g);
  roots = guestfs_inspect_os (o.g);
  if (!roots)
    return EXIT_FAILURE;
  if (!roots[0])
    die (&o, "%s: no operating system was found", name);
  if (report_collect (o.g, roots, &in->settings, &report) == -1)
    return EXIT_FAILURE;
  if (in->form == FORM_XML)
    print_warnings (in, &report);
  if (!report.many)
    begin (in);
  if (print_report (in, &report) == -1)
    return EXIT_FAILURE;
  if (!report.many)
    end (in);
  return is_partial (&report) ? EXIT_PARTLY : EXIT_SUCCESS;
}

/* --- all of them ------------------------------------------------------------------ */

/* The last line says most. */
static const char *
last_line (char *text)
{
  char *newline;

  for (;;) {
    newline = strrchr (text, '\n');
    if (!newline)
      return *text ? text : "it could not be inspected";
    if (newline[1])
      return newline + 1;
    *newline = '\0';
  }
}

static void
guest_done (size_t i, const struct job_result *result, void *data)
{
  struct inspector *in = data;
  const char *name = in->guests.list[i].name;
  bool is_bad = result->status != 0 && result->status != EXIT_PARTLY;

  guests_print_errors (name, result->errors);
  in->nr_partly += result->status == EXIT_PARTLY;
  if (!is_bad) {
    if (in->form == FORM_TEXT && i > 0 && !in->xpath)
      putchar ('\n');
    fwrite (result->output, 1, result->output_len, stdout);
  }
  else if (in->form >= FORM_JSON && !in->xpath) {
    CLEANUP_FREE char *copy = xstrdup (result->errors);

    if (in->form == FORM_JSON)
      (void) jsonobject_print_error (name, last_line (copy));
    else
      report_html_error (name, last_line (copy));
  }
  else if (!*result->errors)
    fprintf (stderr, "%s: %s: it could not be inspected\n", in->o.program,
             name);
  fflush (stdout);
}

static int
inspect_all (struct inspector *in)
{
  const struct jobs_settings settings = {
    .max = in->guests.jobs, .live = in->o.verbose || in->o.trace,
  };
  size_t failed;

  begin (in);
  failed = jobs_run (in->guests.nr, &settings, inspect_guest, guest_done, in);
  end (in);
  return failed > in->nr_partly ? EXIT_FAILURE
    : failed > 0 ? EXIT_PARTLY : EXIT_SUCCESS;
}

/* --- the command line --------------------------------------------------------------- */

static int
query_stdin (const struct inspector *in)
{
  size_t len;
  CLEANUP_FREE char *text = read_whole_fd (STDIN_FILENO, (size_t) 1 << 30,
                                           &len);

  if (!text)
    die (&in->o, "cannot read standard input");
  return report_xpath (in->o.program, text, len, in->xpath) == -1
    ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void
set_form (struct inspector *in, enum form form)
{
  if (in->form != FORM_UNSET && in->form != form)
    die (&in->o, "give only one of --html, --json, --text and --xml");
  in->form = form;
}

static void
own_option (struct inspector *in, int c)
{
  switch (c) {
  case OPTION_HTML: set_form (in, FORM_HTML); break;
  case OPTION_NO_APPLICATIONS: in->settings.applications = false; break;
  case OPTION_NO_ICON: in->settings.icon = false; break;
  case OPTION_TEXT: set_form (in, FORM_TEXT); break;
  case OPTION_XML: set_form (in, FORM_XML); break;
  case OPTION_XPATH: in->xpath = optarg; break;
  }
}

static void
parse (struct inspector *in, int argc, char *argv[])
{
  int c;

  while ((c = options_next (&in->o, argc, argv)) != -1) {
    if (!guests_option (&in->guests, c))
      own_option (in, c);
    else if (c == OPTION_JSON)
      set_form (in, FORM_JSON);
  }
  /* Here the images of -a are one guest in any case, and arguments one each. */
  in->guests.each = false;
  in->guests.nr_each = argc - optind;
  for (; optind < argc; ++optind)
    options_add_either (&in->o, argv[optind]);
  options_check (&in->o);
  if (in->xpath && in->form != FORM_UNSET)
    die (&in->o, "--xpath prints what it selects, in no other form");
  if (in->form == FORM_UNSET)
    in->form = isatty (STDOUT_FILENO) ? FORM_TEXT : FORM_XML;
  in->settings.usage = in->form == FORM_HTML;
  in->settings.facts = in->form != FORM_XML;
  if (in->o.nr_drives > 0 || !in->xpath) /* else of standard input */
    guests_list (&in->guests);
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    GUESTS_LONG_OPTIONS,
    { "html", no_argument, NULL, OPTION_HTML },
    { "no-applications", no_argument, NULL, OPTION_NO_APPLICATIONS },
    { "no-icon", no_argument, NULL, OPTION_NO_ICON },
    { "text", no_argument, NULL, OPTION_TEXT },
    { "xml", no_argument, NULL, OPTION_XML },
    { "xpath", required_argument, NULL, OPTION_XPATH },
    { NULL, 0, NULL, 0 },
  };
  struct inspector in = {
    .o = {
      .program = "virt-inspector", .takes = TAKES_KEYS, .usage = usage, .help_shared = true,
      .own_short = "", .own_long = own_long, .readonly = true,
    },
    .settings = { .applications = true, .icon = true },
  };
  int status;

  in.guests = (struct guests) { .o = &in.o, .jobs = jobs_default () };
  options_start (&in.o);
  parse (&in, argc, argv);
  if (in.guests.nr == 0)
    status = query_stdin (&in);
  else if (in.guests.nr == 1) /* in this process */
    status = inspect_guest (0, &in);
  else
    status = inspect_all (&in);
  guests_release (&in.guests);
  options_finish (&in.o);
  return status;
}
