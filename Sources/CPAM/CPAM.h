// libpam: pam(3), the application's side.
#include <security/pam_appl.h>
