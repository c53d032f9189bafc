#ifndef WEB_CONFINEMENT_H
#define WEB_CONFINEMENT_H

struct arena;
struct config;

/*
 * Gives up what only a start needs: files (base/confine_files.h, where RUN_DIR
 * is written to and the authorities of the configuration are read) and system
 * calls (base/confine_calls.h).  needs: enum confine_need.
 */
void	 confinement_begin(struct arena *arena, const struct config *config,
	    unsigned needs);

#endif
