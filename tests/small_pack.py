"""A pack small enough to see whole: one industry, a newsletter and a text, in English and German."""

from pathlib import Path

PACK = """\
pack: small
business:
  name: Hearth
  sender_name: Carys
  sender_email: carys@hearth.example
  reply_to: hello@hearth.example
  postal_address: 1 High Street, Cardiff
  phone: "+44 29 2018 0000"
  website: https://hearth.example
  colour: "#b4451f"
locales: [en, de]
default_locale: en
industries:
  - key: shops
    name: {en: Shops, de: Läden}
    rhythm: {min_gap: 6, target_gap: 14, max_gap: 35}
    calendar:
      hours:
        tue: ["09:00-12:00"]
      seasons:
        - {key: sales, name: Sales, stance: quiet, from: "01-02", to: "01-16", why: Queues.}
campaigns:
  - key: newsletter
    name: Newsletter
    purpose: One letter a month.
    class: relationship
    channel: email
    priority: 50
    rule: issue
    industries: [shops]
    editions:
      - {key: 2026-09, from: 2026-09-01, to: 2026-09-30}
  - key: frost
    name: Frost alert
    purpose: One text before the frost.
    class: care
    channel: sms
    priority: 80
    rule: issue
    editions:
      - {key: first, from: 2026-09-01, to: 2027-02-28}
"""

LETTER = """\
---
subject: {subject}
preheader: A short list.
---
::: value
Hello {{{{ contact.first_name | default("there") }}}},

[Book](https://hearth.example/book "button") or [ask](https://hearth.example/{page}).
:::
"""

TEXT = "---\n---\n{words} https://hearth.example/frost Reply STOP to opt out.\n"


def write_small_pack(folder: Path) -> Path:
    """Writes the pack into `folder` and hands that back."""
    (folder / "editions/newsletter").mkdir(parents=True)
    (folder / "editions/frost").mkdir()
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    letters = {"en": ("Before the frost", "ask"), "de": ("Vor dem Frost", "fragen")}
    for locale, (subject, page) in letters.items():
        written = LETTER.format(subject=subject, page=page)
        (folder / f"editions/newsletter/2026-09.{locale}.md").write_text(written, encoding="utf-8")
    for locale, words in {"en": "Frost tonight.", "de": "Heute Nacht friert es."}.items():
        (folder / f"editions/frost/first.{locale}.md").write_text(TEXT.format(words=words), encoding="utf-8")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replaces `old`, which must stand there once, by `new`."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
