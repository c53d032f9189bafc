/*
 * What MemorySanitizer can't see: libraries that are not built for it write
 * what it takes for unset.  Each of these calls stands in for the library's
 * (ld --wrap): it asks that all it is given was set, and tells that what came
 * back is.  Only make msan is linked with it.
 */
#include <openssl/evp.h>

#include <sanitizer/msan_interface.h>

#include <sys/stat.h>

#include <json-c/json.h>
#include <malloc.h>
#include <resolv.h>
#include <string.h>

EVP_MD	*__real_EVP_MD_fetch(OSSL_LIB_CTX *, const char *, const char *);
EVP_MD	*__wrap_EVP_MD_fetch(OSSL_LIB_CTX *, const char *, const char *);
int	 __real_EVP_Digest(const void *, size_t, unsigned char *, unsigned *,
	    const EVP_MD *, ENGINE *);
int	 __wrap_EVP_Digest(const void *, size_t, unsigned char *, unsigned *,
	    const EVP_MD *, ENGINE *);
int	 __real_EVP_CipherUpdate(EVP_CIPHER_CTX *, unsigned char *, int *,
	    const unsigned char *, int);
int	 __wrap_EVP_CipherUpdate(EVP_CIPHER_CTX *, unsigned char *, int *,
	    const unsigned char *, int);
int	 __real_EVP_CipherFinal_ex(EVP_CIPHER_CTX *, unsigned char *, int *);
int	 __wrap_EVP_CipherFinal_ex(EVP_CIPHER_CTX *, unsigned char *, int *);
int	 __real_EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *, int, int, void *);
int	 __wrap_EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *, int, int, void *);
json_bool	 __real_json_object_object_get_ex(const struct json_object *,
	    const char *, struct json_object **);
json_bool	 __wrap_json_object_object_get_ex(const struct json_object *,
	    const char *, struct json_object **);
struct json_object	*__real_json_tokener_parse_ex(struct json_tokener *,
	    const char *, int);
struct json_object	*__wrap_json_tokener_parse_ex(struct json_tokener *,
	    const char *, int);
struct json_object_iterator	 __real_json_object_iter_begin(
	    struct json_object *);
struct json_object_iterator	 __wrap_json_object_iter_begin(
	    struct json_object *);
struct json_object_iterator	 __real_json_object_iter_end(
	    const struct json_object *);
struct json_object_iterator	 __wrap_json_object_iter_end(
	    const struct json_object *);
void	 __real_json_object_iter_next(struct json_object_iterator *);
void	 __wrap_json_object_iter_next(struct json_object_iterator *);
int	 __real_dn_expand(const unsigned char *, const unsigned char *,
	    const unsigned char *, char *, int);
int	 __wrap_dn_expand(const unsigned char *, const unsigned char *,
	    const unsigned char *, char *, int);
struct mallinfo2	 __real_mallinfo2(void);
struct mallinfo2	 __wrap_mallinfo2(void);
int	 __real_fstat64(int, struct stat *);
int	 __wrap_fstat64(int, struct stat *);

static void
is_set(const void *at, size_t len)
{
	if (at != NULL && len > 0)
		__msan_check_mem_is_initialized(at, len);
}

static void
set(const void *at, size_t len)
{
	if (at != NULL)
		__msan_unpoison(at, len);
}

/* It reads names on its own stack. */
EVP_MD *
__wrap_EVP_MD_fetch(OSSL_LIB_CTX *library, const char *name, const char *how)
{
	EVP_MD	*kind;

	__msan_scoped_disable_interceptor_checks();
	kind = __real_EVP_MD_fetch(library, name, how);
	__msan_scoped_enable_interceptor_checks();
	return kind;
}

int
__wrap_EVP_Digest(const void *data, size_t len, unsigned char *out,
    unsigned *size, const EVP_MD *kind, ENGINE *engine)
{
	int	 done;

	is_set(data, len);
	done = __real_EVP_Digest(data, len, out, size, kind, engine);
	set(size, sizeof(*size));
	set(out, *size);
	return done;
}

int
__wrap_EVP_CipherUpdate(EVP_CIPHER_CTX *context, unsigned char *out, int *len,
    const unsigned char *in, int in_len)
{
	int	 done;

	is_set(in, in_len > 0 ? (size_t)in_len : 0);
	done = __real_EVP_CipherUpdate(context, out, len, in, in_len);
	set(len, sizeof(*len));
	set(out, *len > 0 ? (size_t)*len : 0);
	return done;
}

int
__wrap_EVP_CipherFinal_ex(EVP_CIPHER_CTX *context, unsigned char *out,
    int *len)
{
	int	 done = __real_EVP_CipherFinal_ex(context, out, len);

	set(len, sizeof(*len));
	set(out, *len > 0 ? (size_t)*len : 0);
	return done;
}

int
__wrap_EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *context, int type, int len,
    void *at)
{
	int	 done;

	if (type == EVP_CTRL_AEAD_SET_TAG)
		is_set(at, (size_t)len);
	done = __real_EVP_CIPHER_CTX_ctrl(context, type, len, at);
	if (type == EVP_CTRL_AEAD_GET_TAG)
		set(at, (size_t)len);
	return done;
}

json_bool
__wrap_json_object_object_get_ex(const struct json_object *object,
    const char *name, struct json_object **member)
{
	json_bool	 found;

	is_set(name, strlen(name) + 1);
	found = __real_json_object_object_get_ex(object, name, member);
	set(member, sizeof(*member));
	return found;
}

struct json_object *
__wrap_json_tokener_parse_ex(struct json_tokener *tokener, const char *text,
    int len)
{
	is_set(text, (size_t)len);
	return __real_json_tokener_parse_ex(tokener, text, len);
}

struct json_object_iterator
__wrap_json_object_iter_begin(struct json_object *object)
{
	struct json_object_iterator	 at =
		__real_json_object_iter_begin(object);

	set(&at, sizeof(at));
	return at;
}

struct json_object_iterator
__wrap_json_object_iter_end(const struct json_object *object)
{
	struct json_object_iterator	 at =
		__real_json_object_iter_end(object);

	set(&at, sizeof(at));
	return at;
}

void
__wrap_json_object_iter_next(struct json_object_iterator *at)
{
	__real_json_object_iter_next(at);
	set(at, sizeof(*at));
}

int
__wrap_dn_expand(const unsigned char *message, const unsigned char *end,
    const unsigned char *name, char *text, int room)
{
	int	 len;

	is_set(message, (size_t)(end - message));
	len = __real_dn_expand(message, end, name, text, room);
	if (len >= 0)
		__msan_unpoison_string(text);
	return len;
}

struct mallinfo2
__wrap_mallinfo2(void)
{
	struct mallinfo2	 told = __real_mallinfo2();

	set(&told, sizeof(told));
	return told;
}

int
__wrap_fstat64(int fd, struct stat *told)
{
	int	 done = __real_fstat64(fd, told);

	if (done == 0)
		set(told, sizeof(*told));
	return done;
}
