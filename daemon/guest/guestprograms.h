/* Programs of the guest that go on when the call that started them has ended. */
#ifndef BATHYSCOPE_GUESTPROGRAMS_H
#define BATHYSCOPE_GUESTPROGRAMS_H

/* End all processes whose root is in the guest, and wait for that, some seconds at
 * most; how many there were. */
unsigned guest_programs_end (void);

#endif
