"""Packs as people write them, and what they are told about their slips."""

import json
from datetime import date
from pathlib import Path

import pytest

from outreach.domain.calendar.contact_calendar import ContactCalendar
from outreach.domain.calendar.season import Stance
from outreach.domain.errors import BadInput, Fault
from outreach.intake.packs import read_pack
from tests.small_pack import edit, write_small_pack

LETTER = "editions/newsletter/2026-09.en.md"
TEXT = "editions/frost/first.de.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack without a fault."""
    return write_small_pack(tmp_path / "small")


def faults(folder: Path) -> list[Fault]:
    """What is wrong with the pack, which must be something; every fault says how to mend it."""
    with pytest.raises(BadInput) as refused:
        read_pack(folder)
    assert all(fault.mend.endswith(".") for fault in refused.value.faults)
    return list(refused.value.faults)


def said(folder: Path) -> str:
    """The one thing that is wrong with the pack."""
    (fault,) = faults(folder)
    return str(fault)


def test_a_sound_pack_is_read_with_its_texts_and_addresses(folder: Path) -> None:
    pack = read_pack(folder)
    assert (pack.key, pack.locales, len(pack.texts)) == ("small", ("en", "de"), 4)
    letter = pack.texts["newsletter", "2026-09", "de"]
    assert (letter.subject, letter.preheader) == ("Vor dem Frost", "A short list.")
    assert letter.urls == ("https://hearth.example/book", "https://hearth.example/fragen")
    assert pack.texts["frost", "first", "en"].urls == ("https://hearth.example/frost",)


def test_the_pack_of_the_demo_is_sound(root: Path) -> None:
    pack = read_pack(root / "packs" / "hearth-energy")
    assert len(pack.industries) == 6
    assert {locale for _, _, locale in pack.texts} == set(pack.locales)


def test_marks_and_line_ends_of_other_systems_do_no_harm(folder: Path) -> None:
    sound = read_pack(folder)
    for path in folder.rglob("*.*"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_pack(folder) == sound


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "industries: [shops]",
            "industries: [shops, cafes]",
            "pack.yaml, line 30, campaigns[0].industries[1]: 'cafes': there is no such industry. Use one of shops.",
        ),
        (
            'from: "01-02", to: "01-16"',
            "dates: []",
            "pack.yaml, line 21, industries[0].calendar.seasons[0]",
        ),
        (
            'from: "01-02", to: "01-16"',
            'dates: [["2026-02-10", "2026-02-01"]]',
            "pack.yaml, line 21, industries[0].calendar.seasons[0].dates[0]",
        ),
        ('from: "01-02"', 'from: "second tuesday"', "pack.yaml, line 21, industries[0].calendar.seasons[0].from: "),
        ('tue: ["09:00-12:00"]', 'tue: ["12:00-09:00"]', "pack.yaml, line 19, industries[0].calendar.hours.tue"),
        ("target_gap: 14", "target_gap: 4", "pack.yaml, line 16, industries[0].rhythm: '6, 4, 35': the gaps must grow"),
        ("max_gap: 35", "max_gap: .inf", "pack.yaml, line 16, industries[0].rhythm.max_gap: 'inf': "),
        (
            "from: 2026-09-01, to: 2026-09-30",
            "from: 2026-09-30, to: 2026-09-01",
            "campaigns[0].editions[0]: '2026-09-30 to 2026-09-01': its first day lies after its last",
        ),
        ("from: 2026-09-01, to: 2026-09-30", "from: 2026-09-01", "pack.yaml, line 32, campaigns[0].editions[0].to: "),
        ("colour:", "color:", "pack.yaml, line 10, business.color: '#b4451f': there is no such key"),
        ('"#b4451f"', "red", "pack.yaml, line 10, business.colour: 'red': it is no colour. Write it like #b4451f."),
        ("channel: email", "channel: fax", "campaigns[0].channel: 'fax': "),
        ("class: relationship", "class: spam", "campaigns[0].class: 'spam': "),
        ("priority: 50", "priority: 500", "campaigns[0].priority: '500': input should be less than or equal to 100"),
        ("key: newsletter", "key: News Letter", "campaigns[0].key: 'News Letter': it is not written like a key"),
        ("key: frost", "key: newsletter", "campaigns[1].key: 'newsletter': the key stands twice"),
        ("default_locale: en", "default_locale: fr", "pack.yaml, line 12, default_locale: 'fr': it is not among"),
        ("name: Hearth\n", "name: [Hearth]\n", "pack.yaml, line 3, business.name: it is not read as text"),
        ("name: {en: Shops, de: Läden}", "name: {en: Shops}", "industries[0].name: 'shops': the name in de is missing"),
        (
            "class: care\n",
            "class: care\n    every_months: 6\n",
            "campaigns[1].every_months: '6': the rule issue has no",
        ),
        (
            "class: care\n",
            "class: care\n    exclusive: true\n",
            "campaigns[1].exclusive: 'issue': only a series can be told without interruption",
        ),
        (
            "class: care\n",
            "class: care\n    mergeable: true\n",
            "campaigns[1].mergeable: 'care': its class does not ride along in other mails. Remove it, or give the",
        ),
        (
            "class: care\n",
            "class: care\n    recurrence: FREQ=MONTHLY;BYDAY=5TU\n",
            "campaigns[1].recurrence: 'FREQ=MONTHLY;BYDAY=5TU': not every month has it. Use 1 to 4, or -1 for",
        ),
        (
            "class: care\n",
            "class: care\n    topic: {de: Briefe}\n",
            "campaigns[1].topic: 'en': it has no name in the default locale",
        ),
        (
            "class: care\n",
            "class: care\n    topic: {en: Letters, fr: Lettres}\n",
            "campaigns[1].topic.fr: 'fr': the business does not write in it",
        ),
        (
            "class: care\n",
            "class: service\n    topic: {en: Letters}\n",
            "campaigns[1].topic: 'service': nobody can refuse messages of this class",
        ),
        (
            "class: care\n",
            "class: care\n    evergreen: true\n",
            "campaigns[1].evergreen: 'issue': only a series can begin",
        ),
        (
            "class: care\n",
            "class: care\n    task: call\n",
            "campaigns[1].task: 'issue': only an anniversary has a date to keep. Remove it, or make the campaign",
        ),
        ("class: care\n", "class: care\n    task: dance\n", "campaigns[1].task: 'dance': "),
        (
            "class: care\n",
            "class: care\n    task_for: all\n",
            "campaigns[1].task_for: there is no task that it could be for. Remove it, or add task.",
        ),
        (
            "class: care\n",
            "class: care\n    task: call\n    task_questions: [{de: Warm?}]\n",
            "campaigns[1].task_questions[0]: 'en': it does not stand in the default locale. Write it in en.",
        ),
        (
            "class: care\n",
            "class: care\n    task: call\n    task_questions: [{en: Warm?, fr: Chaud?}]\n",
            "campaigns[1].task_questions[0].fr: 'fr': the business does not write in it",
        ),
        (
            "  name: Hearth\n",
            "  name: Hearth\n  segment_price: {amount: 0.04, currency: ZZZ}\n",
            "business.segment_price.currency: 'ZZZ': there is no such currency. Use a code of ISO 4217 like GBP.",
        ),
        ("  name: Hearth\n", "  name: Hearth\n  about_us_limit: 30\n", "business.about_us_limit: '30': "),
        ("  name: Hearth\n", "  name: Hearth\n  four_eyes_above: -1\n", "business.four_eyes_above: '-1': "),
        ("to: 2026-09-30", "to: 2026-02-30", "pack.yaml, line 32: '2026-02-30': there is no such day."),
        ("{en: Shops, de: Läden}", "&name {en: Shops, de: *name}", "pack.yaml, line 15: '*name': aliases are not read"),
        ("name: Hearth\n", 'name: "a\\nBcc: b"\n', "pack.yaml, line 3, business.name: 'a\\nBcc: b': it does not stand"),
        (
            "sender_name: Carys",
            'sender_name: "OUTREACHSLOT0X"',
            "pack.yaml, line 4, business.sender_name: 'OUTREACHSLOT0X': it holds OUTREACHSLOT, a word",
        ),
        (
            "reply_to: hello@hearth.example",
            'reply_to: "he\\0llo@hearth.example"',
            "pack.yaml, line 6, business.reply_to: 'he\\x00llo@hearth.example': it does not stand on one line",
        ),
        (
            "website: https://hearth.example",
            'website: "https://hearth.example/\\a"',
            "pack.yaml, line 9, business.website: ",
        ),
        ("why: Queues.", 'why: "Que\\0ues."', "pack.yaml, line 21, industries[0].calendar.seasons[0].why: "),
        ("why: Queues.", "countries: [GB-WSL]", "Regions of GB are ENG, NIR, SCT, WLS."),
        ("industries: [shops]", 'needs: {fire: "\\0"}', "pack.yaml, line 30, campaigns[0].needs.fire: "),
        ("pack: small", "pack: [small", "pack.yaml, line 2: it is no YAML: "),
        ("pack: small", "pack: small\npack: other", "pack.yaml, line 2: it is no YAML: found duplicate key"),
    ],
)
def test_a_slip_in_the_pack_is_named_with_line_key_value_and_mend(
    folder: Path, old: str, new: str, message: str
) -> None:
    edit(folder / "pack.yaml", old, new)
    told = [str(fault) for fault in faults(folder)]
    assert any(message in one for one in told), told


FORM = """
sign_up_forms:
  - key: news
    industry: shops
    time_zone: Europe/London
    country: GB
    title: {en: News, de: Neues}
    wording: {en: Write to me., de: Schreibt mir.}
    topics: [newsletter]
    asks: [first_name]
"""


@pytest.fixture
def with_form(folder: Path) -> Path:
    """A pack with a sign-up form and no fault."""
    path = folder / "pack.yaml"
    edit(path, "    industries: [shops]\n", "    industries: [shops]\n    topic: {en: Letters}\n")
    path.write_text(path.read_text(encoding="utf-8") + FORM, encoding="utf-8")
    return folder


def test_a_sign_up_form_is_read(with_form: Path) -> None:
    (form,) = read_pack(with_form).sign_up_forms
    assert (form.key, form.industry, form.topics, form.asks) == ("news", "shops", ["newsletter"], ["first_name"])
    assert form.wording == {"en": "Write to me.", "de": "Schreibt mir."}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "industry: shops",
            "industry: farms",
            "sign_up_forms[0].industry: 'farms': there is no such industry. Use one",
        ),
        ("Europe/London", "Europe/Atlantis", "sign_up_forms[0].time_zone: 'Europe/Atlantis': it is no time zone"),
        ("country: GB", "country: XX", "sign_up_forms[0].country: 'XX': there is no such country"),
        ("country: GB", "country: Britain", "sign_up_forms[0].country: 'Britain': it is no country code"),
        (
            "topics: [newsletter]",
            "topics: [frost]",
            "topics[0]: 'frost': no campaign with this key can be chosen. Name",
        ),
        (
            "{en: News, de: Neues}",
            "{de: Neues}",
            "sign_up_forms[0].title: 'news': it is missing in en. Write it in en.",
        ),
        ("{en: News, de: Neues}", "{en: News}", "sign_up_forms[0].title: 'news': it is missing in de. Write it in de."),
        ("{en: News, de: Neues}", "{en: N, de: N, fr: N}", "title.fr: 'fr': the business does not write in it. Remove"),
        ("asks: [first_name]", "asks: [birthday]", "sign_up_forms[0].asks[0]: 'birthday': "),
        ("key: news\n", "key: News\n", "sign_up_forms[0].key: 'News': it is not written like a key"),
        ("Write to me.", "W" * 1001, "sign_up_forms[0].wording.en: "),
    ],
)
def test_a_slip_in_a_sign_up_form_is_named(with_form: Path, old: str, new: str, message: str) -> None:
    edit(with_form / "pack.yaml", old, new)
    told = [str(fault) for fault in faults(with_form)]
    assert any(message in one for one in told), told


SERVICE = """
services:
  - key: chimney
    name: {en: chimney inspection, de: Kaminkontrolle}
    interval_months: 12
    lead_days: 45
    season: {from: "06-01", to: "09-20"}
    belongs_to: place
    industries: [shops]
    first: customer_since + 12 months
    campaign: due
"""
ASKS = """  - key: due
    name: Due
    purpose: What is due.
    class: care
    channel: email
    priority: 90
    rule: invited
    editions:
      - {key: first, content: due, from: 2026-01-01, to: 2030-12-31}
      - {key: reminder, content: due, from: 2026-01-01, to: 2030-12-31}
      - {key: last, content: due, from: 2026-01-01, to: 2030-12-31}
"""


@pytest.fixture
def with_service(folder: Path) -> Path:
    """A pack with a service that comes round and no fault."""
    path = folder / "pack.yaml"
    path.write_text(path.read_text(encoding="utf-8") + ASKS + SERVICE, encoding="utf-8")
    (folder / "editions/due").mkdir()
    for locale in ("en", "de"):
        letter = (folder / f"editions/newsletter/2026-09.{locale}.md").read_text(encoding="utf-8")
        (folder / f"editions/due/due.{locale}.md").write_text(letter, encoding="utf-8")
    return folder


def test_a_service_is_read(with_service: Path) -> None:
    (service,) = read_pack(with_service).services
    assert (service.key, service.attempts, service.gap_days, service.belongs_to) == ("chimney", 3, 14, "place")
    assert service.season is not None
    assert (service.season.start, service.season.end) == ("06-01", "09-20")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "industries: [shops]\n    first",
            "industries: [farms]\n    first",
            "services[0].industries[0]: 'farms': there is no",
        ),
        (", de: Kaminkontrolle}", "}", "services[0].name: 'de': the name in de is missing"),
        ("de: Kaminkontrolle}", "de: K, fr: C}", "services[0].name.fr: 'fr': the business does not write in it"),
        (
            "lead_days: 45",
            "lead_days: 200",
            "services[0].lead_days: '200': whoever has just had it done would be asked again",
        ),
        ('"06-01", to', '"06-31", to', "services[0].season.from: '06-31': there is no such day in the year"),
        ('"09-20"}', '"05-20"}', "services[0].season: '06-01 to 05-20': the season would run over New Year and leave"),
        ("interval_months: 12", "interval_months: 0", "services[0].interval_months: "),
        ("first: customer_since + 12 months", "first: some day", "services[0].first: 'some day': it names no day"),
        ("campaign: due", "campaign: dew", "services[0].campaign: 'dew': there is no such campaign"),
        (
            "campaign: due",
            "campaign: frost",
            "services[0].campaign: 'frost': it writes to everybody, not only to who is due",
        ),
        ("{key: last, ", "{key: final, ", "services[0].campaign: 'due': it has no edition last"),
        (
            "rule: invited\n",
            "rule: invited\n    needs: {a: b}\n",
            "services[0].campaign: 'due': the campaign picks its own",
        ),
        ("belongs_to: place", "belongs_to: dog", "services[0].belongs_to: 'dog': "),
        ("belongs_to: place", "belong_to: place", "services[0].belong_to: "),
    ],
)
def test_a_slip_in_a_service_is_named(with_service: Path, old: str, new: str, message: str) -> None:
    edit(with_service / "pack.yaml", old, new)
    told = [str(fault) for fault in faults(with_service)]
    assert any(message in one for one in told), told
    assert all(fault.line for fault in faults(with_service) if fault.place == "pack.yaml")


def test_a_locale_there_is_not_is_named(folder: Path) -> None:
    edit(folder / "pack.yaml", "locales: [en, de]", "locales: [en, de, klingon, zh-hans, en]")
    told = [(fault.line, fault.column, fault.value, fault.reason) for fault in faults(folder)]
    assert told == [
        (11, "locales[2]", "klingon", "there is no such locale"),
        (11, "locales[3]", "zh-hans", "it is not the usual spelling"),
        (11, "locales[4]", "en", "it stands twice"),
    ]


def test_a_missing_text_is_named_by_the_file_that_should_be_there(folder: Path) -> None:
    (folder / "editions/newsletter/2026-09.de.md").unlink()
    assert said(folder).startswith("editions/newsletter/2026-09.de.md: the text is missing in this locale")


def test_a_missing_pack_is_named(tmp_path: Path) -> None:
    assert "pack.yaml: there is no such file" in said(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"- a list", b"", b"&a [*a"])
def test_a_file_that_is_no_pack_is_refused(folder: Path, content: bytes) -> None:
    (folder / "pack.yaml").write_bytes(content)
    assert said(folder).startswith("pack.yaml")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            LETTER,
            "contact.first_name",
            "contact.frist_name",
            f"{LETTER}, line 6, column 7: '{{{{ contact.frist_name | default(\"there\") }}}}': "
            "is not a merge field that may be used",
        ),
        (LETTER, "Before the frost", "Hi {{ contact.shoe }}", f"{LETTER}, line 2, column 13: '{{{{ contact.shoe }}}}'"),
        (LETTER, "subject: Before the frost\n", "", f"{LETTER}, line 1, subject: the field is missing"),
        (LETTER, "subject: Before the frost", "subject:", f"{LETTER}, line 1, subject: the field is missing"),
        (LETTER, "subject: Before", "subject: Frost: before", f"{LETTER}, line 2: it is no YAML"),
        (LETTER, "subject: Before the frost", "subject: |\n  a\n  b", f"{LETTER}, line 2, subject: "),
        (LETTER, "preheader:", "preheder:", f"{LETTER}, line 3, preheder: 'A short list.': there is no such field"),
        (LETTER, "::: value", "::: advert", f"{LETTER}, line 5: 'advert': is neither a purpose nor a kind of block"),
        (LETTER, "https://hearth.example/ask", "ask.html", f"{LETTER}, line 8: 'ask.html': is not a whole address"),
        (TEXT, "---\n---\n", "---\nsubject: Frost\n---\n", f"{TEXT}, line 2, subject: 'Frost': a text message has no"),
        (TEXT, "Heute", "{% for a in b %}", f"{TEXT}, line 3, column 1: '{{% for a in b %}}'"),
        (TEXT, "Heute", "::: value\nHeute", f"{TEXT}, line 3: '::: value': a text message has no blocks"),
        (TEXT, "Heute", "Heu\0te", f"{TEXT}, line 3: \"'\\\\x00'\": it holds a control character"),
        (TEXT, "---\n---\n", "Words\n", f"{TEXT}, line 1: there is no front matter"),
    ],
)
def test_a_slip_in_a_text_is_named_with_file_line_column_value_and_mend(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    edit(folder / file, old, new)
    told = [str(fault) for fault in faults(folder)]
    assert any(message in one for one in told), told


def test_an_empty_text_is_refused(folder: Path) -> None:
    (folder / TEXT).write_text("---\n---\n\n")
    assert "there is no text below the front matter" in said(folder)


def test_a_text_in_another_encoding_is_named_with_its_line(folder: Path) -> None:
    (folder / TEXT).write_bytes("---\n---\nKälte\n".encode("cp1252"))
    assert said(folder).startswith(f"{TEXT}, line 3: it is not UTF-8")


def test_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    edit(folder / "pack.yaml", "colour:", "color:")
    edit(folder / "pack.yaml", "industries: [shops]", "industries: [cafes]")
    edit(folder / "pack.yaml", 'tue: ["09:00-12:00"]', "tue: [late]")
    edit(folder / LETTER, "contact.first_name", "contact.shoe")
    (folder / TEXT).unlink()
    places = [(fault.place, fault.column) for fault in faults(folder)]
    assert places == [
        ("pack.yaml", "business.colour"),
        ("pack.yaml", "business.color"),
        ("pack.yaml", "industries[0].calendar.hours.tue[0]"),
        ("pack.yaml", "campaigns[0].industries[0]"),
        (LETTER, "column 7"),
        (TEXT, ""),
    ]


TABLES = """\
date_tables:
  bavaria:
    source: Ministry of education of Bavaria, 2026
    dates: [["2026-08-03", "2026-09-14"], [2027-08-02, 2027-09-13]]
industries:
"""


def test_a_table_of_dates_is_written_out_where_a_season_names_it(folder: Path) -> None:
    edit(folder / "pack.yaml", "industries:\n  - key", TABLES + "  - key")
    edit(folder / "pack.yaml", 'from: "01-02", to: "01-16"', "dates: bavaria")
    (industry,) = read_pack(folder).industries
    (season,) = industry.calendar["seasons"]
    assert season["dates"] == [["2026-08-03", "2026-09-14"], ["2027-08-02", "2027-09-13"]]
    assert season["source"] == "Ministry of education of Bavaria, 2026"
    stored = ContactCalendar.from_pack(json.loads(json.dumps(industry.calendar)), place="stored", path="calendar")
    assert stored == industry.contact_calendar
    assert stored.stance_on(date(2027, 9, 13), "")[0] is Stance.QUIET


def test_a_table_there_is_not_is_named_with_those_there_are(folder: Path) -> None:
    edit(folder / "pack.yaml", "industries:\n  - key", TABLES + "  - key")
    edit(folder / "pack.yaml", 'from: "01-02", to: "01-16"', "dates: bayern")
    assert said(folder) == (
        "pack.yaml, line 25, industries[0].calendar.seasons[0].dates: 'bayern': there is no such table of dates. "
        "Use one of: bavaria."
    )


def test_the_faults_of_a_table_are_told_once_and_where_it_stands(folder: Path) -> None:
    edit(folder / "pack.yaml", "industries:\n  - key", TABLES + "  - key")
    edit(folder / "pack.yaml", 'from: "01-02", to: "01-16"', "dates: bavaria")
    edit(folder / "pack.yaml", "[2027-08-02, 2027-09-13]", "[2027-08-02, soon]")
    edit(folder / "pack.yaml", "source: Ministry", "sources: Ministry")
    assert [(fault.line, fault.column) for fault in faults(folder)] == [
        (15, "date_tables.bavaria.sources"),
        (14, "date_tables.bavaria.source"),
        (16, "date_tables.bavaria.dates[1]"),
    ]


def test_sources_and_reason_of_an_industry_are_kept_with_its_calendar(folder: Path) -> None:
    edit(
        folder / "pack.yaml",
        "    rhythm:",
        "    sources: [Survey 2025, Guild of shops]\n    reason: Seen.\n    rhythm:",
    )
    (industry,) = read_pack(folder).industries
    assert industry.contact_calendar.sources == ("Survey 2025", "Guild of shops", "Seen.")


def industries_only(folder: Path) -> Path:
    """The pack without its business and its campaigns."""
    lines = (folder / "pack.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    head, campaigns = lines.index("locales: [en, de]\n"), lines.index("campaigns:\n")
    (folder / "pack.yaml").write_text("".join([lines[0], *lines[head:campaigns]]), encoding="utf-8")
    return folder


def test_a_pack_may_consist_of_industries_only(folder: Path) -> None:
    pack = read_pack(industries_only(folder))
    assert (pack.business, pack.campaigns, pack.texts) == (None, (), {})
    assert [industry.key for industry in pack.industries] == ["shops"]


@pytest.mark.parametrize(
    ("given", "missing"), [("campaigns: []\n", "business"), ("campaigns:\n  - {key: a}\n", "business")]
)
def test_campaigns_need_a_business(folder: Path, given: str, missing: str) -> None:
    path = industries_only(folder) / "pack.yaml"
    path.write_text(path.read_text(encoding="utf-8") + given, encoding="utf-8")
    assert (missing, "the key is missing") in [(fault.column, fault.reason) for fault in faults(folder)]


def test_a_business_says_its_campaigns_lest_all_of_them_stop(folder: Path) -> None:
    path = folder / "pack.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("campaigns:\n")], encoding="utf-8")
    assert said(folder).startswith("pack.yaml, campaigns: the key is missing")


REMEDIES = """\
remedies:
  - key: call-me
    name: {en: Please ring me, de: Rufen Sie mich an}
  - key: money-back
    name: {en: Money back, de: Geld zurück}
bad_answers: [disappointed]
"""


@pytest.fixture
def with_remedies(folder: Path) -> Path:
    """A pack with two remedies, one of them offered in its letter."""
    with (folder / "pack.yaml").open("a", encoding="utf-8") as file:
        file.write(REMEDIES)
    edit(folder / LETTER, ".\n:::", ".\n\n- [Ring me](answer:remedy/call-me)\n:::")
    return folder


def test_remedies_are_read_in_their_order(with_remedies: Path) -> None:
    pack = read_pack(with_remedies)
    assert [remedy.key for remedy in pack.remedies] == ["call-me", "money-back"]
    assert pack.remedies[1].name == {"en": "Money back", "de": "Geld zurück"}
    assert pack.bad_answers == ("disappointed",)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{en: Money back, de: Geld zurück}", "{en: Money back}", "remedies[1].name: 'money-back': the name in de is"),
        (
            ", de: Geld zurück}",
            ", de: Geld zurück, nl: Geld}",
            "remedies[1].name.nl: 'nl': the business does not write",
        ),
        ("key: money-back", "key: call-me", "remedies[1].key: 'call-me': the key stands twice"),
        ("[disappointed]", "[Very bad]", "bad_answers[0]: 'Very bad': it is not written like a key"),
    ],
)
def test_what_is_wrong_with_remedies_is_said(with_remedies: Path, old: str, new: str, expected: str) -> None:
    edit(with_remedies / "pack.yaml", old, new)
    assert expected in said(with_remedies)


def test_a_letter_offers_only_remedies_that_there_are(with_remedies: Path) -> None:
    edit(with_remedies / LETTER, "answer:remedy/call-me", "answer:remedy/a-yacht")
    assert said(with_remedies).startswith(f"{LETTER}: 'answer:remedy/a-yacht': there is no such remedy in the pack.")
