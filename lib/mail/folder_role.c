#include "mail/folder_role.h"

#include <stdbool.h>
#include <string.h>

#include "mail/folder.h"

struct role {
	const char		*role;
	const char		*older;		/* of XLIST, or NULL */
	const char *const	*names;		/* best first */
};

static const char *const	 drafts[] = {
	"Drafts", "Draft", "Entwürfe", "Brouillons", "Borradores",
	"Rascunhos", "Bozze", "Concepten", "Utkast", "Kladder", "Luonnokset",
	"Kopie robocze", "Szkice", "Koncepty", "Rozepsané", "Piszkozatok",
	"Черновики", "Чернетки", "Taslaklar", "下書き",
	"草稿", "草稿箱", "草稿匣", "임시보관함", NULL
};
static const char *const	 sent[] = {
	"Sent", "Sent Items", "Sent Messages", "Sent Mail", "Gesendet",
	"Gesendete Elemente", "Gesendete Objekte", "Gesendete Nachrichten",
	"Envoyés", "Éléments envoyés", "Messages envoyés", "Enviados",
	"Elementos enviados", "Mensajes enviados", "Correo enviado",
	"Itens enviados", "Itens Enviados", "Posta inviata", "Inviata",
	"Inviati", "Elementi inviati", "Verzonden", "Verzonden items",
	"Verzonden berichten", "Skickat", "Skickade objekt", "Sendt",
	"Sendte elementer", "Sendt post", "Lähetetyt", "Wysłane",
	"Elementy wysłane", "Odeslané", "Odoslané", "Elküldött",
	"Отправленные", "Надіслані",
	"Gönderilmiş Öğeler", "Gönderilenler", "送信済み",
	"送信済みアイテム", "送信済みメール", "已发送",
	"已发送邮件", "寄件備份", "보낸편지함", NULL
};
static const char *const	 trash[] = {
	"Trash", "Deleted Items", "Deleted Messages", "Deleted", "Bin",
	"Papierkorb", "Gelöschte Elemente", "Gelöschte Objekte",
	"Gelöscht", "Corbeille", "Éléments supprimés", "Papelera",
	"Elementos eliminados", "Lixeira", "Lixo", "Itens excluídos",
	"Cestino", "Posta eliminata", "Elementi eliminati", "Prullenbak",
	"Verwijderde items", "Papperskorgen", "Borttaget",
	"Slettede elementer", "Papirkurv", "Slettet", "Roskakori",
	"Poistetut", "Kosz", "Elementy usunięte", "Koš", "Kôš", "Lomtár",
	"Удаленные", "Удалённые", "Корзина",
	"Кошик", "Çöp Kutusu", "Silinmiş Öğeler", "ゴミ箱",
	"削除済みアイテム", "已删除", "已删除邮件",
	"垃圾桶", "휴지통", NULL
};
static const char *const	 junk[] = {
	"Junk", "Spam", "Junk E-mail", "Junk Email", "Junk Mail", "Bulk Mail",
	"Spamverdacht", "Junk-E-Mail", "Unerwünscht", "Indésirables",
	"Courrier indésirable", "Pourriel", "Correo no deseado",
	"Lixo Eletrônico", "Posta indesiderata", "Ongewenste e-mail",
	"Skräppost", "Uønsket e-post", "Søppelpost", "Roskaposti",
	"Wiadomości-śmieci", "Nevyžádaná pošta", "Levélszemét",
	"Спам", "Нежелательная почта", "İstenmeyen",
	"Gereksiz E-posta", "迷惑メール", "垃圾邮件", "垃圾郵件",
	"스팸메일함", NULL
};
static const char *const	 archive[] = {
	"Archive", "Archives", "Archiv", "Archiviert", "Archivo",
	"Archivados", "Arquivo", "Arquivo Morto", "Archivio", "Archief",
	"Arkiv", "Arkisto", "Archiwum", "Archív", "Архив", "Архів",
	"Arşiv", "アーカイブ", "存档", "归档", "封存",
	"보관함", NULL
};
static const char *const	 all[] = { "All Mail", "Alle Nachrichten",
    NULL };
static const char *const	 none[] = { NULL };

static const struct role	 roles[] = {
	{ "\\Inbox", NULL, none },
	{ "\\Sent", NULL, sent },
	{ "\\Drafts", NULL, drafts },
	{ "\\Trash", NULL, trash },
	{ "\\Junk", "\\Spam", junk },
	{ "\\Archive", NULL, archive },
	{ "\\All", "\\AllMail", all },
	{ "\\Flagged", "\\Starred", none },
	{ "\\Important", NULL, none }
};

enum {
	ROLES = sizeof(roles) / sizeof(roles[0]),
	PREFIXED_LEAST = 3	/* folders below what counts as a prefix */
};

const char *
folder_role_find(const char *name)
{
	size_t	 i;

	for (i = 0; i < ROLES; i++)
		if (text_equal_case(roles[i].role, name))
			return roles[i].role;
	return NULL;
}

static bool
has(struct texts attributes, const char *word)
{
	size_t	 i;

	for (i = 0; word != NULL && i < attributes.len; i++)
		if (text_equal_case(attributes.at[i], word))
			return true;
	return false;
}

/* \All, \Flagged and \Important last: a folder may have one of them beside
 * what it is for. */
const char *
folder_role_of(struct texts attributes)
{
	size_t	 i;

	for (i = 0; i < ROLES; i++)
		if (has(attributes, roles[i].role) ||
		    has(attributes, roles[i].older))
			return roles[i].role;
	return NULL;
}

static bool
is_inbox(const struct folder *folder)
{
	return text_equal_case(folder->name, "INBOX");
}

/* Whether a folder stands below the prefix, or is what it names. */
static bool
is_below(const struct folder *folder, const char *prefix, size_t len)
{
	return strncmp(folder->name, prefix, len) == 0 ||
	    (strlen(folder->name) + 1 == len &&
	    strncmp(folder->name, prefix, len - 1) == 0);
}

/* The bytes of a namespace's prefix: what all folders but INBOX stand below,
 * with its delimiter; 0: they do not. */
static size_t
find_prefix(const struct folders *folders)
{
	const struct folder	*folder, *first = NULL;
	const char		*end = NULL;
	size_t			 i, len, n = 0;

	for (i = 0; i < folders->len && end == NULL; i++) {
		first = &folders->at[i];
		if (!is_inbox(first) && first->delimiter != '\0')
			end = strchr(first->name, first->delimiter);
	}
	if (end == NULL)
		return 0;
	len = (size_t)(end - first->name) + 1;
	for (i = 0; i < folders->len; i++) {
		folder = &folders->at[i];
		if (!folder->selectable || is_inbox(folder))
			continue;
		if (!is_below(folder, first->name, len))
			return 0;
		n++;
	}
	return n >= PREFIXED_LEAST ? len : 0;
}

/* The name without a parent that says nothing: INBOX of servers that keep all
 * folders below it, [Gmail] of those that imitate it, or a prefix. */
static const char *
find_base(const struct folder *folder, size_t prefix)
{
	static const char *const	 parents[] = { "INBOX", "[Gmail]",
	    "[Google Mail]" };
	size_t				 i, len;

	for (i = 0; i < sizeof(parents) / sizeof(parents[0]); i++) {
		len = strlen(parents[i]);
		if (folder->delimiter != '\0' &&
		    text_starts_case(folder->name, parents[i]) &&
		    folder->name[len] == folder->delimiter)
			return folder->name + len + 1;
	}
	return is_inbox(folder) || strlen(folder->name) < prefix ?
	    folder->name : folder->name + prefix;
}

static struct folder *
find_named(struct folders *folders, const char *name, size_t prefix)
{
	size_t	 i;

	for (i = 0; i < folders->len; i++)
		if (folders->at[i].selectable && folders->at[i].role == NULL &&
		    text_equal_case(find_base(&folders->at[i], prefix), name))
			return &folders->at[i];
	return NULL;
}

static bool
is_taken(const struct folders *folders, const char *role)
{
	size_t	 i;

	for (i = 0; i < folders->len; i++)
		if (folders->at[i].role != NULL &&
		    text_equal(folders->at[i].role, role))
			return true;
	return false;
}

void
folder_role_guess(struct folders *folders)
{
	struct folder	*found;
	size_t		 i, j, prefix;

	prefix = find_prefix(folders);
	for (i = 0; i < ROLES; i++) {
		if (is_taken(folders, roles[i].role))
			continue;
		found = NULL;
		for (j = 0; found == NULL && roles[i].names[j] != NULL; j++)
			found = find_named(folders, roles[i].names[j],
			    prefix);
		if (found != NULL)
			found->role = roles[i].role;
	}
}
