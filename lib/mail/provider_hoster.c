#include "mail/provider_hoster.h"

#include "mail/provider_table.h"

/* Of a hoster's servers for several countries each is a row. */
const struct provider	 provider_hosters[] = {
	{
		.name = "OVHcloud",
		.exchanges = "mx0.mail.ovh.net mx1.mail.ovh.net "
		    "mx2.mail.ovh.net mx3.mail.ovh.net mx4.mail.ovh.net",
		.imap = { "ssl0.ovh.net", IMAPS, WHOLE },
		.smtp = { "ssl0.ovh.net", SMTPS, WHOLE },
		.hint = "With Email Pro or Exchange the server has another "
		    "name: your customer area at OVHcloud tells it."
	},
	{
		.name = "IONOS",
		.exchanges = "ionos.de kundenserver.de schlund.de",
		.imap = { "imap.ionos.de", IMAPS, WHOLE },
		.smtp = { "smtp.ionos.de", SMTPS, WHOLE }
	},
	{
		.name = "IONOS",
		.exchanges = "ionos.com 1and1.com",
		.imap = { "imap.ionos.com", IMAPS, WHOLE },
		.smtp = { "smtp.ionos.com", SMTPS, WHOLE }
	},
	{
		.name = "IONOS",
		.exchanges = "ionos.co.uk 1and1.co.uk",
		.imap = { "imap.ionos.co.uk", IMAPS, WHOLE },
		.smtp = { "smtp.ionos.co.uk", SMTPS, WHOLE }
	},
	{
		.name = "IONOS",
		.exchanges = "ionos.fr 1and1.fr",
		.imap = { "imap.ionos.fr", IMAPS, WHOLE },
		.smtp = { "smtp.ionos.fr", SMTPS, WHOLE }
	},
	{
		.name = "IONOS",
		.exchanges = "ionos.es 1and1.es",
		.imap = { "imap.ionos.es", IMAPS, WHOLE },
		.smtp = { "smtp.ionos.es", SMTPS, WHOLE }
	},
	{
		.name = "IONOS",
		.exchanges = "ionos.it 1and1.it",
		.imap = { "imap.ionos.it", IMAPS, WHOLE },
		.smtp = { "smtp.ionos.it", SMTPS, WHOLE }
	},
	{
		.name = "STRATO",
		.exchanges = "rzone.de",
		.imap = { "imap.strato.de", IMAPS, WHOLE },
		.smtp = { "smtp.strato.de", SMTPS, WHOLE }
	},
	{
		.name = "Infomaniak",
		.domains = "ik.me",
		.exchanges = "mta-gw.infomaniak.ch",
		.imap = { "mail.infomaniak.com", IMAPS, WHOLE },
		.smtp = { "mail.infomaniak.com", SMTPS, WHOLE },
		.hint = "With two-factor sign-in Infomaniak takes the "
		    "password of a device here: make one in the settings of "
		    "your mailbox."
	},
	{
		.name = "Gandi",
		.exchanges = "mail.gandi.net",
		.imap = { "mail.gandi.net", IMAPS, WHOLE },
		.smtp = { "mail.gandi.net", SMTPS, WHOLE }
	},
	{
		.name = "Migadu",
		.exchanges = "migadu.com",
		.imap = { "imap.migadu.com", IMAPS, WHOLE },
		.smtp = { "smtp.migadu.com", SMTPS, WHOLE }
	},
	{
		.name = "Hetzner",
		.exchanges = "your-server.de",
		.imap = { "mail.your-server.de", IMAPS, WHOLE },
		.smtp = { "mail.your-server.de", SMTPS, WHOLE }
	},
	{
		.name = "DreamHost",
		.exchanges = "mx1.dreamhost.com mx2.dreamhost.com",
		.imap = { "imap.dreamhost.com", IMAPS, WHOLE },
		.smtp = { "smtp.dreamhost.com", SMTPS, WHOLE }
	},
	{
		.name = "Rackspace Email",
		.exchanges = "emailsrvr.com",
		.imap = { "secure.emailsrvr.com", IMAPS, WHOLE },
		.smtp = { "secure.emailsrvr.com", SMTPS, WHOLE }
	},
	{
		.name = "Zoho Mail",
		.exchanges = "zoho.com",
		.imap = { "imappro.zoho.com", IMAPS, WHOLE },
		.smtp = { "smtppro.zoho.com", SMTPS, WHOLE },
		.hint = "IMAP must be switched on first, in the settings of "
		    "Zoho Mail under “Mail accounts”. With two-factor sign-in "
		    "Zoho takes an app password here.",
		.link = "https://www.zoho.com/mail/help/imap-access.html"
	},
	{
		.name = "Zoho Mail EU",
		.exchanges = "zoho.eu",
		.imap = { "imappro.zoho.eu", IMAPS, WHOLE },
		.smtp = { "smtppro.zoho.eu", SMTPS, WHOLE },
		.hint = "IMAP must be switched on first, in the settings of "
		    "Zoho Mail under “Mail accounts”. With two-factor sign-in "
		    "Zoho takes an app password here.",
		.link = "https://www.zoho.com/mail/help/imap-access.html"
	},
	{
		.name = "Zoho Mail India",
		.exchanges = "zoho.in",
		.imap = { "imappro.zoho.in", IMAPS, WHOLE },
		.smtp = { "smtppro.zoho.in", SMTPS, WHOLE },
		.hint = "IMAP must be switched on first, in the settings of "
		    "Zoho Mail under “Mail accounts”. With two-factor sign-in "
		    "Zoho takes an app password here.",
		.link = "https://www.zoho.com/mail/help/imap-access.html"
	},
	{
		.name = "one.com",
		.exchanges = "one.com",
		.imap = { "imap.one.com", IMAPS, WHOLE },
		.smtp = { "send.one.com", SMTPS, WHOLE }
	},
	{
		.name = "Titan",
		.exchanges = "titan.email",
		.imap = { "imap.titan.email", IMAPS, WHOLE },
		.smtp = { "smtp.titan.email", SMTPS, WHOLE }
	},
	{
		.name = "Hostinger",
		.exchanges = "mx1.hostinger.com mx2.hostinger.com",
		.imap = { "imap.hostinger.com", IMAPS, WHOLE },
		.smtp = { "smtp.hostinger.com", SMTPS, WHOLE }
	},
	{
		.name = "Private Email",
		.exchanges = "privateemail.com",
		.imap = { "mail.privateemail.com", IMAPS, WHOLE },
		.smtp = { "mail.privateemail.com", SMTPS, WHOLE }
	},
	{
		.name = "Purelymail",
		.domains = "purelymail.com cheapermail.com placeq.com "
		    "rethinkmail.com worldofmail.com",
		.exchanges = "purelymail.com",
		.imap = { "imap.purelymail.com", IMAPS, WHOLE },
		.smtp = { "smtp.purelymail.com", SMTPS, WHOLE }
	},
	{ .name = NULL }
};
