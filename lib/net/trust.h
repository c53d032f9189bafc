#ifndef NET_TRUST_H
#define NET_TRUST_H

struct arena;

/*
 * Where this system keeps the certificates of the authorities it trusts: one
 * file of all, or a folder where each is found by its name's hash, of which
 * only the one that is needed is read.  Where it has none at a place that is
 * known, /etc/ssl/certs as such a folder, and the file ca-certificates.crt
 * that lies above the program's own folder.  A member may be NULL.
 */
struct trust {
	const char	*file;
	const char	*folder;
};

struct trust	 trust_find(struct arena *arena);

#endif
