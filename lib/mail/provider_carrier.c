#include "mail/provider_carrier.h"

#include "mail/provider_table.h"

const struct provider	 provider_carriers[] = {
	{
		.name = "1&1",
		.domains = "online.de onlinehome.de sofortstart.de "
		    "sofort-start.de sofortsurf.de sofort-surf.de go4more.de",
		.imap = { "imap.1und1.de", IMAPS, WHOLE },
		.smtp = { "smtp.1und1.de", SMTPS, WHOLE }
	},
	{
		.name = "T-Online",
		.domains = "t-online.de magenta.de",
		.imap = { "secureimap.t-online.de", IMAPS, WHOLE },
		.smtp = { "securesmtp.t-online.de", SMTPS, WHOLE },
		.hint = "Telekom takes the password for e-mail programs here, "
		    "not your own: set one first.",
		.link = "https://www.telekom.de/hilfe/apps-dienste/e-mail/"
		    "programme/passwort-verwalten"
	},
	{
		.name = "freenet Mail",
		.domains = "freenet.de",
		.imap = { "mx.freenet.de", IMAPS, WHOLE },
		.smtp = { "mx.freenet.de", SMTPS, WHOLE },
		.hint = "“POP3, IMAP und SMTP” must be switched on first, in "
		    "the settings of freenet Mail.",
		.link = "https://kundenservice.freenet.de/faq/e-mail-client-"
		    "mail/pop3-imap-und-smtp-aktivieren/"
	},
	{
		.name = "Vodafone",
		.domains = "vodafonemail.de arcor.de",
		.imap = { "imap.vodafonemail.de", IMAPS, WHOLE },
		.smtp = { "smtp.vodafonemail.de", SMTPS, WHOLE }
	},
	{
		.name = "Xfinity",
		.domains = "comcast.net",
		.imap = { "imap.comcast.net", IMAPS, WHOLE },
		.smtp = { "smtp.comcast.net", SMTPS, WHOLE },
		.hint = "Access by other programs must be switched on first, "
		    "in the settings of Xfinity Email under “Security”.",
		.link = "https://www.xfinity.com/support/articles/third-party-"
		    "email-access"
	},
	{
		.name = "AT&T Mail",
		.domains = "att.net sbcglobal.net bellsouth.net currently.com "
		    "ameritech.net flash.net nvbell.net pacbell.net "
		    "prodigy.net snet.net swbell.net wans.net",
		.imap = { "imap.mail.att.net", IMAPS, WHOLE },
		.smtp = { "smtp.mail.att.net", SMTPS, WHOLE },
		.hint = "AT&T takes a “secure mail key” here, not your own "
		    "password: make one in the profile of your account."
	},
	{
		.name = "Verizon Mail",
		.domains = "verizon.net",
		.imap = { "imap.aol.com", IMAPS, WHOLE },
		.smtp = { "smtp.verizon.net", SMTPS, WHOLE },
		.hint = "Verizon Mail takes an app password here, not your "
		    "own: make one under “Security” in your account at AOL.",
		.link = "https://login.aol.com/account/security"
	},
	{
		.name = "Orange",
		.domains = "orange.fr wanadoo.fr",
		.imap = { "imap.orange.fr", IMAPS, WHOLE },
		.smtp = { "smtp.orange.fr", SMTPS, WHOLE }
	},
	{
		.name = "Free",
		.domains = "free.fr",
		.imap = { "imap.free.fr", IMAPS, LOCAL },
		.smtp = { "smtp.free.fr", SMTPS, LOCAL }
	},
	{
		.name = "SFR",
		.domains = "sfr.fr neuf.fr",
		.imap = { "imap.sfr.fr", IMAPS, WHOLE },
		.smtp = { "smtp.sfr.fr", SMTPS, WHOLE }
	},
	{
		.name = "Bluewin",
		.domains = "bluewin.ch",
		.imap = { "imaps.bluewin.ch", IMAPS, WHOLE },
		.smtp = { "smtpauths.bluewin.ch", SMTPS, WHOLE }
	},
	{
		.name = "KPN",
		.domains = "kpnmail.nl kpnplanet.nl planet.nl wxs.nl "
		    "hetnet.nl xs4all.nl telfort.nl tip.nl tiscali.nl "
		    "tiscalimail.nl",
		.imap = { "imap.kpnmail.nl", IMAPS, WHOLE },
		.smtp = { "smtp.kpnmail.nl", SMTPS, WHOLE }
	},
	{ .name = NULL }
};
