// libsystemd: sd-bus(3) and sd-journal(3). The variadic calls do not import; their counterparts without do.
#include <systemd/sd-bus.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
