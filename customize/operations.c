/* Reading operations from options: see operations.h. */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commandsfile.h"
#include "prefix.h"
#include "secret.h"
#include "strbuf.h"
#include "strlist.h"
#include "types.h"

struct customize *
customize_new (void)
{
  struct customize *c = xmalloc (sizeof *c);

  memset (c, 0, sizeof *c);
  return c;
}

static void
operation_release (struct operation *op)
{
  strings_free (op->words);
  password_release (&op->password);
}

#define CLEANUP_OPERATION CLEANUP (operation_release)

void
customize_free (struct customize *c)
{
  size_t i;

  if (!c)
    return;
  for (i = 0; i < c->operations.len; ++i)
    operation_release (&c->operations.ptr[i]);
  operation_vector_release (&c->operations);
  strlist_release (&c->excludes);
  free (c->sm_user);
  secret_free (c->sm_password);
  free (c);
}

bool
customize_is_empty (const struct customize *c)
{
  return c->operations.len == 0;
}

struct option *
customize_long_options (const struct option *own)
{
  struct option *all;
  size_t i, n = 0, nr_own = 0;

  while (own[nr_own].name)
    ++nr_own;
  while (operation_types[n].name)
    ++n;
  all = xrealloc (NULL, nr_own + n + 1, sizeof *all);
  if (nr_own > 0)
    memcpy (all, own, nr_own * sizeof *all);
  for (i = 0; i < n; ++i)
    all[nr_own + i] = (struct option) {
      operation_types[i].name,
      operation_types[i].placeholder ? required_argument : no_argument, NULL,
      OPTION_CUSTOMIZE + (int) i,
    };
  memset (&all[nr_own + n], 0, sizeof *all);
  return all;
}

char *
customize_usage (const char *own)
{
  CLEANUP_STRBUF struct strbuf text = STRBUF_INIT;
  const struct operation_type *t;
  char *ret;

  if (strbuf_addf (&text, "%s\nOperations, carried out in the order given:\n",
                   own) == -1)
    abort ();
  for (t = operation_types; t->name; ++t) {
    CLEANUP_FREE char *option
      = xasprintf ("--%s %s", t->name, t->placeholder ? t->placeholder : "");

    if (strlen (option) > 27
        ? strbuf_addf (&text, "      %s\n%35s%s\n", option, "", t->help) == -1
        : strbuf_addf (&text, "      %-28s %s\n", option, t->help) == -1)
      abort ();
  }
  if (strbuf_addstr (&text, "\nOther options:\n") == -1
      || !(ret = strbuf_take (&text)))
    abort ();
  return ret;
}

/* Divide `text` into `n` words at the first colons, or at every `separator`
 * when n is 0. */
static int
split (struct operation *op, const char *text, char separator, size_t n,
       struct error *err)
{
  CLEANUP_STRLIST struct strlist words = STRLIST_INIT;
  const char *all = text;

  for (;;) {
    const char *end = strchrnul (text, separator);
    bool last = !*end || (n > 0 && words.len == n - 1);
    char *word = last ? xstrdup (text) : strndup (text, end - text);

    if (!word || strlist_add_taken (&words, word) == -1)
      return error_errno (err, "words");
    if (last)
      break;
    text = end + 1;
  }
  if (n > 0 && words.len != n)
    return error_set (err, EINVAL, "\"%s\" is not of the form %s", all,
                      op->type->placeholder);
  op->words = strlist_take (&words);
  return op->words ? 0 : error_errno (err, "words");
}

static int
set_words (struct operation *op, const char *first, const char *second,
           struct error *err)
{
  CLEANUP_STRLIST struct strlist words = STRLIST_INIT;

  if ((first && strlist_add (&words, first) == -1)
      || (second && strlist_add (&words, second) == -1)
      || !(op->words = strlist_take (&words)))
    return error_errno (err, "words");
  return 0;
}

static int
check_local (const char *file, struct error *err)
{
  return access (file, R_OK) == -1 ? error_errno (err, "%s", file) : 0;
}

/* USER:SELECTOR; the selector of a key may be missing. */
static int
split_user (char *arg, char **ret_user, char **ret_selector,
            struct error *err)
{
  char *colon = strchrnul (arg, ':');

  if (colon == arg)
    return error_set (err, EINVAL, "\"%s\" does not begin with the name of a "
                      "user", arg);
  *ret_user = strndup (arg, colon - arg);
  *ret_selector = *colon ? colon + 1 : NULL;
  return *ret_user ? 0 : error_errno (err, "user");
}

static int
read_user_password (struct operation *op, char *arg, struct error *err)
{
  CLEANUP_FREE char *user = NULL;
  char *selector;

  if (split_user (arg, &user, &selector, err) == -1)
    return -1;
  if (!selector)
    return error_set (err, EINVAL, "\"%s\" is not of the form USER:SELECTOR",
                      arg);
  if (password_parse (selector, &op->password, err) == -1)
    return -1;
  return set_words (op, user, NULL, err);
}

static int
read_user_key (struct operation *op, char *arg, struct error *err)
{
  CLEANUP_FREE char *user = NULL, *key = NULL;
  char *selector;

  if (split_user (arg, &user, &selector, err) == -1)
    return -1;
  key = ssh_key_parse (selector, err);
  return key ? set_words (op, user, key, err) : -1;
}

static int
read_pool (struct operation *op, const char *arg, struct error *err)
{
  const char *file = skip_prefix (arg, "file:");
  CLEANUP_FREE char *pool = NULL;

  if (file)
    pool = first_line (file, err);
  else
    pool = xstrdup (strcmp (arg, "auto") == 0 ? "" : arg);
  return pool ? set_words (op, pool, NULL, err) : -1;
}

static int
read_credentials (struct customize *c, char *arg, struct error *err)
{
  struct password p = { .text = NULL };
  CLEANUP_FREE char *user = NULL;
  char *selector;

  if (split_user (arg, &user, &selector, err) == -1)
    return -1;
  if (!selector || password_parse (selector, &p, err) == -1)
    return error_set (err, EINVAL, "not of the form USER:file:NAME or "
                      "USER:password:TEXT");
  if (!p.text || p.locked) {
    password_release (&p);
    return error_set (err, EINVAL, "registering takes a password");
  }
  free (c->sm_user);
  secret_free (c->sm_password);
  c->sm_user = TAKE_PTR (user);
  c->sm_password = p.text;
  return 0;
}

static void
set_flag (struct customize *c, const char *name)
{
  if (strcmp (name, "no-logfile") == 0)
    c->no_logfile = true;
  else {
    /* The last one counts. */
    c->selinux_relabel = strcmp (name, "selinux-relabel") == 0;
    c->no_selinux_relabel = !c->selinux_relabel;
  }
}

/* Take the argument of an operation, or of a flag, apart. */
static int
read_argument (struct customize *c, struct operation *op, char *arg,
               struct error *err)
{
  switch (op->type->argument) {
  case ARGUMENT_NONE: return set_words (op, NULL, NULL, err);
  case ARGUMENT_LOCAL:
    if (check_local (arg, err) == -1)
      return -1;
    /* fall through */
  case ARGUMENT_STRING: return set_words (op, arg, NULL, err);
  case ARGUMENT_TWO: return split (op, arg, ':', 2, err);
  case ARGUMENT_LOCAL_TWO:
    return split (op, arg, ':', 2, err) == -1 ? -1
      : check_local (op->words[0], err);
  case ARGUMENT_THREE: return split (op, arg, ':', 3, err);
  case ARGUMENT_LIST: return split (op, arg, ',', 0, err);
  case ARGUMENT_LINKS:
    if (!strchr (arg, ':'))
      return error_set (err, EINVAL, "\"%s\" is not of the form %s", arg,
                        op->type->placeholder);
    return split (op, arg, ':', 0, err);
  case ARGUMENT_PASSWORD:
    return password_parse (arg, &op->password, err) == -1 ? -1
      : set_words (op, "root", NULL, err);
  case ARGUMENT_USER_PASSWORD: return read_user_password (op, arg, err);
  case ARGUMENT_USER_KEY: return read_user_key (op, arg, err);
  case ARGUMENT_POOL: return read_pool (op, arg, err);
  case ARGUMENT_COMMANDS: return commands_from_file (c, arg, err);
  case ARGUMENT_FLAG: set_flag (c, op->type->name); return 0;
  case ARGUMENT_CRYPTO: return crypto_parse (arg, &c->crypto, err);
  case ARGUMENT_CREDENTIALS: return read_credentials (c, arg, err);
  case ARGUMENT_EXCLUDE:
    return strlist_add (&c->excludes, arg) == -1
      ? error_errno (err, "excludes") : 0;
  }
  return -1;
}

static int
add (struct customize *c, const struct operation_type *type, char *arg,
     struct error *err)
{
  CLEANUP_OPERATION struct operation op = { .type = type };

  if (read_argument (c, &op, arg, err) == -1)
    return error_prefix (err, "--%s", type->name);
  if (!type->run)
    return 0;
  if (operation_vector_append (&c->operations, op) == -1)
    return error_errno (err, "--%s", type->name);
  memset (&op, 0, sizeof op); /* it is the list's now */
  return 0;
}

int
customize_option (struct customize *c, int value, char *arg,
                  struct error *err)
{
  size_t i, n = 0;

  while (operation_types[n].name)
    ++n;
  if (value < OPTION_CUSTOMIZE || (i = value - OPTION_CUSTOMIZE) >= n)
    return 0;
  return add (c, &operation_types[i], arg, err) == -1 ? -1 : 1;
}

int
customize_add (struct customize *c, const char *name, char *arg,
               struct error *err)
{
  const struct operation_type *t;

  for (t = operation_types; t->name && strcmp (t->name, name) != 0; ++t)
    ;
  if (!t->name)
    return error_set (err, EINVAL, "there is no operation \"%s\"", name);
  if (t->placeholder && !arg)
    return error_set (err, EINVAL, "\"%s\" takes an argument, %s", name,
                      t->placeholder);
  if (!t->placeholder && arg)
    return error_set (err, EINVAL, "\"%s\" takes no argument", name);
  return add (c, t, arg, err);
}
