/* The parts of guestfs.h that do not depend on the description of the API. */
#ifndef BATHYSCOPE_GENERATOR_HEADER_BASE_H
#define BATHYSCOPE_GENERATOR_HEADER_BASE_H

extern const char header_begin[], header_end[];

#endif
