/* The host's name server: see resolver.h.  The machine, which is to forward
 * queries to it, can read no files. */

#include <config.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "io.h"
#include "prefix.h"
#include "resolver.h"

#define KEYWORD "nameserver"
#define BLANK " \t"

void
resolver_parse (const char *text, char ret[INET_ADDRSTRLEN])
{
  const char *line;
  size_t len;

  ret[0] = '\0';
  for (line = text; *line; line += len + (line[len] == '\n')) {
    const char *p = line + strlen (KEYWORD);
    char word[INET_ADDRSTRLEN];
    struct in_addr addr;
    size_t n;

    len = strcspn (line, "\n");
    if (!has_prefix (line, KEYWORD) || !*p
        || !strchr (BLANK, *p))
      continue;
    p += strspn (p, BLANK);
    n = strcspn (p, BLANK "\r\n#;");
    if (n >= sizeof word)
      continue;
    memcpy (word, p, n);
    word[n] = '\0';
    if (inet_pton (AF_INET, word, &addr) == 1) {
      memcpy (ret, word, n + 1);
      return;
    }
  }
}

void
resolver_find (char ret[INET_ADDRSTRLEN])
{
  CLEANUP_CLOSE int fd = open ("/etc/resolv.conf", O_RDONLY | O_CLOEXEC);
  CLEANUP_FREE char *text = fd >= 0 ? read_whole_fd (fd, 65536, NULL) : NULL;

  resolver_parse (text ? text : "", ret);
  /* Without the file it is the host itself (resolv.conf(5)). */
  if (!text)
    memcpy (ret, "127.0.0.1", sizeof "127.0.0.1");
}
