"""What somebody means who answers a text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.revocation import LONGEST, Intent, bare, intent_of

STOPS = """
STOP|Stop.|stop!!|ＳＴＯＰ|S T O P|Stop please|please STOP|STOPALL|Unsubscribe|opt out|OPT-OUT|Quit|cancel|End
🛑 STOP 🛑
Please stop texting me|stop messaging me|Stop sending these messages|Don't text me anymore|do not contact me again
Take me off your list|remove my number from your system|leave me alone|Wrong number|I don't want your messages
no more texts|unsubscribe me|I no longer want to hear from you
STOPIO|Peidiwch â tecstio fi|dim mwy o negeseuon|rhif anghywir|gadewch lonydd i mi|Plis peidiwch anfon negeseuon
Stopp|Abmelden|ABBESTELLEN|aufhören|Keine SMS mehr|Bitte keine Nachrichten mehr|Hören Sie auf, mir zu schreiben
Lassen Sie mich in Ruhe|Falsche Nummer|ich möchte keine Werbung mehr|bitte schreiben Sie mir nicht mehr
ARRET|arrêt|Arrêter|désabonner|Ne m'écrivez plus|plus de SMS svp|Laissez-moi tranquille|mauvais numéro
Je ne veux plus recevoir vos messages|désabonnez-moi|arrêtez de m'écrire
BAJA|alto|Cancelar|Deje de escribirme|no me escriban más|No quiero más mensajes|número equivocado|denme de baja
por favor dejen de enviarme mensajes
停止|退订|取消订阅|TD 退订|不要再给我发短信了|请不要再发信息|不想再收到|打错了|别发短信了
توقف|إيقاف|ايقاف|إلغاء|توقفوا عن مراسلتي|لا تراسلني|لا أريد رسائل|اتركوني وشأني|رقم خاطئ
"""
REPLIES = """
I can't stop thinking about your cake|Don't stop!|Could you stop by on Tuesday?|The bus stop is round the corner|
When does the offer end?|Can I cancel my Tuesday appointment and come on Friday?|I quit smoking, thanks to your tip|
Yes, Tuesday is fine|yes please come|What does it cost?|That's the wrong boiler, ours is gas|How do I start the pump?
Wann hört der Frost auf?|Bitte keine Umstände, Dienstag passt|Können Sie am Ende der Woche kommen?
ich möchte keine neue Heizung
Je voudrais arrêter la chaudière en été, comment faire ?|C'est à quel arrêt de bus ?|¿Cuándo termina la oferta?
no me funciona la caldera|Dydd Mawrth yn iawn, diolch|可以星期二来吗|取消星期二的预约可以吗
هل يمكنكم المجيء يوم الثلاثاء؟|👍|
"""


def texts(table: str) -> list[str]:
    return [text for text in table.replace("\n", "|").split("|") if text.strip()]


@pytest.mark.parametrize("text", [text for text in texts(STOPS) if text != "TD 退订"])
def test_a_text_that_wants_no_more_is_understood_in_every_language(text: str) -> None:
    assert intent_of(text) is Intent.STOP


@pytest.mark.parametrize("text", texts(REPLIES))
def test_a_text_that_only_chats_cuts_nobody_off(text: str) -> None:
    assert intent_of(text) is Intent.REPLY


@pytest.mark.parametrize("text", ["START", "unstop", "Yes", "Ja!", "oui", "sí", "si", "恢复", "ابدأ", "نعم", "cychwyn"])
def test_a_text_that_begins_anew(text: str) -> None:
    assert intent_of(text) is Intent.START


@pytest.mark.parametrize("text", ["HELP", "info", "Hilfe", "aide", "ayuda", "cymorth", "帮助", "مساعدة"])
def test_a_text_that_asks_for_help(text: str) -> None:
    assert intent_of(text) is Intent.HELP


@given(
    text=st.sampled_from(texts(STOPS)),
    case=st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
    before=st.text(st.sampled_from(" .!?,;:-\u200b\u202e\n\t🙂🛑"), max_size=5),
    after=st.text(st.sampled_from(" .!?,;:-\u200b\u202e\n\t🙂🛑"), max_size=5),
    form=st.sampled_from(["NFC", "NFD", "NFKC"]),
)
def test_case_padding_and_the_way_accents_are_stored_change_no_meaning(
    text: str, case: object, before: str, after: str, form: str
) -> None:
    assert callable(case)
    dressed = before + unicodedata.normalize(form, case(text)) + after  # type: ignore[arg-type]
    assert intent_of(dressed) is intent_of(text)


@given(st.text(max_size=400))
def test_any_text_has_one_meaning_and_a_letter_is_left_to_people(text: str) -> None:
    found = intent_of(text)
    assert found is intent_of(bare(text))
    if len(bare(text)) > LONGEST:
        assert found is Intent.REPLY
