/* Parts of virt-builder: sources of templates, their indexes, and the cache. */
#ifndef BATHYSCOPE_BUILDER_H
#define BATHYSCOPE_BUILDER_H

#include "index.h"
#include "options.h"

struct source {
  char *name, *uri; /* owned, as all here; without a password */
  char *password;   /* of the URI, as it was written; in memory of secret.h; may be NULL */
  char *gpgkey, *fingerprint; /* may be NULL */
  char *proxy;       /* "off", or an address; NULL: as the environment says */
  bool simplestreams; /* `uri` is the root, and ends with a slash */
  bool is_unsigned;  /* whoever configured it says so */
};

struct builder {
  struct options o;
  struct source *sources; /* owned */
  size_t nr_sources;
  struct index all;       /* entries of all sources */
  const char *curl, *gpg, *cache, *arch;
  char *cache_dir;        /* owned; NULL: none */
  bool no_check;          /* --no-check-signature */
};

/* builder-fetch.c.  Programs are run without a shell; the exit status.  `input` is
 * their standard input; -1: that of this program. */
int builder_run (const struct builder *b, int input, const char *const *argv);
/* Get what a URI of a source names into a new file of at most `limit` bytes; exits
 * where that fails. */
void builder_fetch (const struct builder *b, const struct source *source,
                    const char *uri, const char *filename, uint64_t limit);
/* "dir/file" beside the URI of an index; heap memory. */
char *builder_beside (const struct builder *b, const char *uri,
                      const char *file);

/* builder-sources.c: from --source and --fingerprint, or else from the
 * configuration; then all indexes, checked. */
void builder_add_source (struct builder *b, char *uri); /* loses its password */
void builder_add_fingerprint (struct builder *b, const char *fingerprint);
void builder_read_sources (struct builder *b);
void builder_release (struct builder *b);

/* A temporary directory that goes away when the program ends (outfile.h): in the
 * directory for large files, or in this one. */
const char *builder_tmpdir (const struct builder *b);
const char *builder_tmpdir_in (const struct builder *b, const char *parent);

/* builder-template.c: the compressed template in the cache or in the temporary
 * directory; heap memory.  Then unpack it into a file that is there. */
char *builder_template (const struct builder *b, const struct index_entry *e);
void builder_unpack (const struct builder *b, const struct index_entry *e,
                     const char *from, const char *to);
/* The checksum of a file, in hexadecimal, by the program ALGORITHMsum, which has a
 * child of its own for bytes from anywhere. */
#define BUILDER_CHECKSUM 129
void builder_checksum (const struct builder *b, const char *algorithm,
                       const char *file, char ret[BUILDER_CHECKSUM]);
/* Its name in the cache; heap memory. */
char *builder_cached_name (const struct builder *b,
                           const struct index_entry *e);

#endif
