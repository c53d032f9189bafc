/* What a program gives up as it starts, the process that fuzzes it would have
 * given up for good. */
#include "base/confine.h"
#include "base/confine_calls.h"
#include "base/confine_files.h"

void
confine(size_t address_space)
{
	(void)address_space;
}

void
confine_processes(void)
{
}

void
confine_files(struct arena *arena, const struct confine_files *files)
{
	(void)arena;
	(void)files;
}

void
confine_calls(unsigned needs)
{
	(void)needs;
}
