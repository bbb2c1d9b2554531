/* Operations that run programs of the guest. */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "packages.h"
#include "types.h"

int
op_run_command (struct guest *guest, const struct operation *op,
                struct error *err)
{
  message (guest->o, "Running: %s", op->words[0]);
  return guest_run (guest, op->words[0], op->words[0], err);
}

/* The script, which may be any program, is copied into the guest. */
int
op_run (struct guest *guest, const struct operation *op, struct error *err)
{
  CLEANUP_FREE char *path = NULL, *quoted = NULL;
  guestfs_h *g = guest->g;
  int r = -1;

  message (guest->o, "Running: %s", op->words[0]);
  if (!guest->is_linux)
    return guest_run (guest, op->words[0], "", err);
  path = guestfs_mktemp (g, guest_is_dir (guest, "/var/tmp")
                         ? "/var/tmp/runXXXXXX" : "/runXXXXXX", -1);
  if (!path)
    return guest_failed (guest, err);
  if (guestfs_upload (g, op->words[0], path) == -1
      || guestfs_chmod (g, 0700, path) == -1)
    guest_failed (guest, err);
  else {
    quoted = shell_quote (path);
    r = guest_run (guest, op->words[0], quoted, err);
  }
  if (guestfs_rm_f (g, path) == -1 && r == 0)
    r = guest_failed (guest, err);
  return r;
}

static int
change_packages (struct guest *guest, enum package_action action,
                 char *const *names, struct error *err)
{
  CLEANUP_FREE char *command = package_command (guest, action, names, err);

  return command ? guest_run (guest, guest->packages, command, err) : -1;
}

/* For the message. */
static char *
joined (char *const *words)
{
  char *ret = xstrdup ("");

  for (; *words; ++words) {
    char *more = xasprintf ("%s%s%s", ret, *ret ? " " : "", *words);

    free (ret);
    ret = more;
  }
  return ret;
}

int
op_install (struct guest *guest, const struct operation *op,
            struct error *err)
{
  CLEANUP_FREE char *names = joined (op->words);

  message (guest->o, "Installing packages: %s", names);
  return change_packages (guest, PACKAGES_INSTALL, op->words, err);
}

int
op_uninstall (struct guest *guest, const struct operation *op,
              struct error *err)
{
  CLEANUP_FREE char *names = joined (op->words);

  message (guest->o, "Uninstalling packages: %s", names);
  return change_packages (guest, PACKAGES_UNINSTALL, op->words, err);
}

int
op_update (struct guest *guest, const struct operation *op, struct error *err)
{
  message (guest->o, "Updating packages");
  return change_packages (guest, PACKAGES_UPDATE, op->words, err);
}

int
op_sm_register (struct guest *guest, const struct operation *op,
                struct error *err)
{
  const struct customize *c = guest->list;
  CLEANUP_FREE char *user = NULL, *password = NULL, *command = NULL;
  int trace = guestfs_get_trace (guest->g), r;

  message (guest->o, "Registering with subscription-manager");
  if (!c->sm_user)
    return error_set (err, EINVAL, "--sm-credentials is needed for this");
  user = shell_quote (c->sm_user);
  password = shell_quote (c->sm_password);
  command = xasprintf ("subscription-manager register --username=%s "
                       "--password=%s", user, password);
  /* The command has the password. */
  guestfs_set_trace (guest->g, 0);
  r = guest_run (guest, "subscription-manager", command, err);
  guestfs_set_trace (guest->g, trace);
  explicit_bzero (password, strlen (password));
  explicit_bzero (command, strlen (command));
  return r;
}

int
op_sm_attach (struct guest *guest, const struct operation *op,
              struct error *err)
{
  CLEANUP_FREE char *pool = shell_quote (op->words[0]);
  CLEANUP_FREE char *command
    = op->words[0][0] ? xasprintf ("subscription-manager attach --pool=%s", pool)
    : xstrdup ("subscription-manager attach --auto");

  message (guest->o, "Attaching to the pool: %s",
           op->words[0][0] ? op->words[0] : "auto");
  return guest_run (guest, "subscription-manager", command, err);
}

int
op_sm_remove (struct guest *guest, const struct operation *op,
              struct error *err)
{
  message (guest->o, "Removing all the subscriptions");
  return guest_run (guest, "subscription-manager",
                    "subscription-manager remove --all", err);
}

int
op_sm_unregister (struct guest *guest, const struct operation *op,
                  struct error *err)
{
  message (guest->o, "Unregistering with subscription-manager");
  return guest_run (guest, "subscription-manager",
                    "subscription-manager unregister", err);
}
