/* The least that answers behind a web server, as FastCGI and as CGI: it takes
 * in the request's body and says hello. */
#include <fcgiapp.h>

#include <stdio.h>

#define ANSWER	"Content-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n"

int
main(void)
{
	FCGX_Stream	*in, *out, *err;
	FCGX_ParamArray	 parameters;
	char		 room[4096];

	if (FCGX_IsCGI()) {
		while (fread(room, 1, sizeof(room), stdin) > 0)
			;
		return fputs(ANSWER, stdout) == EOF;
	}
	while (FCGX_Accept(&in, &out, &err, &parameters) >= 0) {
		while (FCGX_GetStr(room, sizeof(room), in) > 0)
			;
		FCGX_PutS(ANSWER, out);
	}
	return 0;
}
