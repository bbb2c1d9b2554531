/* Plain text from the POD of doc blocks. */
#ifndef BATHYSCOPE_GENERATOR_POD_H
#define BATHYSCOPE_GENERATOR_POD_H

enum pod_flavour {
  POD_C,      /* guestfs_mkfs stays */
  POD_SHELL,  /* guestfs_part_list becomes part-list */
  POD_METHOD, /* guestfs_mkfs becomes g.mkfs */
  POD_PERL,   /* guestfs_mkfs becomes $g->mkfs */
};

/* Paragraphs filled to `width` columns behind `indent` blanks, each with a
 * newline, with an empty line between paragraphs.  The caller frees. */
char *pod_to_text (const char *pod, enum pod_flavour flavour, int indent,
                   int width);

/* POD with the names of calls as the flavour has them. */
char *pod_rename (const char *pod, enum pod_flavour flavour);

#endif
