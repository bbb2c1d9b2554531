/* What is known of distributions by their names: how they call themselves, and
 * how packages are managed.  Names are those of the API. */
#ifndef BATHYSCOPE_DISTRO_H
#define BATHYSCOPE_DISTRO_H

/* The distribution by ID and ID_LIKE of os-release; ID_LIKE may be NULL.
 * "unknown" where they say nothing. */
const char *distro_by_id (const char *id, const char *id_like);

/* The same by DISTRIB_ID of lsb-release. */
const char *distro_by_lsb_id (const char *id);

/* "deb", "rpm", ... and "apt", "dnf", ...; "unknown". */
const char *distro_package_format (const char *distro);
const char *distro_package_management (const char *distro, int major_version);

#endif
