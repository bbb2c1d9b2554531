/* Procedures of the fake machine (fake-machine.c), far from those of real
 * calls. */
#ifndef BATHYSCOPE_FAKE_MACHINE_H
#define BATHYSCOPE_FAKE_MACHINE_H

enum fake_procedure {
  FAKE_ECHO = 900001,     /* returns its arguments */
  FAKE_ERROR,             /* EROFS */
  FAKE_UPLOAD,            /* returns how many bytes came */
  FAKE_SHORT_UPLOAD,      /* cuts $FAKE_FILE off while it is sent */
  FAKE_KILLED_IN_UPLOAD,  /* dies by SIGKILL when the file has begun */
  FAKE_STOPPED_IN_UPLOAD, /* its guest stops then; it stays, and reads nothing */
  FAKE_EARLY_ERROR,       /* ENOSPC before the file has come */
  FAKE_DOWNLOAD,          /* FAKE_DOWNLOAD_SIZE bytes 'x' */
  FAKE_DOWNLOAD_EMPTY,
  FAKE_DOWNLOAD_ENDLESS,
  FAKE_PROGRESS,          /* 1001 progress messages */
  FAKE_PROGRESS_ENDLESS,
  FAKE_WAIT_FOR_CANCEL,
  FAKE_PANIC,             /* prints and stops */
  FAKE_KILLED,            /* dies by SIGKILL */
  FAKE_NONSENSE,          /* answers with bytes that are no frame */
  FAKE_OTHER_SERIAL,      /* answers a call that was not made */
  FAKE_BIG_REPLY,         /* FAKE_BIG_SIZE zeroes */
};

#define FAKE_DOWNLOAD_SIZE (10 * 1024 * 1024 + 17)
#define FAKE_BIG_SIZE (20 * 1024 * 1024)

#endif
