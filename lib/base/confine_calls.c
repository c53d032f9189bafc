#define _GNU_SOURCE
#include "base/confine_calls.h"

#include <assert.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

#if defined(__x86_64__)
#define MACHINE	AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE	AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define MACHINE	AUDIT_ARCH_RISCV64
#endif

#define REFUSED	(SECCOMP_RET_ERRNO | ENOSYS)

#if defined(MACHINE) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(POSTERN_SANITIZED)

#define FILES	CONFINE_FILES
#define NETWORK	CONFINE_NETWORK

#define NAMESPACES	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | \
    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* A call that is allowed to programs of a need (0: to all). */
struct call {
	int		 number;
	unsigned	 need;
};

static const struct call	 calls[] = {
	/* What is open already. */
	{ SYS_read, 0 },
	{ SYS_write, 0 },
	{ SYS_readv, 0 },
	{ SYS_writev, 0 },
	{ SYS_close, 0 },
	{ SYS_fstat, 0 },
	{ SYS_lseek, 0 },
	{ SYS_fcntl, 0 },
	{ SYS_ppoll, 0 },
	{ SYS_pselect6, 0 },
	{ SYS_accept, 0 },
	{ SYS_accept4, 0 },
	{ SYS_shutdown, 0 },
	{ SYS_sendto, 0 },
	{ SYS_recvfrom, 0 },
	{ SYS_getsockname, 0 },
	{ SYS_getpeername, 0 },
	{ SYS_getsockopt, 0 },
	{ SYS_setsockopt, 0 },
	/* Memory. */
	{ SYS_brk, 0 },
	{ SYS_munmap, 0 },
	{ SYS_mremap, 0 },
	{ SYS_madvise, 0 },
	/* Time, chance, itself. */
	{ SYS_clock_gettime, 0 },
	{ SYS_gettimeofday, 0 },
	{ SYS_nanosleep, 0 },
	{ SYS_clock_nanosleep, 0 },
	{ SYS_getrandom, 0 },
	{ SYS_getpid, 0 },
	{ SYS_gettid, 0 },
	{ SYS_getuid, 0 },
	{ SYS_geteuid, 0 },
	{ SYS_getgid, 0 },
	{ SYS_getegid, 0 },
	{ SYS_uname, 0 },
	{ SYS_sysinfo, 0 },
	{ SYS_getrusage, 0 },
	{ SYS_sched_yield, 0 },
	{ SYS_sched_getaffinity, 0 },
	{ SYS_futex, 0 },
	{ SYS_set_robust_list, 0 },
	{ SYS_rseq, 0 },
	{ SYS_membarrier, 0 },
	{ SYS_rt_sigaction, 0 },
	{ SYS_rt_sigprocmask, 0 },
	{ SYS_rt_sigreturn, 0 },
	{ SYS_sigaltstack, 0 },
	{ SYS_restart_syscall, 0 },
	{ SYS_exit, 0 },
	{ SYS_exit_group, 0 },
	/* Files. */
	{ SYS_openat, FILES },
	{ SYS_newfstatat, FILES },
	{ SYS_statx, FILES },
	{ SYS_faccessat, FILES },
	{ SYS_readlinkat, FILES },
	{ SYS_getdents64, FILES },
	{ SYS_getcwd, FILES },
	{ SYS_pread64, FILES },
	{ SYS_pwrite64, FILES },
	{ SYS_flock, FILES },
	{ SYS_ftruncate, FILES },
	{ SYS_unlinkat, FILES },
	{ SYS_statfs, FILES },
	{ SYS_fstatfs, FILES },
	/* Connections to servers. */
	{ SYS_socketpair, NETWORK },
	{ SYS_pipe2, NETWORK },
	{ SYS_eventfd2, NETWORK },
	{ SYS_connect, NETWORK },
	{ SYS_bind, NETWORK },
	{ SYS_sendmsg, NETWORK },
	{ SYS_sendmmsg, NETWORK },
	{ SYS_recvmsg, NETWORK },
	/* Who looks a name up, and is ended when time is up. */
	{ SYS_wait4, NETWORK },
	{ SYS_kill, NETWORK },
#if defined(__x86_64__)
	/* Names that newer machines do without. */
	{ SYS_poll, 0 },
	{ SYS_select, 0 },
	{ SYS_time, 0 },
	{ SYS_open, FILES },
	{ SYS_stat, FILES },
	{ SYS_lstat, FILES },
	{ SYS_access, FILES },
	{ SYS_readlink, FILES },
	{ SYS_unlink, FILES },
	{ SYS_pipe, NETWORK },
#endif
};

/* What an argument has to be: of its low half, none of these bits, or all. */
struct argument {
	enum { NONE_OF, IS }	 test;
	unsigned		 index;
	uint32_t		 value;
};

#define ANYTHING	{ NONE_OF, 0, 0 }

enum { TESTS = 2 };

/* A call that is allowed with such arguments; of several rows of one call,
 * one is enough. */
struct bound_call {
	struct call	 call;
	struct argument	 arguments[TESTS];
};

static const struct bound_call	 bound_calls[] = {
	{ { SYS_ioctl, 0 }, { { IS, 1, FIONREAD }, ANYTHING } },
	{ { SYS_ioctl, 0 }, { { IS, 1, FIONBIO }, ANYTHING } },
	{ { SYS_ioctl, 0 }, { { IS, 1, TCGETS }, ANYTHING } },
	{ { SYS_prlimit64, 0 }, { { IS, 0, 0 }, { IS, 2, 0 } } },
	/* abort(3). */
	{ { SYS_tgkill, 0 }, { { IS, 2, SIGABRT }, ANYTHING } },
	/* No memory is both written and run. */
	{ { SYS_mmap, 0 }, { { NONE_OF, 2, PROT_EXEC }, ANYTHING } },
	{ { SYS_mmap, FILES }, { { NONE_OF, 2, PROT_WRITE },
	    { NONE_OF, 3, MAP_ANONYMOUS } } },
	{ { SYS_mprotect, 0 }, { { NONE_OF, 2, PROT_EXEC }, ANYTHING } },
	/* Netlink tells of addresses of our own. */
	{ { SYS_socket, NETWORK }, { { IS, 0, AF_INET }, ANYTHING } },
	{ { SYS_socket, NETWORK }, { { IS, 0, AF_INET6 }, ANYTHING } },
	{ { SYS_socket, NETWORK }, { { IS, 0, AF_UNIX }, ANYTHING } },
	{ { SYS_socket, NETWORK }, { { IS, 0, AF_NETLINK }, ANYTHING } },
	{ { SYS_clone, NETWORK }, { { NONE_OF, 0, NAMESPACES }, ANYTHING } },
	{ { SYS_prctl, NETWORK }, { { IS, 0, PR_SET_PDEATHSIG }, ANYTHING } }
};

enum {
	CALLS = sizeof(calls) / sizeof(calls[0]),
	BOUND_CALLS = sizeof(bound_calls) / sizeof(bound_calls[0]),
	LEAF = 16,			/* calls that are tried in a row */
	CALL_COST = 2,			/* instructions of a call, and its */
	BOUND_COST = 3 + 2 * TESTS,	/* share of what finds it; of a row */
	FRAME = 8
};

/* A filter as it is written. */
struct writer {
	struct sock_filter	 code[CALLS * CALL_COST + BOUND_CALLS *
				    (CALL_COST + BOUND_COST) + FRAME];
	unsigned short		 len;
};

/* A call that is allowed: at once, or if its arguments are. */
struct known {
	uint32_t	 number;
	bool		 bound;
};

/* Those of a program, in the order of their numbers. */
struct knowns {
	struct known	 at[CALLS + BOUND_CALLS];
	size_t		 len;
};

static void
put(struct writer *writer, struct sock_filter instruction)
{
	assert(writer->len < sizeof(writer->code) / sizeof(writer->code[0]));
	writer->code[writer->len++] = instruction;
}

static void
put_load(struct writer *writer, size_t offset)
{
	put(writer, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    (uint32_t)offset));
}

/* Over so many instructions where what was loaded is so, or is not. */
static void
put_jump(struct writer *writer, unsigned how, uint32_t value, unsigned so,
    unsigned not_so)
{
	assert(so <= UINT8_MAX && not_so <= UINT8_MAX);
	put(writer, (struct sock_filter)BPF_JUMP((uint16_t)(BPF_JMP | how |
	    BPF_K), value, (uint8_t)so, (uint8_t)not_so));
}

static void
put_return(struct writer *writer, uint32_t what)
{
	put(writer, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

static void
add_known(struct knowns *knowns, const struct call *call, unsigned needs,
    bool bound)
{
	struct known	*at = knowns->at;
	uint32_t	 number = (uint32_t)call->number;
	size_t		 i;

	if ((call->need & ~needs) != 0)
		return;
	for (i = knowns->len; i > 0 && at[i - 1].number > number; i--)
		continue;
	if (i > 0 && at[i - 1].number == number)
		return;
	memmove(&at[i + 1], &at[i], (knowns->len++ - i) * sizeof(*at));
	at[i] = (struct known){ number, bound };
}

/* Instructions of what put_search writes. */
static size_t
search_size(size_t len)
{
	return len <= LEAF ? len + 3 : 1 + search_size(len / 2) +
	    search_size(len - len / 2);
}

/*
 * By halves, since the kernel tries each number that it has when it takes a
 * filter, at every start of a CGI program: in a row that took longer than all
 * else that the smallest program does.  Behind it, so many instructions away,
 * is what looks at arguments.
 */
static void
put_search(struct writer *writer, const struct known *knowns, size_t len,
    size_t away)
{
	size_t	 half = len / 2, i;

	if (len > LEAF) {
		put_jump(writer, BPF_JGE, knowns[half].number,
		    (unsigned)search_size(half), 0);
		put_search(writer, knowns, half, away +
		    search_size(len - half));
		put_search(writer, knowns + half, len - half, away);
		return;
	}
	for (i = 0; i < len; i++)
		put_jump(writer, BPF_JEQ, knowns[i].number,
		    (unsigned)(len - i) + (knowns[i].bound ? 1 : 0), 0);
	put_return(writer, REFUSED);
	put_return(writer, SECCOMP_RET_ALLOW);
	put(writer, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA,
	    (uint32_t)away));
}

static void
put_calls(struct writer *writer, unsigned needs)
{
	struct knowns	 knowns = { .len = 0 };
	size_t		 i;

	for (i = 0; i < CALLS; i++)
		add_known(&knowns, &calls[i], needs, false);
	for (i = 0; i < BOUND_CALLS; i++)
		add_known(&knowns, &bound_calls[i].call, needs, true);
	put_load(writer, offsetof(struct seccomp_data, nr));
	put_search(writer, knowns.at, knowns.len, 0);
}

static void
put_bound(struct writer *writer, const struct bound_call *bound)
{
	const struct argument	*argument;
	unsigned		 left = 1 + 2 * TESTS;
	size_t			 i;

	put_load(writer, offsetof(struct seccomp_data, nr));
	put_jump(writer, BPF_JEQ, (uint32_t)bound->call.number, 0, left);
	for (i = 0; i < TESTS; i++) {
		argument = &bound->arguments[i];
		left -= 2;
		put_load(writer, offsetof(struct seccomp_data, args) +
		    argument->index * sizeof(uint64_t));
		if (argument->test == IS)
			put_jump(writer, BPF_JEQ, argument->value, 0, left);
		else
			put_jump(writer, BPF_JSET, argument->value, left, 0);
	}
	put_return(writer, SECCOMP_RET_ALLOW);
}

void
confine_calls(unsigned needs)
{
	struct writer		 writer = { .len = 0 };
	struct sock_fprog	 program;
	size_t			 i;

	put_load(&writer, offsetof(struct seccomp_data, arch));
	put_jump(&writer, BPF_JEQ, MACHINE, 1, 0);
	put_return(&writer, SECCOMP_RET_KILL_PROCESS);
	put_calls(&writer, needs);
	for (i = 0; i < BOUND_CALLS; i++)
		if ((bound_calls[i].call.need & ~needs) == 0)
			put_bound(&writer, &bound_calls[i]);
	put_return(&writer, REFUSED);
	program = (struct sock_fprog){ writer.len, writer.code };
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == -1 &&
	    errno != EINVAL && errno != ENOSYS)
		log_line(LOG_WARN, "cannot give up system calls");
}

#else

void
confine_calls(unsigned needs)
{
	(void)needs;
}

#endif
