#ifndef WEB_POLICY_H
#define WEB_POLICY_H

struct reply;
struct request;

/*
 * What browsers are told about every page of ours: no frame, no other
 * origin's script, style or picture, no referrer, no window handle, and forms
 * that go nowhere but here.  target, or NULL, is a checked redirect URI to
 * which a form's answer may lead: Chromium applies form-action to redirects
 * too, so its origin is named (its scheme, where CSP can't name the origin:
 * custom schemes and [::1]).
 */
void	 policy_apply(struct request *request, struct reply *reply,
	    const char *target);

#endif
