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
#include "io.h"
#include "options.h"
#include "regfile.h"
#include "registry.h"
#include "strbuf.h"

static const char usage[] =
  "Print the registry of a Windows guest, or change it.\n"
  "\n"
  "  virt-win-reg [options] DISK|DOMAIN 'HKLM\\Path\\To\\Key' [VALUE|@]\n"
  "  virt-win-reg [options] --merge DISK|DOMAIN [FILE.reg ...]\n"
  "\n"
  "  -c, --connect URI      libvirt connection for a domain\n"
  "  -d, --debug            the same as -v\n"
  "      --encoding UTF-16LE|ASCII  of strings that are merged\n"
  "      --format FORMAT    format of the image (raw, qcow2)\n"
  "      --merge            merge files, or standard input, into the registry\n"
  "      --unsafe-printable-strings  print strings as text, which may lose something\n";

enum { OPTION_ENCODING = OPTION_OWN, OPTION_FORMAT, OPTION_MERGE,
  OPTION_PRINTABLE };

struct win_reg {
  struct options o;
  enum reg_encoding encoding;
  bool merge, printable;
};

static void
own_option (struct win_reg *w, int c)
{
  switch (c) {
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
  }
}

/* --- printing ---------------------------------------------------------------------- */

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
print_data (const struct win_reg *w, const struct registry_value *v)
{
  size_t i;

  if (v->type == REG_DWORD && v->len == 4) {
    printf ("dword:%02x%02x%02x%02x", v->data[3], v->data[2], v->data[1],
            v->data[0]);
    return;
  }
  if (w->printable && (v->type == REG_SZ || v->type == REG_EXPAND_SZ)) {
    CLEANUP_FREE char *text = reg_to_utf8 (v->data, v->len, NULL);

    if (!text)
      die (&w->o, "out of memory");
    printf ("str(%x):", v->type);
    print_quoted (text);
    return;
  }
  printf ("hex(%x):", v->type);
  for (i = 0; i < v->len; ++i)
    printf ("%s%02x", i > 0 ? "," : "", v->data[i]);
}

static void
print_value (const struct win_reg *w, const struct registry_value *v)
{
  if (*v->name)
    print_quoted (v->name);
  else
    putchar ('@');
  putchar ('=');
  print_data (w, v);
  putchar ('\n');
}

/* Keys in a key in a key: the registry has 512 of them at most. */
#define DEPTH_MAX 512

static void
print_tree (const struct win_reg *w, int64_t node, const char *path,
            unsigned depth)
{
  struct registry_values values = REGISTRY_VALUES_INIT;
  struct registry_nodes children = REGISTRY_NODES_INIT;
  size_t i;

  if (depth > DEPTH_MAX)
    die (&w->o, "%s: too deep", path);
  printf ("[%s]\n", path);
  registry_values (&w->o, node, &values);
  for (i = 0; i < values.nr; ++i)
    print_value (w, &values.list[i]);
  registry_values_release (&values);
  putchar ('\n');
  registry_children (&w->o, node, &children);
  for (i = 0; i < children.nr; ++i) {
    CLEANUP_FREE char *below = NULL;

    if (asprintf (&below, "%s\\%s", path, children.list[i].name) == -1)
      die (&w->o, "out of memory");
    print_tree (w, children.list[i].node, below, depth + 1);
  }
  registry_nodes_release (&children);
}

/* One value, as people want it: text, a decimal number, or the bytes. */
static void
print_plain (const struct win_reg *w, const struct registry_value *v)
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
      die (&w->o, "out of memory");
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

static void
export (const struct win_reg *w, const char *key, const char *name)
{
  struct registry_path path = registry_path (&w->o, key);
  struct registry_values values = REGISTRY_VALUES_INIT;
  const struct registry_value *v = NULL;
  int64_t node;
  size_t i;

  registry_open (&w->o, &path, false);
  node = registry_find (&w->o, &path, false);
  if (node == 0)
    die (&w->o, "%s: there is no such key", key);
  if (!name) {
    print_tree (w, node, path.full, 0);
    registry_path_release (&path);
    return;
  }
  registry_values (&w->o, node, &values);
  for (i = 0; i < values.nr; ++i)
    if (strcasecmp (values.list[i].name, strcmp (name, "@") == 0 ? "" : name)
        == 0)
      v = &values.list[i];
  if (!v)
    die (&w->o, "%s: there is no value \"%s\"", key, name);
  print_plain (w, v);
  registry_values_release (&values);
  registry_path_release (&path);
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
open_guest (struct win_reg *w, char *guest)
{
  w->o.readonly = !w->merge;
  if (access (guest, F_OK) == 0 || strstr (guest, "://"))
    options_add_image (&w->o, guest);
  else
    options_add_domain (&w->o, guest);
  options_add_drives (&w->o, w->o.g);
  if (guestfs_launch (w->o.g) == -1)
    die_handle (&w->o);
  registry_mount (&w->o);
}

static void
run_merge (struct win_reg *w, char *guest, char *names[], size_t nr)
{
  struct regfile *files = xmalloc ((nr + 1) * sizeof *files);
  size_t i, n = nr > 0 ? nr : 1;

  /* All of them are understood before anything is changed. */
  for (i = 0; i < n; ++i)
    files[i] = parse_file (w, nr > 0 ? names[i] : NULL);
  open_guest (w, guest);
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
      .takes = TAKES_NO_DRIVES | TAKES_KEYS, .own_short = "c:d",
      .own_long = own_long,
    },
  };
  int c;

  options_start (&w.o);
  while ((c = options_next (&w.o, argc, argv)) != -1)
    own_option (&w, c);
  if (w.merge ? argc - optind < 1
      : argc - optind < 2 || argc - optind > 3)
    die (&w.o, "give a disk image or domain%s", w.merge ? ""
         : ", a key, and perhaps a value");
  if (w.merge)
    run_merge (&w, argv[optind], argv + optind + 1, argc - optind - 1);
  else {
    open_guest (&w, argv[optind]);
    export (&w, argv[optind + 1], argv[optind + 2]);
  }
  options_finish (&w.o);
  return EXIT_SUCCESS;
}
