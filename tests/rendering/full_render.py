"""The slow way to make a mail, as an oracle: every frame rendered and laid out for one recipient by Jinja with the real
values in place, then put together by the standard library's `EmailMessage`. It shares no skeleton, no slots and no
encoding with the product; both use the same frames, the same reader of blocks and the same two layout engines.
"""

import email.policy
import html as markup
import re
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import css_inline
import mrml
from jinja2 import Environment
from markupsafe import Markup, escape

from outreach.domain.content import EditionText, Recipient
from outreach.rendering.blocks import Block, parsed
from outreach.rendering.catalogs import Catalogs
from outreach.rendering.compile import Frames
from outreach.rendering.direction import direction
from outreach.rendering.environment import merge_environment
from outreach.rendering.fields import PRINTED, cleaned
from outreach.rendering.links import HONEYPOT_LINK
from outreach.rendering.merge import Field, pieces
from outreach.rendering.palette import palette
from outreach.rendering.plain import plain_text
from outreach.rendering.renderer import Renderer

#: Stand around the number of a merge field: a word for Markdown, an expression for Jinja. Authors do not write them.
OPENS, CLOSES = "VALUEOF", "ENDVALUE"
_INDENT = re.compile(r"\n\s+")
_HREF = re.compile(r'(<a\b[^>]*?\bhref=")([^"]*)(")')


class FullRender:
    """Renders whole mails of one business, everything anew each time."""

    def __init__(self, renderer: Renderer, root: Path) -> None:
        self.brand, self.tokens = renderer.brand, renderer.tokens
        self.frames = Frames(self.brand, Catalogs(root / "locales"), root / "templates" / "messages", self.tokens)

    def mail(self, text: EditionText, recipient: Recipient, *, now: datetime) -> EmailMessage:
        """The mail that `recipient` gets."""
        values = {name: cleaned(printed(recipient, self.brand, text.locale)) for name, printed in PRINTED.items()}
        subject = cleaned(_said(text.subject, values))
        fields = [piece for piece in pieces(text.body) if isinstance(piece, Field)]
        body = "".join(
            piece if isinstance(piece, str) else f"{OPENS}{fields.index(piece)}{CLOSES}" for piece in pieces(text.body)
        )
        shown = [block for block in parsed(body) if block.only is None or block.only.holds(recipient)]
        printed = [values[one.name] or one.default for one in fields]
        message = EmailMessage(policy=email.policy.SMTP)
        # An encoded word in a value is broken on purpose, so that nobody decodes it: `EmailMessage` does.
        message["Subject"] = subject.replace("=?", "= ?")
        message["From"] = f'"{self.brand.sender_name}" <{self.brand.sender_email}>'
        message["Reply-To"] = self.brand.reply_to
        message["To"] = recipient.address
        message["Date"] = now
        message["List-Unsubscribe"] = f"<{self.tokens.unsubscribe(recipient.touch_id)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["Content-Language"] = text.locale
        message.set_content(self._words(text, recipient, shown, printed))
        preheader = _said(text.preheader, values)
        page = self._page(text, recipient, shown, printed, subject=_said(text.subject, values), preheader=preheader)
        message.add_alternative(page, subtype="html")
        return message

    def _words(self, text: EditionText, recipient: Recipient, blocks: list[Block], printed: list[str]) -> str:
        said = [plain_text([block], lambda url: self._target(text, recipient, url)) or "* * *" for block in blocks]
        return (
            self.frames.environment(text.locale)
            .get_template("frame.txt")
            .render(
                body=_filled("\n\n".join(said), printed, autoescape=False),
                brand=self.brand,
                unsubscribe=self.tokens.unsubscribe(recipient.touch_id),
                choices=self.tokens.choices_at(self.tokens.heads(recipient.touch_id).unsubscribe),
                web_copy=self.tokens.web_copy_at(self.tokens.heads(recipient.touch_id).unsubscribe),
                riders="",
                answers=text.answers,
            )
        )

    def _page(
        self,
        text: EditionText,
        recipient: Recipient,
        blocks: list[Block],
        printed: list[str],
        *,
        subject: str,
        preheader: str,
    ) -> str:
        rtl = direction(text.locale) == "rtl"
        kept: list[str] = []

        def keep(html: str) -> str:
            # The layout engine reads XML; what an author wrote is HTML.
            kept.append(html)
            return f"KEPT{len(kept) - 1}HTML"

        drawn = [
            {
                "kind": block.kind.value,
                "purpose": block.purpose.value,
                "begins": "",
                "ends": "",
                "parts": [
                    {
                        "kind": part.kind.value,
                        "words": keep(_filled(part.html, printed, autoescape=True)),
                        "url": keep(str(escape(part.url))),
                    }
                    for part in block.parts
                ],
            }
            for block in blocks
        ]
        source = (
            self.frames.environment(text.locale)
            .get_template("frame.mjml")
            .render(
                lang=text.locale,
                dir="rtl" if rtl else "ltr",
                start="right" if rtl else "left",
                end="left" if rtl else "right",
                italics=("en", "cy", "es", "fr", "de"),
                title=keep(str(escape(subject))),
                preheader=keep(str(escape(preheader)) + "&#847;&zwnj;&nbsp;" * 40),
                blocks=drawn,
                brand=self.brand,
                palette=palette(self.brand.colour),
                unsubscribe=self.tokens.unsubscribe(recipient.touch_id),
                choices=self.tokens.choices_at(self.tokens.heads(recipient.touch_id).unsubscribe),
                web_copy=self.tokens.web_copy_at(self.tokens.heads(recipient.touch_id).unsubscribe),
                honeypot=self.tokens.click(recipient.touch_id, HONEYPOT_LINK),
                pixel=self.tokens.pixel(recipient.touch_id),
                riders="",
                answers=text.answers,
            )
        )
        laid_out = mrml.to_html(source, render_options=mrml.RenderOptions(fonts={})).content
        page = re.sub(r"KEPT(\d+)HTML", lambda found: kept[int(found[1])], laid_out)
        page = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False).inline(page)

        def tracked(found: re.Match[str]) -> str:
            url = self._target(text, recipient, markup.unescape(found[2]))
            return found[1] + str(escape(url)) + found[3]

        return _HREF.sub(tracked, _INDENT.sub("\n", page))

    def _target(self, text: EditionText, recipient: Recipient, url: str) -> str:
        followed = url in text.link_ids and url.startswith(("http://", "https://", "answer:"))
        return self.tokens.click(recipient.touch_id, text.link_ids[url]) if followed else url


def decoded(page: str) -> str:
    """A page without what writers of HTML may choose freely: how a sign is escaped, and blanks after a line break."""
    return _INDENT.sub("\n", markup.unescape(page.replace("\r\n", "\n"))).rstrip("\n")


def _said(words: str, values: Mapping[str, str]) -> str:
    owners: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        owner, _, attribute = name.partition(".")
        owners.setdefault(owner, {})[attribute] = value
    return merge_environment().from_string(words).render(owners)


def _filled(words: str, printed: list[str], *, autoescape: bool) -> str:
    """`words` with the values in place of their marks, by a Jinja that takes the marks for its own signs."""
    environment = Environment(
        autoescape=autoescape,
        variable_start_string=OPENS,
        variable_end_string=CLOSES,
        block_start_string="<<BLOCK",
        comment_start_string="<<COMMENT",
        keep_trailing_newline=True,
        finalize=lambda number: printed[number],
    )
    return str(Markup(environment.from_string(words).render()))
