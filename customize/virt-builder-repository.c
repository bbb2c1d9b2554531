/* virt-builder-repository: make or update the index of a directory of templates.
 *
 * All is made in a temporary directory inside, and takes its place when it is
 * complete: first the compressed images, then the index. */

#include <config.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "builder.h"
#include "cleanup.h"
#include "message.h"
#include "repository.h"
#include "strlist.h"

static const char usage[] =
  "Make or update the index of a directory with templates for virt-builder.\n"
  "\n"
  "  virt-builder-repository [options] DIRECTORY\n"
  "\n"
  "      --gpg COMMAND      what signs, with options of it\n"
  "  -i, --interactive      ask for what is not known\n"
  "  -K, --gpg-key KEY      sign the index with this key\n"
  "      --no-compression   leave the images as they are\n";

enum { OPTION_GPG = OPTION_OWN, OPTION_NO_COMPRESSION };

struct repository {
  struct builder b;
  const char *dir, *key;
  bool interactive, no_compression;
  struct index old, new;
  struct strlist moves;    /* temporary name, name, ... */
  struct strlist packed;   /* images that are compressed now */
};

static char *
path_of (const struct repository *r, const char *dir, const char *name,
         const char *suffix)
{
  char *ret;

  if (asprintf (&ret, "%s/%s%s", dir, name, suffix) == -1)
    die (&r->b.o, "out of memory");
  return ret;
}

static void
set (const struct repository *r, struct index_entry *e, const char *name,
     const char *value)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;

  if (index_set_field (e, name, value, &err) == -1)
    die (&r->b.o, "%s", err.message);
}

static void
set_number (const struct repository *r, struct index_entry *e,
            const char *name, int64_t value)
{
  char text[24];

  snprintf (text, sizeof text, "%lld", (long long) value);
  set (r, e, name, text);
}

/* --- the old index ---------------------------------------------------------------- */

/* What is there is signed again, so nobody's signature is asked for. */
static void
read_old (struct repository *r)
{
  static const char *const names[] = { "index.asc", "index" };
  CLEANUP_ERROR struct error err = ERROR_INIT;
  size_t i, len;
  bool is_signed;

  for (i = 0; i < 2; ++i) {
    /* The one that will be written is the one that goes on. */
    CLEANUP_FREE char *file = path_of (r, r->dir, names[r->key ? i : 1 - i], "");
    CLEANUP_FREE char *raw = NULL, *text = NULL;

    if (access (file, F_OK) == -1)
      continue;
    raw = index_read_file (file, &len, &err);
    text = raw ? index_unwrap (raw, len, &is_signed, &err) : NULL;
    if (!text || index_parse (text, strlen (text), &r->old, &err) == -1)
      die (&r->b.o, "%s: %s", file, err.message);
    return;
  }
}

static const struct index_entry *
entry_of_file (const struct index *index, const char *file)
{
  size_t i;

  for (i = 0; i < index->nr; ++i) {
    const char *value = index_field (&index->entries[i], "file");

    if (value && strcmp (value, file) == 0)
      return &index->entries[i];
  }
  return NULL;
}

static struct index_entry *
copy_entry (struct repository *r, const struct index_entry *from)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  struct index_entry *e = index_add (&r->new, from->name, &err);
  size_t i;

  if (!e)
    die (&r->b.o, "%s", err.message);
  for (i = 0; i < from->nr; ++i)
    set (r, e, from->fields[i].name, from->fields[i].value);
  return e;
}

/* --- asking ------------------------------------------------------------------------ */

/* A line from standard input: the default when it is empty, nothing when it is
 * "-".  Heap memory or NULL. */
static char *
ask (const struct repository *r, const char *what, const char *standard)
{
  CLEANUP_FREE char *line = NULL;
  size_t alloc = 0;
  ssize_t len;

  printf (standard ? "%s [%s]: " : "%s: ", what, standard);
  fflush (stdout);
  len = getline (&line, &alloc, stdin);
  if (len == -1)
    die (&r->b.o, "there is no answer to \"%s\" on standard input", what);
  while (len > 0 && isspace ((unsigned char) line[len - 1]))
    line[--len] = '\0';
  if (strcmp (line, "-") == 0)
    return NULL;
  if (len == 0)
    return standard ? xstrdup (standard) : NULL;
  return TAKE_PTR (line);
}

/* A field that the index has stays; else it is asked for, or what was found in
 * the image. */
static void
fill (const struct repository *r, struct index_entry *e, const char *name,
      const char *what, const char *found)
{
  CLEANUP_FREE char *answer = NULL;

  if (index_field (e, name))
    return;
  if (!r->interactive) {
    set (r, e, name, found);
    return;
  }
  answer = ask (r, what, found);
  set (r, e, name, answer);
}

/* The entry that names the file already, or a new one. */
static struct index_entry *
new_entry (struct repository *r, const char *image, const char *file,
           const char *osinfo)
{
  const struct index_entry *old = entry_of_file (&r->old, file);
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *name = NULL;
  struct index_entry *e;
  size_t i;

  if (old)
    return copy_entry (r, old);
  if (!r->interactive)
    die (&r->b.o, "%s: no template in the index has file=%s: add [NAME] with "
         "this line, or use --interactive", image, file);
  printf ("%s:\n", image);
  name = ask (r, "Name of the template", osinfo);
  if (!name || !index_is_name (name))
    die (&r->b.o, "%s: names of templates have letters, digits, -, _ and .",
         image);
  for (i = 0; i < r->new.nr; ++i)
    if (strcmp (r->new.entries[i].name, name) == 0)
      die (&r->b.o, "%s: there is a template %s already", image, name);
  e = index_add (&r->new, name, &err);
  if (!e)
    die (&r->b.o, "%s", err.message);
  return e;
}

/* --- images ------------------------------------------------------------------------ */

/* What is new has a higher number, so that caches notice. */
static void
set_revision (const struct repository *r, struct index_entry *e,
              const char *checksum)
{
  const char *old = index_field (e, "checksum[sha512]");
  int64_t revision = index_number (e, "revision");

  if (!old)
    old = index_field (e, "checksum");
  if (old && strcmp (old, checksum) != 0)
    set_number (r, e, "revision", revision < 1 ? 2 : revision + 1);
  else if (revision < 0)
    set_number (r, e, "revision", 1);
  set (r, e, "checksum", NULL);
  set (r, e, "checksum[sha512]", checksum);
}

/* The file that the index names, and what it says of its bytes. */
static void
pack (struct repository *r, struct index_entry *e, const char *image)
{
  const struct options *o = &r->b.o;
  const char *name = index_field (e, "file");
  CLEANUP_FREE char *from = path_of (r, r->dir, image, "");
  CLEANUP_FREE char *target = path_of (r, r->dir, name, "");
  CLEANUP_FREE char *packed = path_of (r, builder_tmpdir (&r->b), name, "");
  const char *file = r->no_compression ? from : packed;
  char checksum[BUILDER_CHECKSUM];
  struct stat st;

  if (!r->no_compression) {
    message (o, "Compressing %s", image);
    repository_compress (&r->b, from, packed);
    if (strlist_add (&r->moves, packed) == -1
        || strlist_add (&r->moves, target) == -1
        || strlist_add (&r->packed, from) == -1)
      die (o, "out of memory");
  }
  if (stat (file, &st) == -1)
    die (o, "%s: %s", file, strerror (errno));
  builder_checksum (&r->b, "sha512", file, checksum);
  set_revision (r, e, checksum);
  set_number (r, e, "compressed_size", st.st_size);
}

static void
add_image (struct repository *r, const char *image)
{
  const struct options *o = &r->b.o;
  const char *dot = strrchr (image, '.');
  CLEANUP_REPOSITORY_IMAGE struct repository_image found = REPOSITORY_IMAGE_INIT;
  CLEANUP_FREE char *path = path_of (r, r->dir, image, "");
  CLEANUP_FREE char *file = NULL;
  struct index_entry *e;

  message (o, "Looking at %s", image);
  repository_inspect (&r->b, path, dot && strcmp (dot, ".img") != 0 ? dot + 1
                      : NULL, &found);
  if (asprintf (&file, "%s%s", image, r->no_compression ? "" : ".xz") == -1)
    die (o, "out of memory");
  e = new_entry (r, image, file, found.osinfo);
  set (r, e, "file", file);
  fill (r, e, "name", "Full name", found.name);
  fill (r, e, "arch", "Architecture", found.arch);
  if (!index_field (e, "arch"))
    die (o, "%s: the architecture of the system is not known", image);
  fill (r, e, "osinfo", "Osinfo name", found.osinfo);
  fill (r, e, "expand", "Partition that grows with the disk", found.expand);
  fill (r, e, "lvexpand", "Logical volume that grows with it", found.lvexpand);
  set (r, e, "format", found.format);
  set_number (r, e, "size", found.size);
  pack (r, e, image);
}

/* raw, qcow2, img, or no extension; hidden files, and the index, are none. */
static bool
is_image (const struct repository *r, const char *name)
{
  static const char *const extensions[] = { ".raw", ".qcow2", ".img" };
  CLEANUP_FREE char *path = path_of (r, r->dir, name, "");
  const char *dot = strrchr (name, '.');
  struct stat st;
  size_t i;

  if (name[0] == '.' || strcmp (name, "index") == 0
      || lstat (path, &st) == -1 || !S_ISREG (st.st_mode))
    return false;
  for (i = 0; dot && i < sizeof extensions / sizeof *extensions; ++i)
    if (strcmp (dot, extensions[i]) == 0)
      return true;
  return !dot;
}

static void
add_images (struct repository *r)
{
  struct dirent **list;
  int n = scandir (r->dir, &list, NULL, alphasort), i;

  if (n == -1)
    die (&r->b.o, "%s: %s", r->dir, strerror (errno));
  for (i = 0; i < n; ++i) {
    if (is_image (r, list[i]->d_name))
      add_image (r, list[i]->d_name);
    free (list[i]);
  }
  free (list);
}

/* Templates whose file is there, and was not made now, stay as they are. */
static void
keep_others (struct repository *r)
{
  size_t i;

  for (i = 0; i < r->old.nr; ++i) {
    const struct index_entry *e = &r->old.entries[i];
    const char *file = index_field (e, "file");
    CLEANUP_FREE char *path = file ? path_of (r, r->dir, file, "") : NULL;

    if (!path || entry_of_file (&r->new, file))
      continue;
    if (access (path, F_OK) == 0)
      (void) copy_entry (r, e);
    else
      message (&r->b.o, "%s: %s has gone, and so has the template", e->name,
               file);
  }
}

/* --- the new index ------------------------------------------------------------------ */

static void
write_index (struct repository *r)
{
  CLEANUP_ERROR struct error err = ERROR_INIT;
  CLEANUP_FREE char *plain = path_of (r, builder_tmpdir (&r->b), "index", "");
  CLEANUP_FREE char *asc = path_of (r, builder_tmpdir (&r->b), "index.asc", "");
  CLEANUP_FREE char *target
    = path_of (r, r->dir, "index", r->key ? ".asc" : "");
  CLEANUP_FREE char *command = NULL;
  FILE *fp;

  if (index_check (&r->new, &err) == -1)
    die (&r->b.o, "%s", err.message);
  fp = fopen (plain, "we");
  if (!fp || index_write (&r->new, fp) == -1 || fclose (fp) == EOF)
    die (&r->b.o, "%s: %s", plain, strerror (errno));
  if (r->key) {
    /* --gpg has a command with options, so a shell takes it apart.  With
     * --default-key gpg would sign with another key when that one is missing. */
    const char *const argv[] = { "sh", "-c", NULL, "gpg", "--local-user",
      r->key, "--output", asc, "--clearsign", plain, NULL };
    const char *with_command[sizeof argv / sizeof *argv];

    if (asprintf (&command, "exec %s \"$@\"", r->b.gpg) == -1)
      die (&r->b.o, "out of memory");
    memcpy (with_command, argv, sizeof argv);
    with_command[2] = command;
    message (&r->b.o, "Signing the index");
    if (builder_run (&r->b, -1, with_command) != 0)
      die (&r->b.o, "the index could not be signed");
  }
  if (strlist_add (&r->moves, r->key ? asc : plain) == -1
      || strlist_add (&r->moves, target) == -1)
    die (&r->b.o, "out of memory");
}

/* The index comes last: until then it names what was there. */
static void
put_in_place (struct repository *r)
{
  size_t i;

  for (i = 0; i < r->moves.len; i += 2)
    if (rename (r->moves.items[i], r->moves.items[i + 1]) == -1)
      die (&r->b.o, "%s: %s", r->moves.items[i + 1], strerror (errno));
  for (i = 0; i < r->packed.len; ++i)
    if (unlink (r->packed.items[i]) == -1)
      die (&r->b.o, "%s: %s", r->packed.items[i], strerror (errno));
}

static void
parse (struct repository *r, int argc, char *argv[])
{
  struct options *o = &r->b.o;
  int c;

  while ((c = options_next (o, argc, argv)) != -1)
    switch (c) {
    case OPTION_GPG: r->b.gpg = optarg; break;
    case OPTION_NO_COMPRESSION: r->no_compression = true; break;
    case 'K': r->key = optarg; break;
    case 'i': r->interactive = true; break;
    }
  if (o->machine_readable && optind == argc) {
    puts (o->program);
    exit (EXIT_SUCCESS);
  }
  if (optind + 1 != argc)
    die (o, "give the directory of the repository");
  r->dir = argv[optind];
  if (access (r->dir, F_OK) == -1)
    die (o, "%s: %s", r->dir, strerror (errno));
}

int
main (int argc, char *argv[])
{
  static const struct option own_long[] = {
    { "gpg", required_argument, NULL, OPTION_GPG },
    { "gpg-key", required_argument, NULL, 'K' },
    { "interactive", no_argument, NULL, 'i' },
    { "no-compression", no_argument, NULL, OPTION_NO_COMPRESSION },
    { NULL, 0, NULL, 0 },
  };
  struct repository r = {
    .b = {
      .o = {
        .program = "virt-builder-repository", .usage = usage,
        .help_shared = true, .takes = TAKES_NO_DRIVES | TAKES_MESSAGES,
        .own_short = "K:i", .own_long = own_long,
      },
      .gpg = "gpg",
    },
    .old = INDEX_INIT, .new = INDEX_INIT, .moves = STRLIST_INIT,
    .packed = STRLIST_INIT,
  };

  options_start (&r.b.o);
  parse (&r, argc, argv);
  read_old (&r);
  (void) builder_tmpdir_in (&r.b, r.dir);
  add_images (&r);
  keep_others (&r);
  write_index (&r);
  put_in_place (&r);
  message (&r.b.o, "%zu templates in %s", r.new.nr, r.dir);
  index_release (&r.old);
  index_release (&r.new);
  strlist_release (&r.moves);
  strlist_release (&r.packed);
  options_finish (&r.b.o);
  return EXIT_SUCCESS;
}
