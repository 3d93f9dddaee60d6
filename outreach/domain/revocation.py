"""What somebody means who answers a text: to be left alone, to hear from us again, to be helped, or something else.

Words are those that vendors and 47 CFR 64.1200 (a) (10) name, and their like in every language that we write; a text
that is nothing but such a word is plain. Beyond that, the rule asks for "any reasonable means", so whole sentences are
read too, by patterns narrow enough that nobody is cut off who only chats: "I can't stop thinking about your cake" says
nothing. Whatever is not understood goes to people as a reply.

"Yes" begins anew and "cancel" ends, as vendors have it, only where nothing else is said.
"""

import re
import unicodedata
from enum import StrEnum


class Intent(StrEnum):
    """What an answering text asks for."""

    #: No more texts.
    STOP = "stop"
    #: Texts again.
    START = "start"
    #: Who we are and how to get off.
    HELP = "help"
    #: Anything else; people read it.
    REPLY = "reply"


#: Texts that are nothing but one of these, by language: en, cy, de, fr, es, zh, ar.
_STOP = """
    stop stopall stopp unsubscribe end quit revoke optout cancel remove
    stopio stopiwch dadgofrestru dad-danysgrifio canslo diwedd
    abmelden abbestellen aufhören ende austragen widerrufen
    arret arrêt arrêter stopper désabonner désinscrire désinscription résilier
    parar alto baja darmedebaja cancelar detener terminar
    停止 退订 退訂 取消 取消订阅 结束 停
    توقف قف إيقاف ايقاف إلغاء الغاء الغاء_الاشتراك
"""
_START = """
    start unstop yes subscribe resume optin
    cychwyn dechrau ie tanysgrifio
    starten anmelden ja weiter
    commencer démarrer oui abonner reprendre
    empezar iniciar alta sí
    开始 開始 订阅 恢复 是
    ابدأ ابدا بدء نعم اشتراك
"""
_HELP = """
    help info helpme
    help cymorth gwybodaeth
    hilfe infos
    aide
    ayuda información
    帮助 幫助 信息
    مساعدة معلومات
"""
#: Sentences that can hardly mean anything else; matched in the folded text, whole words.
_PHRASES = (
    # English
    r"(?:please )?(?:stop|quit) (?:texting|messaging|contacting|writing(?: to)?|sending|"
    r"spamming)(?: me| us| this)?",
    r"(?:please )?(?:stop|no more|end) (?:these |the |your |all |with the |"
    r"sending )*(?:texts?|messages?|sms|spam)",
    r"(?:do not|don t|dont|never) (?:text|message|contact|write(?: to)?|sms) (?:me|us|"
    r"this number)(?: any ?more| again)?",
    r"(?:take|remove|delete) (?:me|my number|this number) (?:from|off) (?:your |the |"
    r"this )?(?:list|texts|system|database)",
    r"(?:please )?(?:unsubscribe|opt)(?: me)? ?(?:out|now|from .{1,30})?",
    r"leave me alone",
    r"wrong (?:number|person)",
    r"not interested(?: any ?more)?(?: please)?(?: stop)?",
    r"i (?:do not|don t|dont|no longer) want (?:to (?:hear from you|get|receive)|your|these|"
    r"any more) ?(?:texts?|messages?)?.*",
    # Welsh
    r"(?:plis |os gwelwch yn dda )?(?:peidiwch|paid) (?:â |a |ag )?(?:tecstio|anfon|cysylltu|ysgrifennu).*",
    r"(?:stopiwch|stopia) (?:anfon|decstio|tecstio|gysylltu).*",
    r"dim mwy o (?:negeseuon|decstiau)",
    r"gadewch lonydd i mi",
    r"rhif anghywir",
    # German
    r"(?:bitte )?(?:keine|nie wieder|nicht mehr)(?: weiteren| mehr)? (?:sms|nachrichten?|"
    r"texte|schreiben|anschreiben|kontaktieren).*",
    r"(?:bitte )?(?:hören sie|hör|hoert|hört) (?:bitte )?auf(?:,)? (?:mir|uns|mich) .*",
    r"lassen sie mich in ruhe",
    r"lass mich in ruhe",
    r"(?:bitte )?schreiben sie mir (?:bitte )?nicht mehr",
    r"falsche nummer",
    r"(?:bitte )?(?:melden|tragen) sie mich (?:bitte )?(?:ab|aus)",
    r"ich (?:möchte|will) keine (?:sms|nachrichten|werbung).*",
    # French
    r"(?:merci de |veuillez )?(?:ne (?:plus|pas) (?:m |me )?(?:écrire|envoyer|contacter)|"
    r"arrêtez? de (?:m |me )?(?:écrire|envoyer|contacter)).*",
    r"(?:s il vous plaît )?(?:ne m (?:écrivez|envoyez|contactez)|ne me contactez) plus.*",
    r"laissez moi tranquille",
    r"mauvais numéro",
    r"plus (?:de |aucun )(?:sms|messages?|textos?)(?: s il vous plaît| merci)?",
    r"je ne veux plus (?:de |recevoir ).*",
    r"(?:désabonnez|désinscrivez|retirez) moi.*",
    # Spanish
    r"(?:por favor )?(?:deje|dejen|deja|dejad|paren|pare) de (?:escribir|enviar|mandar|contactar)\w*.*",
    r"(?:por favor )?no me (?:escriba|escriban|escribas|envíen|envíe|manden|mande|contacten|"
    r"contacte)\w*(?: más)?.*",
    r"no quiero (?:más |recibir (?:más )?)(?:mensajes|sms|textos).*",
    r"(?:quítenme|bórrenme|denme de baja|dame de baja).*",
    r"número equivocado",
    r"déjenme en paz",
    # Chinese
    r"(?:请)?(?:不要|别|勿|停止)(?:再)?(?:给我)?(?:发|发送|联系|打扰)(?:短信|信息|消息|我|了).*",
    r"不想(?:再)?收到.*",
    r"打错了",
    r"发错(?:人|号码)了",
    # Arabic
    r"(?:من فضلك |رجاء |رجاءً )?(?:توقف|توقفوا|كفوا|كفى) عن (?:مراسلتي|إرسال|ارسال|الإرسال|الاتصال).*",
    r"(?:لا|لا تقوموا ب) ?(?:تراسلني|تراسلوني|ترسل|ترسلوا|تتصل|تتصلوا).*",
    r"لا أريد (?:رسائل|المزيد).*",
    r"اتركوني وشأني",
    r"رقم (?:خطأ|خاطئ)",
)


#: What people put beside a word without meaning anything else by it.
_POLITE = (
    "please pls plis thanks thx thank you now bitte danke merci svp stp por favor gracias diolch 请 谢谢 شكرا رجاء"
)
#: More than this is a letter, and a letter is read by people.
LONGEST = 160


def intent_of(text: str) -> Intent:
    """What `text` asks for; the shorter and plainer it is, the surer.

    >>> intent_of("STOP!"), intent_of("Bitte keine SMS mehr"), intent_of("I can't stop thinking about your cake")
    (<Intent.STOP: 'stop'>, <Intent.STOP: 'stop'>, <Intent.REPLY: 'reply'>)
    """
    said = bare(text)
    if not said or len(said) > LONGEST:
        return Intent.REPLY
    alone = " ".join(word for word in said.split() if word not in _POLITE_WORDS)
    for intent, words in _KEYWORDS:
        if said in words or alone in words or alone.replace(" ", "") in words:
            return intent
    return Intent.STOP if _REVOKES.fullmatch(said) or _REVOKES.fullmatch(alone) else Intent.REPLY


def bare(text: str) -> str:
    """Small letters and digits without accents, signs and pictures, words parted by one blank; on a telephone few
    people write accents, and everybody capitals.
    """
    plain = _accentless(unicodedata.normalize("NFKC", text).casefold().replace("\N{ARABIC TATWEEL}", ""))
    visible = (one for one in plain if unicodedata.category(one) != "Cf")
    return " ".join("".join(one if unicodedata.category(one)[0] in "LN" else " " for one in visible).split())


def _accentless(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(one for one in parts if unicodedata.category(one) != "Mn"))


_POLITE_WORDS = frozenset(bare(word) for word in _POLITE.split())
_KEYWORDS = tuple(
    (intent, frozenset(bare(word).replace(" ", "") for word in words.split()))
    for intent, words in ((Intent.STOP, _STOP), (Intent.HELP, _HELP), (Intent.START, _START))
)
_REVOKES = re.compile("|".join(f"(?:{_accentless(phrase)})" for phrase in _PHRASES))
