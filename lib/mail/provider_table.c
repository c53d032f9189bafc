#include "mail/provider_table.h"

const struct provider	 provider_table[] = {
	{
		.name = "Gmail",
		.domains = "gmail.com googlemail.com",
		.exchanges = "google.com googlemail.com",
		.imap = { "imap.gmail.com", IMAPS, WHOLE },
		.smtp = { "smtp.gmail.com", SMTPS, WHOLE },
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
		.imap = { "outlook.office365.com", IMAPS, WHOLE },
		.smtp = { "smtp-mail.outlook.com", SUBMIT, WHOLE },
		.closed = true,
		.hint = "Microsoft has switched off signing in with a "
		    "password for mail programs, app passwords too.",
		.link = "https://support.microsoft.com/office/"
		    "pop-imap-and-smtp-settings-for-outlook-com-"
		    "d088b986-291d-42b8-9564-9c414e2aa040"
	},
	{
		.name = "Microsoft 365",
		.domains = "office365.com onmicrosoft.com",
		.exchanges = "mail.protection.outlook.com mx.microsoft",
		.imap = { "outlook.office365.com", IMAPS, WHOLE },
		.smtp = { "smtp.office365.com", SUBMIT, WHOLE },
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
		.imap = { "imap.mail.me.com", IMAPS, LOCAL },
		.smtp = { "smtp.mail.me.com", SUBMIT, WHOLE },
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
		.imap = { "imap.mail.yahoo.com", IMAPS, WHOLE },
		.smtp = { "smtp.mail.yahoo.com", SMTPS, WHOLE },
		.hint = "Yahoo takes an app password here, not your own: make "
		    "one under “Security” in your account.",
		.link = "https://login.yahoo.com/account/security"
	},
	{
		.name = "AOL Mail",
		.domains = "aol.com aim.com aol.de aol.fr aol.co.uk aol.it "
		    "aol.es love.com ygm.com games.com wow.com",
		.imap = { "imap.aol.com", IMAPS, WHOLE },
		.smtp = { "smtp.aol.com", SMTPS, WHOLE },
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
		.imap = { "imap.fastmail.com", IMAPS, WHOLE },
		.smtp = { "smtp.fastmail.com", SMTPS, WHOLE },
		.hint = "Fastmail takes an app password here, not your own: "
		    "make one under Settings, “Privacy & Security”.",
		.link = "https://www.fastmail.help/hc/en-us/articles/"
		    "360058752854"
	},
	{
		.name = "GMX",
		.domains = "gmx.de gmx.net gmx.at gmx.ch gmx.org gmx.eu "
		    "gmx.info gmx.biz",
		.imap = { "imap.gmx.net", IMAPS, WHOLE },
		.smtp = { "mail.gmx.net", SMTPS, WHOLE },
		.hint = "IMAP must be switched on first, in the settings of "
		    "GMX under “POP3/IMAP Abruf”. With two-factor sign-in GMX "
		    "takes an app password here."
	},
	{
		.name = "GMX.com",
		.domains = "gmx.com gmx.us gmx.co.uk gmx.fr gmx.es gmx.it "
		    "gmx.ca gmx.ie gmx.pt gmx.se gmx.li gmx.tm gmx.cn "
		    "gmx.co.in gmx.com.br gmx.com.my gmx.hk gmx.ph gmx.ru "
		    "gmx.sg gmx.tw gmx.com.tr",
		.imap = { "imap.gmx.com", IMAPS, WHOLE },
		.smtp = { "mail.gmx.com", SMTPS, WHOLE },
		.hint = "IMAP must be switched on first, in the settings of "
		    "GMX under “POP3 & IMAP”.",
		.link = "https://support.gmx.com/pop-imap/toggle.html"
	},
	{
		.name = "WEB.DE",
		.domains = "web.de email.de",
		.imap = { "imap.web.de", IMAPS, WHOLE },
		.smtp = { "smtp.web.de", SUBMIT, WHOLE },
		.hint = "IMAP must be switched on first, in the settings of "
		    "WEB.DE under “POP3/IMAP Abruf”. With two-factor sign-in "
		    "WEB.DE takes an app password here.",
		.link = "https://hilfe.web.de/pop-imap/einschalten.html"
	},
	{
		.name = "mail.com",
		.domains = "mail.com email.com usa.com post.com europe.com "
		    "asia.com engineer.com consultant.com myself.com dr.com",
		.imap = { "imap.mail.com", IMAPS, WHOLE },
		.smtp = { "smtp.mail.com", SMTPS, WHOLE },
		.hint = "IMAP must be switched on first, in the settings of "
		    "mail.com under “POP3 & IMAP”; it needs Premium."
	},
	{
		.name = "mailbox.org",
		.domains = "mailbox.org secure.mailbox.org",
		.exchanges = "mailbox.org",
		.imap = { "imap.mailbox.org", IMAPS, WHOLE },
		.smtp = { "smtp.mailbox.org", SMTPS, WHOLE },
		.hint = "With two-factor sign-in mailbox.org takes an "
		    "application password here.",
		.link = "https://kb.mailbox.org/de/privat/sicherheit-und-"
		    "privatsphaere/applikationspasswoerter-fuer-externe-"
		    "programme/"
	},
	{
		.name = "Posteo",
		.domains = "posteo.de posteo.net posteo.org posteo.at "
		    "posteo.be posteo.ch posteo.co.uk posteo.cz posteo.dk "
		    "posteo.es posteo.eu posteo.fi posteo.ie posteo.it "
		    "posteo.jp posteo.li posteo.lu posteo.me posteo.nl "
		    "posteo.no posteo.pl posteo.pt posteo.ro posteo.se "
		    "posteo.uk posteo.us",
		.imap = { "posteo.de", IMAPS, WHOLE },
		.smtp = { "posteo.de", SMTPS, WHOLE }
	},
	{
		.name = "Zoho Mail",
		.domains = "zoho.com zohomail.com",
		.imap = { "imap.zoho.com", IMAPS, WHOLE },
		.smtp = { "smtp.zoho.com", SMTPS, WHOLE },
		.hint = "IMAP must be switched on first, in the settings of "
		    "Zoho Mail under “Mail accounts”. With two-factor sign-in "
		    "Zoho takes an app password here.",
		.link = "https://www.zoho.com/mail/help/imap-access.html"
	},
	{
		.name = "Zoho Mail EU",
		.domains = "zoho.eu zohomail.eu",
		.imap = { "imap.zoho.eu", IMAPS, WHOLE },
		.smtp = { "smtp.zoho.eu", SMTPS, WHOLE },
		.hint = "IMAP must be switched on first, in the settings of "
		    "Zoho Mail under “Mail accounts”. With two-factor sign-in "
		    "Zoho takes an app password here.",
		.link = "https://www.zoho.com/mail/help/imap-access.html"
	},
	{
		.name = "Proton Mail",
		.domains = "proton.me protonmail.com protonmail.ch pm.me",
		.exchanges = "protonmail.ch",
		.imap = { "127.0.0.1", 1143, TLS_STARTTLS, WHOLE },
		.smtp = { "127.0.0.1", 1025, TLS_STARTTLS, WHOLE },
		.hint = "Proton can be read only through Proton Mail Bridge, "
		    "which runs on your own computer: this service must run "
		    "there too, and take the user name and password that "
		    "Bridge shows.",
		.link = "https://proton.me/mail/bridge"
	},
	{
		.name = "Tuta",
		.domains = "tuta.com tutanota.com tutanota.de tutamail.com "
		    "tuta.io keemail.me",
		.exchanges = "mail.tutanota.de",
		.closed = true,
		.hint = "Tuta lets no other program read mail: it has no "
		    "IMAP."
	},
	{
		.name = "HEY",
		.domains = "hey.com",
		.closed = true,
		.hint = "HEY lets no other program read mail: it has no IMAP."
	},
	{
		.name = "Yandex Mail",
		.domains = "yandex.com yandex.ru ya.ru yandex.by yandex.kz "
		    "yandex.ua yandex.com.tr narod.ru",
		.exchanges = "mx.yandex.net mx.yandex.ru",
		.imap = { "imap.yandex.com", IMAPS, WHOLE },
		.smtp = { "smtp.yandex.com", SMTPS, WHOLE },
		.hint = "Yandex takes an app password here, not your own. "
		    "IMAP must be switched on in the settings of Yandex Mail "
		    "under “Email clients”.",
		.link = "https://id.yandex.com/security/app-passwords"
	},
	{
		.name = "Mail.ru",
		.domains = "mail.ru inbox.ru list.ru bk.ru internet.ru",
		.exchanges = "emx.mail.ru",
		.imap = { "imap.mail.ru", IMAPS, WHOLE },
		.smtp = { "smtp.mail.ru", SMTPS, WHOLE },
		.hint = "Mail.ru takes a password for external applications "
		    "here, not your own.",
		.link = "https://account.mail.ru/user/2-step-auth/passwords/"
	},
	{
		.name = "Runbox",
		.domains = "runbox.com",
		.exchanges = "runbox.com",
		.imap = { "mail.runbox.com", IMAPS, WHOLE },
		.smtp = { "mail.runbox.com", SMTPS, WHOLE }
	},
	{
		.name = "Mailfence",
		.domains = "mailfence.com",
		.imap = { "imap.mailfence.com", IMAPS, WHOLE },
		.smtp = { "smtp.mailfence.com", SMTPS, WHOLE },
		.hint = "Mailfence offers IMAP with paid plans, and takes a "
		    "password for services here."
	},
	{
		.name = "StartMail",
		.domains = "startmail.com",
		.imap = { "imap.startmail.com", IMAPS, WHOLE },
		.smtp = { "smtp.startmail.com", SMTPS, WHOLE },
		.hint = "IMAP must be switched on first, in the settings of "
		    "StartMail, which then gives a password for each device."
	},
	{
		.name = "Kolab Now",
		.domains = "kolabnow.com mykolab.com",
		.imap = { "imap.kolabnow.com", IMAPS, WHOLE },
		.smtp = { "smtp.kolabnow.com", SMTPS, WHOLE }
	},
	{
		.name = "Riseup",
		.domains = "riseup.net",
		.imap = { "mail.riseup.net", IMAPS, LOCAL },
		.smtp = { "mail.riseup.net", SMTPS, LOCAL }
	},
	{
		.name = "Disroot",
		.domains = "disroot.org",
		.imap = { "disroot.org", IMAPS, LOCAL },
		.smtp = { "disroot.org", SUBMIT, LOCAL }
	},
	{
		.name = "La Poste",
		.domains = "laposte.net",
		.imap = { "imap.laposte.net", IMAPS, LOCAL },
		.smtp = { "smtp.laposte.net", SMTPS, LOCAL }
	},
	{
		.name = "Libero",
		.domains = "libero.it inwind.it iol.it blu.it giallo.it",
		.imap = { "imapmail.libero.it", IMAPS, WHOLE },
		.smtp = { "smtp.libero.it", SMTPS, WHOLE }
	},
	{
		.name = "Seznam",
		.domains = "seznam.cz email.cz post.cz spoluzaci.cz",
		.imap = { "imap.seznam.cz", IMAPS, WHOLE },
		.smtp = { "smtp.seznam.cz", SMTPS, WHOLE }
	},
	{
		.name = "WP Poczta",
		.domains = "wp.pl",
		.imap = { "imap.wp.pl", IMAPS, WHOLE },
		.smtp = { "smtp.wp.pl", SMTPS, WHOLE },
		.hint = "Access for mail programs must be switched on first, "
		    "in the settings of WP Poczta."
	},
	{
		.name = "o2 Poczta",
		.domains = "o2.pl go2.pl tlen.pl prokonto.pl",
		.imap = { "poczta.o2.pl", IMAPS, LOCAL },
		.smtp = { "poczta.o2.pl", SMTPS, LOCAL },
		.hint = "Access for mail programs must be switched on first, "
		    "in the settings of o2 Poczta.",
		.link = "https://pomoc.o2.pl/aktywacja-dostepu-dla-programow-"
		    "pocztowych"
	},
	{
		.name = "QQ Mail",
		.domains = "qq.com foxmail.com",
		.imap = { "imap.qq.com", IMAPS, WHOLE },
		.smtp = { "smtp.qq.com", SMTPS, WHOLE },
		.hint = "Switch on IMAP/SMTP in the settings of QQ Mail under "
		    "“Account”: it then gives an authorization code, which is "
		    "taken here in place of your password."
	},
	{
		.name = "163 Mail",
		.domains = "163.com",
		.imap = { "imap.163.com", IMAPS, WHOLE },
		.smtp = { "smtp.163.com", SMTPS, WHOLE },
		.hint = "Switch on IMAP/SMTP in the settings of your mailbox: "
		    "NetEase then gives an authorization code, which is taken "
		    "here in place of your password."
	},
	{
		.name = "126 Mail",
		.domains = "126.com",
		.imap = { "imap.126.com", IMAPS, WHOLE },
		.smtp = { "smtp.126.com", SMTPS, WHOLE },
		.hint = "Switch on IMAP/SMTP in the settings of your mailbox: "
		    "NetEase then gives an authorization code, which is taken "
		    "here in place of your password."
	},
	{
		.name = "Yeah Mail",
		.domains = "yeah.net",
		.imap = { "imap.yeah.net", IMAPS, WHOLE },
		.smtp = { "smtp.yeah.net", SMTPS, WHOLE },
		.hint = "Switch on IMAP/SMTP in the settings of your mailbox: "
		    "NetEase then gives an authorization code, which is taken "
		    "here in place of your password."
	},
	{
		.name = "Naver Mail",
		.domains = "naver.com",
		.imap = { "imap.naver.com", IMAPS, LOCAL },
		.smtp = { "smtp.naver.com", SUBMIT, LOCAL },
		.hint = "IMAP/SMTP must be switched on first, in the settings "
		    "of Naver Mail under “POP3/IMAP”. With two-step sign-in "
		    "Naver takes an app password here."
	},
	{ .name = NULL }
};
