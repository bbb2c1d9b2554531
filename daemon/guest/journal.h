/* The systemd journal that is open, for those who unmount what it is on. */
#ifndef BATHYSCOPE_JOURNAL_H
#define BATHYSCOPE_JOURNAL_H

/* Close it, if it is open: its files keep the filesystem busy. */
void journal_forget (void);

#endif
