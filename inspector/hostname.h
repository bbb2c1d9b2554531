/* How a system of the Unix kind calls itself. */
#ifndef BATHYSCOPE_HOSTNAME_H
#define BATHYSCOPE_HOSTNAME_H

/* A heap string, or NULL where no file says it. */
char *hostname_of_unix (int root);

#endif
