#ifndef CHECK_H
#define CHECK_H

/* What every unit test starts with: cmocka needs these in this order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Runs the tests of a file as TAP. */
#define CHECK_MAIN(...)							\
int									\
main(void)								\
{									\
	const struct CMUnitTest	 tests[] = { __VA_ARGS__ };		\
									\
	cmocka_set_message_output(CM_OUTPUT_TAP);			\
	return cmocka_run_group_tests(tests, NULL, NULL);		\
}

#endif
