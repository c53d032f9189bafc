#ifndef BUNDLE_MAIN_H
#define BUNDLE_MAIN_H

/* The main of each program in cgi/, renamed as it is compiled for the bundle,
 * and of the command postern. */
int	 attachment_main(void);
int	 authorize_main(void);
int	 connections_main(void);
int	 mcp_main(void);
int	 register_main(void);
int	 revoke_main(void);
int	 token_main(void);
int	 well_known_main(void);
int	 postern_main(int argc, char *argv[]);

/* The page that helps to set the bundle up. */
int	 setup_main(void);

#endif
