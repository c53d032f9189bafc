#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include <stddef.h>

/*
 * Gives up what a program does not need, before it reads anything from
 * outside: no core dump, not traceable, umask 077, working directory /, no
 * new privileges, inherited descriptors above 2 closed (all programs accept
 * on descriptor 0), large blocks given back to the system when they are freed,
 * and a ceiling for its address space of so many bytes
 * (0: none; none under sanitizers, which reserve terabytes).
 */
void	 confine(size_t address_space);

#endif
