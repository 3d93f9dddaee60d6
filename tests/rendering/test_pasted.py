"""Words pasted from Word, Google Docs and hostile pages come out as Markdown of ours, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from outreach.domain.errors import BadInput
from outreach.rendering.blocks import check_body, parsed
from outreach.rendering.merge import pieces
from outreach.rendering.pasted import LARGEST_PASTE, Dropped, clean_pasted
from outreach.rendering.written import written_blocks

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml>
<![endif]--><style><!-- p.MsoNormal {margin:0cm; font-family:"Calibri",sans-serif;} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'>
<!--StartFragment-->
<p class=MsoTitle>Winter <span style='mso-spacerun:yes'>  </span>letter<o:p></o:p></p>
<h2><a name="_Toc1"></a>Before the frost<o:p></o:p></h2>
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'>Close</b> the <i>shutters</i> at&nbsp;dusk.<o:p>&nbsp;
</o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-bidi-font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt
"Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>First<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;mso-list:l0 level2 lfo1'><!--[if !supportLists]--><span
style='mso-list:Ignore'>o<span>&nbsp;&nbsp; </span></span><!--[endif]-->Inner</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;
</span></span>Second with <a href="https://hearth.example/a(b)" style="color:blue">a link</a></p>
<p class=MsoNormal>Then:</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span
style='mso-list:Ignore'>1.<span>&nbsp; </span></span>One</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span
style='mso-list:Ignore'>2.<span>&nbsp; </span></span>Two</p>
<table class=MsoTableGrid border=1><tr><td><p>Room</p></td><td><p>Degrees</p></td></tr>
<tr><td>Kitchen</td><td>18</td></tr></table>
<p class=MsoNormal><img width=200 src="data:image/png;base64,iVBORw0KGgo="></p>
<!--EndFragment-->
</body></html>"""

GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-5a1f0c1e-7fff"><h1 dir="ltr"
style="line-height:1.38"><span style="font-size:20pt;font-family:Arial;font-weight:400">Winter letter</span></h1><p
dir="ltr"><span style="font-weight:700;font-style:normal">Close</span><span style="font-weight:400"> the </span><span
style="font-weight:400;font-style:italic;">shutters</span><span style="font-size:11pt"> </span><a
href="https://www.google.com/url?q=https://hearth.example/x?a%3D1&amp;sa=D&amp;source=editors&amp;usg=AO"
style="text-decoration:none;"><span style="color:#1155cc;text-decoration:underline">at dusk</span></a></p><br /><ul
style="margin-top:0"><li
dir="ltr" style="list-style-type:disc" aria-level="1"><p dir="ltr" role="presentation"><span>One
</span></p></li><ul><li dir="ltr" aria-level="2"><p dir="ltr"><span>Inner</span></p></li></ul><li dir="ltr"><p><span>Two
</span></p></li></ul></b><br class="Apple-interchange-newline">"""


def test_words_headings_lists_and_tables_come_out_of_word() -> None:
    assert clean_pasted(WORD).markdown == (
        "# Winter letter\n\n## Before the frost\n\n**Close** the *shutters* at dusk.\n\n"
        "- First\n  - Inner\n- Second with [a link](https://hearth.example/a%28b%29)\n\n"
        "Then:\n\n1. One\n2. Two\n\nRoom · Degrees\n\nKitchen · 18"
    )


def test_what_was_left_out_is_named() -> None:
    assert clean_pasted(WORD).dropped == (Dropped.IMAGE, Dropped.TABLE)
    hostile = '<script>x</script><p><a href="javascript:alert(1)">Click</a> or <a href="#top">up</a></p>'
    assert clean_pasted(hostile) == clean_pasted(hostile)
    assert clean_pasted(hostile).dropped == (Dropped.LINK, Dropped.ACTIVE)
    assert clean_pasted("<p>Plain</p>").dropped == ()


def test_google_docs_bold_that_is_none_is_none_and_its_detours_are_unwrapped() -> None:
    assert clean_pasted(GOOGLE).markdown == (
        "# Winter letter\n\n**Close** the *shutters* [at dusk](https://hearth.example/x?a=1)\n\n- One\n  - Inner\n- Two"
    )


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>Hello<script>alert(1)</script></p>", "Hello"),
        ('<p onclick="x()">Hello</p>', "Hello"),
        ('<a href="javascript:alert(1)">Click</a>', "Click"),
        ('<a href=" java\nscript:alert(1)">Click</a>', "Click"),
        ('<a href="data:text/html,x">Click</a>', "Click"),
        ('<a href="https://x.safelinks.protection.outlook.com/?url=javascript%3Ax&amp;data=1">Click</a>', "Click"),
        (
            '<a href="https://eur.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2F&amp;data=1">Go</a>',
            "[Go](https://a.example/)",
        ),
        ("<style>p{}</style><p>Hello</p><iframe src=x>no</iframe>", "Hello"),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "\\<script>alert(1)\\</script>"),
        ("<p>{{ contact.first_name }} {% if x %} {# no #}</p>", "{\\{ contact.first_name }} {\\% if x %} {\\# no #}"),
        ("<p>{<b></b>{ x }}</p>", "{\\{ x }}"),
        ("<p>::: value</p><p>:::</p>", ":\\:: value\n\n:\\::"),
        ("<p># No heading</p><p>1. No item</p><p>- No item</p>", "\\# No heading\n\n1\\. No item\n\n\\- No item"),
        ("<p>2 * 3 * 4 and snake_case [x](y) `z`</p>", "2 \\* 3 \\* 4 and snake_case \\[x\\](y) \\`z\\`"),
        ("<p>20 + 5 - 3 = 22 (sum)!</p>", "20 + 5 - 3 = 22 (sum)\\!"),
        ("<p>Look!<a href='https://a.example/x'>here</a></p>", "Look\\![here](https://a.example/x)"),
        ("<p>One<br>Two</p>", "One  \nTwo"),
        ("<p><b>Note:</b>text</p>", "Note:text"),
        (
            '<a href="https://a.example/">Out <table><tr><td><a href="https://b.example/">in</a></td></tr></table></a>',
            "[Out in](https://a.example/)",
        ),
        ("<p style='display:none'>Secret</p><p>Seen</p>", "Seen"),
        ("", ""),
    ],
)
def test_a_fragment_comes_out_as_harmless_markdown(html: str, markdown: str) -> None:
    assert clean_pasted(html).markdown == markdown


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("x" * (LARGEST_PASTE + 1), "is larger than 5 MB"),
        ("<p>" + "many words " * 60_000, "says more than a letter may"),
        ("<" * 500_000, "says more than a letter may"),
        ("[" * 300_000, "says more than a letter may"),
        ("<b>" * 100_000 + "deep", "is nested without end"),
        ("<ul><li>" * 20_000 + "deep", "is nested without end"),
    ],
    ids=["large", "long", "signs", "brackets", "bold", "lists"],
)
def test_a_fragment_without_end_is_refused(html: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as refused:
        clean_pasted(html)
    assert refused.value.faults[0].mend == "Paste a part of them."


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<b>" * 900 + "deep", "deep"),
        ("<ul><li>" * 300 + "deep", "deep"),
        ("<!--" * 200_000, ""),
        ('<p style="' + "mso-list:l0 level9;" * 20_000 + '">x</p>', "- x"),
    ],
    ids=["bold", "lists", "comments", "styles"],
)
def test_what_is_nested_too_deep_becomes_words(html: str, markdown: str) -> None:
    assert clean_pasted(html).markdown == markdown


def test_a_picture_of_megabytes_within_the_fragment_costs_nothing_but_itself() -> None:
    html = f'<p>Before</p><img src="data:image/png;base64,{"A" * 4_000_000}"><p>Behind</p>'
    assert clean_pasted(html).markdown == "Before\n\nBehind"


WORDS = st.text(st.sampled_from("ab1 .-+*_`#>[]()!\\{}%:=~&;<|'\"é\u00a0"), max_size=12).map(
    lambda words: words.replace("&", "&amp;").replace("<", "&lt;")
)
TAGS = ["p", "b", "i", "span", "div", "h1", "h4", "ul", "ol", "li", "blockquote", "table", "tr", "td", "font"]
STYLES = ["", ' style="font-weight:700"', ' style="font-style:italic"', ' style="mso-list:l0 level2 lfo1"']
FRAGMENTS = st.recursive(
    WORDS | st.just("<br>"),
    lambda inside: (
        st.builds(
            lambda tag, style, parts: f"<{tag}{style}>{''.join(parts)}</{tag}>",
            st.sampled_from(TAGS),
            st.sampled_from(STYLES),
            st.lists(inside, max_size=4),
        )
        | st.builds(
            lambda url, parts: f'<a href="https://a.example/{url}">{"".join(parts)}</a>',
            st.text(st.sampled_from("ab?=&()_{}: *"), max_size=6).map(lambda words: words.replace("&", "&amp;")),
            st.lists(inside, max_size=2),
        )
    ),
    max_leaves=12,
)


@given(st.lists(FRAGMENTS, max_size=4).map("".join))
def test_what_comes_out_is_stable_and_holds_no_html_no_block_and_no_field(html: str) -> None:
    markdown = clean_pasted(html).markdown
    reader = MarkdownIt("commonmark", {"html": True}).disable("code")
    tokens = reader.parse(markdown)
    kinds = {token.type for token in tokens} | {leaf.type for token in tokens for leaf in token.children or ()}
    assert not kinds & {"html_block", "html_inline", "image", "fence", "code_inline"}
    assert pieces(markdown) in ((markdown,), ())
    assert ":::" not in markdown
    assert len(written_blocks(markdown)) <= 1
    again = clean_pasted(reader.render(markdown)).markdown
    assert again == markdown


def test_a_letter_takes_it_as_it_is() -> None:
    body = f"::: value\n{clean_pasted(WORD).markdown}\n:::\n"
    assert check_body(body, place="letter") == []
    html = parsed(body)[0].parts[0].html
    assert "<h1>Winter letter</h1>" in html
    assert "<li>Inner</li>" in html
