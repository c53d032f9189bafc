#ifndef BASE_CONFINE_CALLS_H
#define BASE_CONFINE_CALLS_H

/*
 * A filter of system calls (seccomp, mode 2): a program that has started keeps
 * those that serving needs, and no others.  Whatever it may need, none runs
 * another program, traces another process or reads its memory, changes whose
 * it is, makes a namespace, mounts, runs code that it wrote itself, or listens
 * on the network.
 */

/* What a program does besides reading requests and answering them. */
enum confine_need {
	/* Opens files: pages, certificates, what workers share; and loads
	 * libraries, of which the C library has some for charsets, too. */
	CONFINE_FILES = 1 << 0,
	/* Connects to servers and looks up their names, for which it makes a
	 * process or a thread of itself. */
	CONFINE_NETWORK = 1 << 1
};

/*
 * Gives up all but what needs says, for good.  A call that was given up fails
 * as one that the kernel does not have (ENOSYS), so that the C library does
 * without where it can.  confine() comes before it.  Does nothing where the
 * kernel has no filters, on other machines than x86-64 and 64-bit ARM and
 * RISC-V, and under sanitizers, which have needs of their own.
 */
void	 confine_calls(unsigned needs);

#endif
