#include "oauth/health.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/shelf.h"
#include "base/slot.h"
#include "data/json_write.h"
#include "mail/account.h"
#include "mail/reach.h"
#include "net/s3.h"
#include "net/s3_trial.h"
#include "oauth/metadata.h"
#include "oauth/probe.h"

enum {
	STATUS_OK = 200,
	STATUS_UNAVAILABLE = 503,
	KEPT_BYTES = 16 * 1024
};

static const char		 shelf_name[] = "health";
static const struct slot_room	 room = { "health.lock", 0, 1 };

/* One look at all of them. */
struct look {
	struct arena		*arena;
	const struct config	*config;
	struct json_writer	 writer;
	struct buf		 body;
	bool			 failing;
};

static void
put_finding(struct look *look, const char *name, int64_t started,
    const struct fault *bad)
{
	struct json_writer	*writer = &look->writer;

	json_open_object(writer, NULL);
	json_put_text(writer, "name", name);
	json_put_text(writer, "status", bad == NULL ? "ok" : "failing");
	json_put_number(writer, "ms", clock_ms() - started);
	if (bad != NULL) {
		json_put_text(writer, "error", fault_voice(bad->kind)->code);
		json_put_text(writer, "detail", bad->detail);
		look->failing = true;
	}
	json_close_object(writer);
}

static void
look_at_server(struct look *look, const char *name,
    const struct wire_target *target)
{
	int64_t	 now = clock_ms();

	if (target->guard.host != NULL)
		put_finding(look, name, now, reach_server(look->arena, target,
		    now + HEALTH_SERVER_MS));
}

static void
look_at_mail(struct look *look, const struct config *config,
    const char *suffix)
{
	const struct account	 anybody = { .address = NULL };
	struct wire_target	 target;

	if (config->imap_host == NULL)
		return;
	account_imap_target(&anybody, config, &target);
	look_at_server(look, text_format(look->arena, "imap%s", suffix),
	    &target);
	if (config->smtp_host == NULL)
		return;
	account_smtp_target(&anybody, config, &target);
	look_at_server(look, text_format(look->arena, "smtp%s", suffix),
	    &target);
}

/* A provider whose mail server is another than everybody's. */
static void
look_at_upstream(struct look *look, const struct upstream *upstream)
{
	struct config	 config = *look->config;

	if (upstream->imap_host == NULL || (config.imap_host != NULL &&
	    text_equal(upstream->imap_host, config.imap_host)))
		return;
	config.imap_host = upstream->imap_host;
	config.imap_port = upstream->imap_port;
	config.imap_tls = upstream->imap_tls;
	config.smtp_host = upstream->smtp_host;
	config.smtp_port = upstream->smtp_port;
	config.smtp_tls = upstream->smtp_tls;
	look_at_mail(look, &config, text_format(look->arena, " of %s",
	    upstream->name));
}

static void
look_at_store(struct look *look)
{
	struct fetched	 answer;
	int64_t		 now = clock_ms();

	if (s3_is_configured(look->config))
		put_finding(look, "s3", now, s3_trial_run(look->arena,
		    look->config, now + HEALTH_SERVER_MS, &answer));
}

static void
look_at_all(struct look *look)
{
	size_t	 i;

	buf_start(&look->body, look->arena);
	json_start(&look->writer, &look->body);
	json_open_object(&look->writer, NULL);
	json_put_text(&look->writer, "service", "postern");
	json_open_array(&look->writer, "checks");
	look_at_mail(look, look->config, "");
	for (i = 0; i < look->config->upstreams_len; i++)
		look_at_upstream(look, &look->config->upstreams[i]);
	look_at_store(look);
	json_close_array(&look->writer);
	json_put_text(&look->writer, "status", look->failing ? "failing" :
	    "ok");
	json_close_object(&look->writer);
}

/* kept = status SP time SP length LF body; it may have been cut. */
static void
keep(const struct look *look)
{
	struct buf	 text;

	buf_start(&text, look->arena);
	buf_format(&text, "%d %lld %zu\n", look->failing ?
	    STATUS_UNAVAILABLE : STATUS_OK, (long long)clock_now(),
	    look->body.len);
	buf_bytes(&text, buf_view(&look->body));
	shelf_write(look->arena, look->config->run_dir, shelf_name,
	    buf_view(&text));
}

static bool
find_kept(struct request *request, struct reply *reply)
{
	struct arena	*arena = request->arena;
	struct bytes	 kept, body;
	struct texts	 words;
	uint64_t	 status, time, len;
	int64_t		 age;

	if (!shelf_read(arena, request->config->run_dir, shelf_name,
	    KEPT_BYTES, &kept))
		return false;
	body = bytes_slice(kept, bytes_find(kept, '\n') + 1, kept.len);
	words = text_split(arena, bytes_text(arena, bytes_slice(kept, 0,
	    bytes_find(kept, '\n'))), " ");
	if (words.len != 3 ||
	    !text_number(bytes_of(words.at[0]), 599, &status) ||
	    !text_number(bytes_of(words.at[1]), INT64_MAX, &time) ||
	    !text_number(bytes_of(words.at[2]), KEPT_BYTES, &len) ||
	    len != body.len || status < STATUS_OK)
		return false;
	age = clock_now() - (int64_t)time;
	if (age < 0 || age > HEALTH_KEPT_SECONDS)
		return false;
	reply->status = (int)status;
	buf_bytes(&reply->body, body);
	return true;
}

/* Another process is asking just now. */
static void
say_busy(struct request *request, struct reply *reply)
{
	reply->status = STATUS_UNAVAILABLE;
	reply_header(request->arena, reply, "Retry-After", "5");
	buf_text(&reply->body, "{\"service\":\"postern\",\"checks\":[],"
	    "\"status\":\"busy\"}");
}

static void
answer_deep(struct request *request, struct reply *reply)
{
	struct look	 look = {
		.arena = request->arena, .config = request->config
	};
	struct slot	 slot = { .taken = false };

	reply->content_type = "application/json";
	if (find_kept(request, reply))
		return;
	slot_take(request->arena, request->config->run_dir, &room, &slot);
	if (!slot.taken) {
		say_busy(request, reply);
		return;
	}
	look_at_all(&look);
	keep(&look);
	slot_give(&slot);
	reply->status = look.failing ? STATUS_UNAVAILABLE : STATUS_OK;
	buf_bytes(&reply->body, buf_view(&look.body));
}

static bool
is_deep(const struct request *request)
{
	size_t	 i;

	for (i = 0; i < request->query.len; i++)
		if (text_equal(request->query.at[i].name, "deep"))
			return text_equal(request->query.at[i].value, "1");
	return false;
}

const struct fault *
health_answer(struct request *request, struct reply *reply)
{
	if (!is_deep(request) || probe_read(request) != NULL)
		return metadata_health(request, reply);
	answer_deep(request, reply);
	return NULL;
}
