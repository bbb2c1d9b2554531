/* virt-win-reg: print keys of the registry of a Windows guest, or merge a file of
 * regedit into it.  Hives are read and written in the appliance. */

#include <config.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cleanup.h"
#include "guests.h"
#include "io.h"
#include "options.h"
#include "regfile.h"
#include "registry.h"
#include "strbuf.h"

static const char usage[] =
  "Print the registry of a Windows guest, or change it.\n"
  "\n"
  "  virt-win-reg [options] DISK|DOMAIN 'HKLM\\Path\\To\\Key' [VALUE|@]\n"
  "  virt-win-reg [options] -a DISK [-a DISK ...] 'HKLM\\Path\\To\\Key' [VALUE|@]\n"
  "  virt-win-reg [options] --merge DISK|DOMAIN [FILE.reg ...]\n"
  "\n"
  "  -a, --add IMAGE        use this disk image; for a guest with several, or several\n"
  "                         guests\n"
  "  -c, --connect URI      libvirt connection for a domain\n"
  "  -d, --debug            the same as -v\n"
  "      --encoding UTF-16LE|ASCII  of strings that are merged\n"
  "      --format FORMAT    format of the image (raw, qcow2)\n"
  "      --merge            merge files, or standard input, into the registry\n"
  "      --unsafe-printable-strings  print strings as text, which may lose something\n"
  GUESTS_HELP;

enum { OPTION_ENCODING = OPTION_OWN, OPTION_FORMAT, OPTION_MERGE,
  OPTION_PRINTABLE };

struct win_reg {
  struct options o;
  struct guests guests;
  enum reg_encoding encoding;
  bool merge, printable;
};

static void
own_option (struct win_reg *w, int c)
{
  switch (c) {
  case 'a': options_add_image (&w->o, optarg); break;
  case 'c': w->o.connect = optarg; break;
  case 'd': w->o.verbose = true; guestfs_set_verbose (w->o.g, 1); break;
  case OPTION_ENCODING:
    if (strcasecmp (optarg, "UTF-16LE") == 0)
      w->encoding = REG_UTF16LE;
    else if (strcasecmp (optarg, "ASCII") == 0)
      w->encoding = REG_ASCII;
    else
      die (&w->o, "--encoding takes UTF-16LE or ASCII, not \"%s\"", optarg);
    break;
  case OPTION_FORMAT: w->o.format = *optarg ? optarg : NULL; break;
  case OPTION_MERGE: w->merge = true; break;
  case OPTION_PRINTABLE: w->printable = true; break;
  default: (void) guests_option (&w->guests, c);
  }
}

/* --- printing ---------------------------------------------------------------------- */

/* What is printed of a guest. */
struct selection {
  const struct options *o;
  const char *image;
  const char *key, *name; /* name: NULL for all values, and keys below */
  bool printable, json, many;
};

static void
print_quoted (const char *text)
{
  putchar ('"');
  for (; *text; ++text) {
    if (*text == '"' || *text == '\\')
      putchar ('\\');
    putchar (*text);
  }
  putchar ('"');
}

static void
print_data (const struct selection *s, const struct registry_value *v)
{
  size_t i;

  if (v->type == REG_DWORD && v->len == 4) {
    printf ("dword:%02x%02x%02x%02x", v->data[3], v->data[2], v->data[1],
            v->data[0]);
    return;
  }
  if (s->printable && (v->type == REG_SZ || v->type == REG_EXPAND_SZ)) {
    CLEANUP_FREE char *text = reg_to_utf8 (v->data, v->len, NULL);

    if (!text)
      die (s->o, "out of memory");
    printf ("str(%x):", v->type);
    print_quoted (text);
    return;
  }
  printf ("hex(%x):", v->type);
  for (i = 0; i < v->len; ++i)
    printf ("%s%02x", i > 0 ? "," : "", v->data[i]);
}

static void
print_value (const struct selection *s, const struct registry_value *v)
{
  if (*v->name)
    print_quoted (v->name);
  else
    putchar ('@');
  putchar ('=');
  print_data (s, v);
  putchar ('\n');
}

static void
print_key (const struct selection *s, const char *path,
           const struct registry_values *values)
{
  size_t i;

  if (s->json) {
    if (registry_json_key (s->image, path, values) == -1)
      die (s->o, "out of memory");
    return;
  }
  printf ("[%s]\n", path);
  for (i = 0; i < values->nr; ++i)
    print_value (s, &values->list[i]);
  putchar ('\n');
}

/* Keys in a key in a key: the registry has 512 of them at most. */
#define DEPTH_MAX 512

static void
print_tree (const struct selection *s, int64_t node, const char *path,
            unsigned depth)
{
  struct registry_values values = REGISTRY_VALUES_INIT;
  struct registry_nodes children = REGISTRY_NODES_INIT;
  size_t i;

  if (depth > DEPTH_MAX)
    die (s->o, "%s: too deep", path);
  registry_values (s->o, node, &values);
  print_key (s, path, &values);
  registry_values_release (&values);
  registry_children (s->o, node, &children);
  for (i = 0; i < children.nr; ++i) {
    CLEANUP_FREE char *below = NULL;

    if (asprintf (&below, "%s\\%s", path, children.list[i].name) == -1)
      die (s->o, "out of memory");
    print_tree (s, children.list[i].node, below, depth + 1);
  }
  registry_nodes_release (&children);
}

/* One value, as people want it: text, a decimal number, or the bytes. */
static void
print_plain (const struct selection *s, const struct registry_value *v)
{
  CLEANUP_FREE char *text = NULL;
  uint64_t number = 0;
  size_t i, len = 0;

  switch (v->type) {
  case REG_DWORD: case REG_QWORD:
    for (i = 0; i < v->len && i < 8; ++i)
      number |= (uint64_t) v->data[i] << 8 * i;
    printf ("%" PRIu64 "\n", number);
    return;
  case REG_SZ: case REG_EXPAND_SZ: case REG_MULTI_SZ:
    text = reg_to_utf8 (v->data, v->len, &len);
    if (!text)
      die (s->o, "out of memory");
    if (v->type != REG_MULTI_SZ)
      puts (text);
    else
      for (i = 0; i < len && text[i]; i += strlen (text + i) + 1)
        puts (text + i);
    return;
  default:
    fwrite (v->data, 1, v->len, stdout);
  }
}

/* The value of this name in any case; exits where there is none. */
static void
print_named (const struct selection *s, const struct registry_path *path,
             int64_t node)
{
  const char *name = strcmp (s->name, "@") == 0 ? "" : s->name;
  struct registry_values values = REGISTRY_VALUES_INIT;
  const struct registry_value *v = NULL;
  size_t i;

  registry_values (s->o, node, &values);
  for (i = 0; i < values.nr; ++i)
    if (strcasecmp (values.list[i].name, name) == 0)
      v = &values.list[i];
  if (!v)
    die (s->o, "%s: there is no value \"%s\"", s->key, s->name);
  if (!s->json)
    print_plain (s, v);
  else if (registry_json_value (s->image, path->full, v) == -1)
    die (s->o, "out of memory");
  registry_values_release (&values);
}

static void
open_guest (const struct options *o)
{
  options_add_drives (o, o->g);
  if (guestfs_launch (o->g) == -1)
    die_handle (o);
  registry_mount (o);
}

/* As a job. */
static int
export (const struct options *o, const char *image, void *data)
{
  struct selection s = *(const struct selection *) data;
  struct registry_path path;
  int64_t node;

  s.o = o;
  s.image = image;
  open_guest (o);
  path = registry_path (o, s.key);
  registry_open (o, &path, false);
  node = registry_find (o, &path, false);
  if (node == 0)
    die (o, "%s: there is no such key", s.key);
  if (s.many && !s.json && !s.name)
    printf ("; %s\n\n", image);
  if (s.name)
    print_named (&s, &path, node);
  else
    print_tree (&s, node, path.full, 0);
  registry_path_release (&path);
  return EXIT_SUCCESS;
}

static int
run_export (struct win_reg *w, char *key, char *name)
{
  struct selection s = {
    .key = key, .name = name, .printable = w->printable,
    .json = w->guests.json,
  };

  w->o.readonly = true;
  guests_list (&w->guests);
  s.many = w->guests.nr > 1;
  return guests_run (&w->guests, export, &s);
}

/* --- merging ----------------------------------------------------------------------- */

static void
read_file (const struct win_reg *w, const char *name, struct strbuf *b)
{
  CLEANUP_CLOSE int fd = name ? open (name, O_RDONLY | O_CLOEXEC)
    : dup (STDIN_FILENO);
  char buf[65536];
  ssize_t n;

  if (fd == -1)
    die (&w->o, "%s: %s", name ? name : "standard input", strerror (errno));
  while ((n = read_full (fd, buf, sizeof buf)) > 0)
    if (strbuf_add (b, buf, n) == -1 || b->len > REGFILE_MAX)
      die (&w->o, "%s: it is too large", name ? name : "standard input");
  if (n == -1)
    die (&w->o, "%s: %s", name ? name : "standard input", strerror (errno));
}

static struct regfile
parse_file (const struct win_reg *w, const char *name)
{
  CLEANUP_STRBUF struct strbuf b = STRBUF_INIT;
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct regfile ret = REGFILE_INIT;

  read_file (w, name, &b);
  if (regfile_parse (b.data, b.len, w->encoding, &ret, &err) == -1)
    die (&w->o, "%s: %s", name ? name : "standard input", err.message);
  return ret;
}

static void
merge_values (const struct win_reg *w, const struct reg_key *key, int64_t node)
{
  size_t i;

  for (i = 0; i < key->nr; ++i) {
    const struct reg_value *v = &key->values[i];

    if ((v->deleted
         ? guestfs_hivex_node_delete_value (w->o.g, node, v->name)
         : guestfs_hivex_node_set_value (w->o.g, node, v->name, v->type,
                                         (const char *) v->data, v->len))
        == -1)
      die_handle (&w->o);
  }
}

/* Changes of one hive after the other: they are written when the next is opened. */
static void
merge_key (const struct win_reg *w, const struct reg_key *key, char **hive)
{
  struct registry_path path = registry_path (&w->o, key->path);
  int64_t node;

  if (!*hive || strcmp (*hive, path.hive) != 0) {
    if (*hive)
      registry_commit (&w->o);
    free (*hive);
    registry_open (&w->o, &path, true);
    *hive = xstrdup (path.hive);
  }
  node = registry_find (&w->o, &path, !key->deleted);
  if (node != 0 && key->deleted && !path.rest)
    die (&w->o, "%s: this key cannot be deleted", key->path);
  if (node != 0 && key->deleted
      && guestfs_hivex_node_delete_child (w->o.g, node) == -1)
    die_handle (&w->o);
  if (!key->deleted)
    merge_values (w, key, node);
  registry_path_release (&path);
}

static void
merge (const struct win_reg *w, const struct regfile *files, size_t nr)
{
  char *hive = NULL;
  size_t i, j;

  for (i = 0; i < nr; ++i)
    for (j = 0; j < files[i].nr; ++j)
      merge_key (w, &files[i].keys[j], &hive);
  if (hive)
    registry_commit (&w->o);
  free (hive);
}

static void
run_merge (const struct win_reg *w, char *names[], size_t nr)
{
  struct regfile *files = xmalloc ((nr + 1) * sizeof *files);
  size_t i, n = nr > 0 ? nr : 1;

  /* All of them are understood before anything is changed. */
  for (i = 0; i < n; ++i)
    files[i] = parse_file (w, nr > 0 ? names[i] : NULL);
  open_guest (&w->o);
  merge (w, files, n);
  for (i = 0; i < n; ++i)
    regfile_release (&files[i]);
  free (files);
  if (guestfs_shutdown (w->o.g) == -1)
    die_handle (&w->o);
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    GUESTS_LONG_OPTIONS,
    { "add", required_argument, NULL, 'a' },
    { "connect", required_argument, NULL, 'c' },
    { "debug", no_argument, NULL, 'd' },
    { "encoding", required_argument, NULL, OPTION_ENCODING },
    { "format", required_argument, NULL, OPTION_FORMAT },
    { "merge", no_argument, NULL, OPTION_MERGE },
    { "unsafe-printable-strings", no_argument, NULL, OPTION_PRINTABLE },
    { NULL, 0, NULL, 0 },
  };
  struct win_reg w = {
    .o = {
      .program = "virt-win-reg", .usage = usage, .help_shared = true,
      .takes = TAKES_NO_DRIVES | TAKES_KEYS, .own_short = "a:c:d",
      .own_long = own_long,
    },
  };
  int c, status = EXIT_SUCCESS;

  options_start (&w.o);
  w.guests.o = &w.o;
  while ((c = options_next (&w.o, argc, argv)) != -1)
    own_option (&w, c);
  if (w.o.nr_drives == 0 && optind < argc)
    options_add_either (&w.o, argv[optind++]);
  if (w.o.nr_drives == 0
      || (!w.merge && (argc - optind < 1 || argc - optind > 2)))
    die (&w.o, "give a disk image or domain%s", w.merge ? ""
         : ", a key, and perhaps a value");
  if (w.merge && (w.guests.each || w.guests.json))
    die (&w.o, "--merge changes one guest, and prints nothing");
  if (w.merge)
    run_merge (&w, argv + optind, argc - optind);
  else
    status = run_export (&w, argv[optind], argv[optind + 1]);
  guests_release (&w.guests);
  options_finish (&w.o);
  return status;
}
