#include "web/last_word.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/quit.h"
#include "web/gate.h"
#include "web/reply.h"

static void
say(void *state)
{
	const struct last_word	*word = state;
	struct arena		*arena = word->request->arena;
	const struct fault	*fault;

	if (word->reply->streaming)
		return;
	fault = fault_make(arena, FAULT_INTERNAL, "this process can't go on");
	reply_reset(arena, word->reply);
	word->reply->status = fault_voice(fault->kind)->status;
	word->explain(word->request, word->reply, fault);
	if (reply_send(word->request, word->reply) == NULL)
		gate_finish(word->request->gate);
}

void
last_word_begin(struct last_word *word)
{
	quit_after(say, word);
}

void
last_word_end(void)
{
	quit_after(NULL, NULL);
}
