#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include <stddef.h>

enum {
	CONFINE_DESCRIPTORS = 512	/* 64 kept sessions have four each:
					 * libcurl's, and a place */
};

/*
 * Gives up what a program does not need, before it reads anything from
 * outside: no core dump, and no memory in one that is made all the same, not
 * traceable, umask 077, working directory /, no new privileges, inherited
 * descriptors above 2 closed (all programs accept on descriptor 0) and at most
 * CONFINE_DESCRIPTORS of them, large blocks given back to the system when they
 * are freed, and a ceiling for its address space and its data of so many bytes
 * (0: none; none under sanitizers, which reserve terabytes).
 */
void	 confine(size_t address_space);

/*
 * For programs that need no network (CONFINE_NETWORK): neither a process nor a
 * thread can be made any more.  Counts for nothing where root runs them, nor
 * under sanitizers, of which one looks from a thread.
 */
void	 confine_processes(void);

#endif
