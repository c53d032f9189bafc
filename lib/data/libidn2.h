#ifndef DATA_LIBIDN2_H
#define DATA_LIBIDN2_H

#include <idn2.h>

/*
 * libidn2, loaded when it is first called: it brings libunistring, and hardly
 * a name is anything but ASCII.  Its functions that the house uses are defined
 * here; where libidn2.so.0 can't be loaded, every name is refused.  Which
 * programs are linked with this, and what it takes from those that confine
 * them, says net/libcurl.h.
 */

#endif
