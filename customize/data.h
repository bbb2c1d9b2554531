/* Data that the Python module has as well; data.c is made by make-data. */
#ifndef BATHYSCOPE_CUSTOMIZE_DATA_H
#define BATHYSCOPE_CUSTOMIZE_DATA_H

struct package_command {
  const char *manager, *action, *command;
};
/* Ends with an empty entry. */
extern const struct package_command package_commands[];

/* What runs the scripts of the first boot, and the service that starts it. */
extern const char firstboot_sh[], firstboot_service[], firstboot_bat[];

#endif
