#include "mail/provider_table.h"

#define IMAPS	993, TLS_IMPLICIT
#define SMTPS	465, TLS_IMPLICIT
#define SUBMIT	587, TLS_STARTTLS

/*
 * From the providers' own pages of help and the public database of
 * Thunderbird.  A port with TLS from the start is taken where there is one.
 * Of a provider's hosts for several countries each is a row.
 */
const struct provider	 provider_table[] = {
	{
		.name = "Gmail",
		.domains = "gmail.com googlemail.com",
		.exchanges = "google.com googlemail.com",
		.imap = { "imap.gmail.com", IMAPS, false },
		.smtp = { "smtp.gmail.com", SMTPS, false },
		.hint = "Google takes an app password here, not your own. "
		    "Switch on 2-Step Verification in your Google Account, "
		    "then make one.",
		.link = "https://myaccount.google.com/apppasswords"
	},
	{
		.name = "Outlook.com",
		.domains = "outlook.com hotmail.com live.com msn.com "
		    "windowslive.com passport.com outlook.at outlook.be "
		    "outlook.cl outlook.cz outlook.de outlook.dk outlook.es "
		    "outlook.fr outlook.hu outlook.ie outlook.in outlook.it "
		    "outlook.jp outlook.kr outlook.lv outlook.my outlook.ph "
		    "outlook.pt outlook.sa outlook.sg outlook.sk "
		    "outlook.co.id outlook.co.il outlook.co.th "
		    "outlook.com.ar outlook.com.au outlook.com.br "
		    "outlook.com.gr outlook.com.tr outlook.com.vn hotmail.be "
		    "hotmail.ca hotmail.cl hotmail.cz hotmail.de hotmail.dk "
		    "hotmail.es hotmail.fi hotmail.fr hotmail.gr hotmail.hu "
		    "hotmail.it hotmail.lt hotmail.lv hotmail.my hotmail.nl "
		    "hotmail.no hotmail.ph hotmail.rs hotmail.se hotmail.sg "
		    "hotmail.sk hotmail.co.id hotmail.co.il hotmail.co.in "
		    "hotmail.co.jp hotmail.co.kr hotmail.co.th "
		    "hotmail.co.uk hotmail.co.za hotmail.com.ar "
		    "hotmail.com.au hotmail.com.br hotmail.com.hk "
		    "hotmail.com.tr hotmail.com.tw hotmail.com.vn live.at "
		    "live.be live.ca live.cl live.cn live.de live.dk live.fi "
		    "live.fr live.hk live.ie live.in live.it live.jp live.nl "
		    "live.no live.ru live.se live.co.jp live.co.kr "
		    "live.co.uk live.co.za live.com.ar live.com.au "
		    "live.com.mx live.com.my live.com.ph live.com.pt "
		    "live.com.sg livemail.tw",
		.exchanges = "olc.protection.outlook.com",
		.imap = { "outlook.office365.com", IMAPS, false },
		.smtp = { "smtp-mail.outlook.com", SUBMIT, false },
		.closed = true,
		.hint = "Microsoft has switched off signing in with a "
		    "password for mail programs, app passwords too.",
		.link = "https://support.microsoft.com/office/"
		    "d088b986-291d-42b8-9564-9c414e2aa040"
	},
	{
		.name = "Microsoft 365",
		.domains = "office365.com onmicrosoft.com",
		.exchanges = "mail.protection.outlook.com mx.microsoft",
		.imap = { "outlook.office365.com", IMAPS, false },
		.smtp = { "smtp.office365.com", SUBMIT, false },
		.closed = true,
		.hint = "Microsoft has switched off signing in with a "
		    "password for mail programs, app passwords too.",
		.link = "https://learn.microsoft.com/exchange/"
		    "clients-and-mobile-in-exchange-online/"
		    "deprecation-of-basic-authentication-exchange-online"
	},
	{
		.name = "iCloud",
		.domains = "icloud.com me.com mac.com",
		.exchanges = "mail.icloud.com",
		.imap = { "imap.mail.me.com", IMAPS, true },
		.smtp = { "smtp.mail.me.com", SUBMIT, false },
		.hint = "Apple takes an app-specific password here, not your "
		    "own: make one in your Apple Account under “Sign-In and "
		    "Security”.",
		.link = "https://account.apple.com/account/manage"
	},
	{
		.name = "Yahoo Mail",
		.domains = "yahoo.com ymail.com rocketmail.com myyahoo.com "
		    "yahoo.at yahoo.be yahoo.ca yahoo.co.id yahoo.co.il "
		    "yahoo.co.in yahoo.in yahoo.co.kr yahoo.co.nz "
		    "yahoo.co.th yahoo.co.uk yahoo.co.za yahoo.com.ar "
		    "yahoo.com.au yahoo.com.br yahoo.com.co yahoo.com.hk "
		    "yahoo.com.mx yahoo.com.my yahoo.com.pe yahoo.com.ph "
		    "yahoo.com.sg yahoo.com.tr yahoo.com.tw yahoo.com.vn "
		    "yahoo.cz yahoo.de yahoo.dk yahoo.es yahoo.fi yahoo.fr "
		    "yahoo.gr yahoo.hu yahoo.ie yahoo.it yahoo.nl yahoo.no "
		    "yahoo.pl yahoo.pt yahoo.ro yahoo.se",
		.exchanges = "am0.yahoodns.net biz.mail.yahoo.com",
		.imap = { "imap.mail.yahoo.com", IMAPS, false },
		.smtp = { "smtp.mail.yahoo.com", SMTPS, false },
		.hint = "Yahoo takes an app password here, not your own: make "
		    "one under “Security” in your account.",
		.link = "https://login.yahoo.com/account/security"
	},
	{
		.name = "AOL Mail",
		.domains = "aol.com aim.com aol.de aol.fr aol.co.uk aol.it "
		    "aol.es love.com ygm.com games.com wow.com",
		.imap = { "imap.aol.com", IMAPS, false },
		.smtp = { "smtp.aol.com", SMTPS, false },
		.hint = "AOL takes an app password here, not your own: make "
		    "one under “Security” in your account.",
		.link = "https://login.aol.com/account/security"
	},
	{
		.name = "Fastmail",
		.domains = "fastmail.com fastmail.fm fastmail.cn fastmail.de "
		    "fastmail.es fastmail.in fastmail.jp fastmail.mx "
		    "fastmail.net fastmail.nl fastmail.org fastmail.se "
		    "fastmail.to fastmail.tw fastmail.uk fastmail.us "
		    "fastmail.co.uk fastmail.com.au messagingengine.com "
		    "sent.com 123mail.org mailworks.org eml.cc fmail.co.uk",
		.exchanges = "messagingengine.com",
		.imap = { "imap.fastmail.com", IMAPS, false },
		.smtp = { "smtp.fastmail.com", SMTPS, false },
		.hint = "Fastmail takes an app password here, not your own: "
		    "make one under Settings, “Privacy & Security”.",
		.link = "https://app.fastmail.com/settings/security/devicekeys"
	},
	{
		.name = "OVHcloud",
		.exchanges = "mx0.mail.ovh.net mx1.mail.ovh.net "
		    "mx2.mail.ovh.net mx3.mail.ovh.net mx4.mail.ovh.net",
		.imap = { "ssl0.ovh.net", IMAPS, false },
		.smtp = { "ssl0.ovh.net", SMTPS, false }
	},
	{ .name = NULL }
};
