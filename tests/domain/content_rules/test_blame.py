"""A text of class recovery never points at a colleague, in any of the seven languages."""

from dataclasses import replace

import pytest

from outreach.domain.content_rules.blame import blaming
from outreach.domain.content_rules.findings import FindingCode, Level
from outreach.domain.content_rules.judge import judge
from tests.domain.content_rules.sheets import a_manuscript, some_facts

POINTING = [
    ("en", "Our driver forgot to bring the second pallet."),
    ("en", "This happened due to an error of our employee."),
    ("en", "The colleague who took your call has been spoken to."),
    ("en", "One of our technicians made a serious mistake at your house."),
    ("en", "It was our new trainee's fault."),
    ("en", "We are sorry for the mistake made by a member of our staff."),
    ("de", "Unser Fahrer hat die zweite Palette vergessen."),
    ("de", "Durch einen Fehler unseres Mitarbeiters kam die Lieferung zu spät."),
    ("de", "Die Kollegin, die Ihren Anruf annahm, ist neu."),
    ("fr", "Notre technicien a oublié de fermer la vanne."),
    ("fr", "C’est une erreur de notre livreur."),
    ("fr", "Le collègue qui vous a répondu est nouveau."),
    ("es", "Nuestro técnico olvidó cerrar la válvula."),
    ("es", "Fue un error de un empleado."),
    ("cy", "Anghofiodd ein gyrrwr yr ail baled."),
    ("cy", "Camgymeriad gan un o’n gweithwyr oedd hwn."),
    ("ar", "نسي السائق إحضار الشحنة الثانية."),
    ("ar", "حدث ذلك بسبب خطأ موظفنا."),
    ("zh-Hans", "我们的司机忘记了第二批货。"),
    ("zh-Hans", "由于员工疏忽，您的订单延误了。"),
]
HONEST = [
    ("en", "We forgot the second pallet on 3 March, and you had to wait a week for it. That should not have happened."),
    ("en", "Our engineer comes on Thursday at ten and brings the right valve."),
    ("en", "The delivery came two days late, and nobody told you. We are sorry."),
    ("en", "Anna Rees from our team calls you tomorrow. Whoever you speak to knows about it."),
    ("de", "Wir haben die zweite Palette vergessen. Das hätte nicht passieren dürfen."),
    ("de", "Unser Techniker kommt am Donnerstag um zehn und bringt das richtige Ventil mit."),
    ("fr", "Nous avons oublié la deuxième palette. Notre technicien vient jeudi à dix heures."),
    ("es", "Olvidamos el segundo palé. Nuestro técnico viene el jueves a las diez."),
    ("cy", "Fe anghofion ni’r ail baled. Daw ein technegydd ddydd Iau am ddeg."),
    ("ar", "لقد نسينا الشحنة الثانية. يأتي الفني يوم الخميس في العاشرة."),
    ("zh-Hans", "我们漏送了第二批货，让您久等了。我们的技术员周四上午十点上门。"),
    ("nl", "Onze chauffeur is het vergeten."),
]


@pytest.mark.parametrize(("locale", "words"), POINTING)
def test_words_that_point_at_a_colleague_are_found(locale: str, words: str) -> None:
    assert blaming(words, locale)


@pytest.mark.parametrize(("locale", "words"), HONEST)
def test_honest_words_pass(locale: str, words: str) -> None:
    assert blaming(words, locale) == ""


@pytest.mark.parametrize(("touch_class", "level"), [("recovery", [Level.ERROR]), ("relationship", [])])
def test_only_a_recovery_text_is_kept_from_being_published(touch_class: str, level: list[Level]) -> None:
    text = replace(some_facts(), words=("Hello.", "Our driver forgot the valve."))
    manuscript = replace(a_manuscript(), touch_class=touch_class)
    found = [one for one in judge(manuscript, {"en": text}) if one.code is FindingCode.BLAME_COLLEAGUE]
    assert [one.level for one in found] == level
    assert [one.block for one in found] == [2] * len(level)
