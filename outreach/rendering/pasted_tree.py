"""Says with plain tags what the styles of a pasted fragment say: Word's lists, Google's bold, everybody's tables."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement
from markdown_it.common.normalize_url import normalizeLink

BLOCKS = ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote")
"""Tags that begin on a line of their own."""
LISTS = ("ul", "ol")
"""Tags that hold items."""
STYLED = ("span", "font")
"""Tags that say nothing but what their style says."""

_EMPHASIS = {"b": "strong", "strong": "strong", "i": "em", "em": "em"}
_BOLD = re.compile(r"font-weight: ?(?:bold|bolder|[6-9]00)")
_NOT_BOLD = re.compile(r"font-weight: ?(?:normal|lighter|[1-5]00)")
_SLANTED = re.compile(r"font-style: ?(?:italic|oblique)")
_NOT_SLANTED = re.compile(r"font-style: ?normal")
_HIDDEN = re.compile(r"display: ?none")
_WORDS_LIST = re.compile(r"mso-list: ?\w+ level(\d)")
_WORDS_BULLET = re.compile(r"mso-list: ?ignore", re.IGNORECASE)
#: What stands before an item where Word did not mark it, and whether it counts.
_BULLET = re.compile(r"^\s*(?:[·•§▪◦‣o\uf000-\uf0ff-]|\(?(?P<counts>\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s+")
#: An unbreakable space belongs before these signs in French and before units; everywhere else a program put it there.
_LOOSE = re.compile(r"(?<!«)\u00a0(?![:;!?%»€£$°])")
#: Ends of an address that would end a link before its time.
_IN_URL = str.maketrans({mark: f"%{ord(mark):02X}" for mark in ' ()<>{}\\"\n|^`'})


def in_plain_tags(tree: BeautifulSoup) -> bool:
    """Rewrites `tree` in place to p, h1-h3, lists, blockquote, strong, em, a and br; whether addresses were dropped."""
    for picture in tree.find_all("img"):
        picture.decompose()
    for hidden in [tag for tag in tree.find_all(style=_HIDDEN) if not tag.decomposed]:
        hidden.decompose()
    _flatten_tables(tree)
    _name_headings(tree)
    _gather_lists(tree)
    _say_emphasis(tree)
    lost = _tidy_links(tree)
    _put_items_in_order(tree)
    for tag in tree.find_all(True):
        tag.attrs = {"href": tag["href"]} if tag.name == "a" else {}
    for tag in tree.find_all("div"):
        tag.name = "p"
    _lift_blocks(tree)
    tree.smooth()
    for words in list(tree.find_all(string=True)):
        words.replace_with(NavigableString(re.sub(r"[ \t\r\n]+", " ", _LOOSE.sub(" ", words))))
    _drop_empty(tree)
    return lost


def _flatten_tables(tree: BeautifulSoup) -> None:
    """A line for each row; tables within tables, the inner ones first."""
    for table in reversed(tree.find_all("table")):
        for row in table.find_all("tr"):
            line = tree.new_tag("p")
            for cell in row.find_all(["td", "th"]):
                words = " ".join(cell.get_text(" ").split())
                if words:
                    line.append(NavigableString(f" · {words}" if line.contents else words))
            table.insert_before(line)
        table.decompose()
    for stray in tree.find_all(["tr", "td", "th"]):
        stray.unwrap()


def _name_headings(tree: BeautifulSoup) -> None:
    for title in tree.find_all("p", class_=re.compile("^Mso(?:Title|Heading)")):
        title.name = "h1"
    for heading in tree.find_all(["h4", "h5", "h6"]):
        heading.name = "h3"


def _gather_lists(tree: BeautifulSoup) -> None:
    """Word's paragraphs that look like items become items of real lists."""
    for item in [tag for tag in tree.find_all("p") if _level(tag)]:
        level, counts = _level(item), _takes_bullet_off(item)
        before = item.find_previous_sibling()
        item.name, item.attrs = "li", {}
        if before is not None and before.get("data-gathered") and not _words_between(before, item):
            holder = _at_level(tree, before, level, counts)
            holder.append(item.extract())
        else:
            holder = tree.new_tag("ol" if counts else "ul", attrs={"data-gathered": "yes"})
            item.insert_before(holder)
            holder.append(item.extract())


def _level(paragraph: Tag) -> int:
    """How deep an item of Word's is, from 1; 0 for a paragraph that is none."""
    style, kinds = str(paragraph.get("style", "")), str(paragraph.get("class", ""))
    found = _WORDS_LIST.search(style)
    if found:
        return int(found[1])
    return 1 if "MsoListParagraph" in kinds and _BULLET.match(paragraph.get_text()) else 0


def _takes_bullet_off(item: Tag) -> bool:
    """Whether the item was counted; its number or bullet goes."""
    marks = item.find_all("span", style=_WORDS_BULLET)
    if marks:
        shown = "".join(mark.get_text() for mark in marks) + " "
        for mark in marks:
            if not mark.decomposed:
                mark.decompose()
        found = _BULLET.match(shown)
        return bool(found and found["counts"] and found[0].strip() != "o")
    found = _BULLET.match(item.get_text())
    left = len(found[0]) if found else 0
    for words in list(item.find_all(string=True)):
        if left <= 0:
            break
        taken = min(left, len(words))
        words.replace_with(NavigableString(words[taken:]))
        left -= taken
    return bool(found and found["counts"])


def _words_between(before: Tag, item: Tag) -> bool:
    between = before.next_sibling
    while between is not None and between is not item:
        if isinstance(between, NavigableString) and between.strip():
            return True
        between = between.next_sibling
    return False


def _at_level(tree: BeautifulSoup, outermost: Tag, level: int, counts: bool) -> Tag:
    """The list for an item of `level` behind all items of `outermost`."""
    holder = outermost
    for _deeper in range(level - 1):
        last = holder.find_all("li", recursive=False)[-1]
        inner = last.find_all(LISTS, recursive=False)
        if not inner:
            new = tree.new_tag("ol" if counts else "ul")
            last.append(new)
            return new
        holder = inner[-1]
    return holder


def _say_emphasis(tree: BeautifulSoup) -> None:
    for tag in tree.find_all([*STYLED, *_EMPHASIS]):
        style = str(tag.get("style", ""))
        kinds = [_EMPHASIS[tag.name]] if tag.name in _EMPHASIS else []
        if _BOLD.search(style):
            kinds.append("strong")
        if _SLANTED.search(style):
            kinds.append("em")
        if _NOT_BOLD.search(style):
            kinds = [kind for kind in kinds if kind != "strong"]
        if _NOT_SLANTED.search(style):
            kinds = [kind for kind in kinds if kind != "em"]
        for kind in dict.fromkeys(kinds):
            tag.wrap(tree.new_tag(kind))
        tag.unwrap()
    for tag in tree.find_all(["strong", "em"]):
        inside_heading = tag.find_parent(["h1", "h2", "h3"]) is not None
        if inside_heading or tag.find_parent(tag.name) or tag.find([*BLOCKS, *LISTS]):
            tag.unwrap()
    for tag in tree.find_all(["strong", "em"]):
        following = tag.next_sibling
        while isinstance(following, Tag) and following.name == tag.name:
            tag.extend(list(following.contents))
            following.decompose()
            following = tag.next_sibling


def _tidy_links(tree: BeautifulSoup) -> bool:
    """Whether an address was dropped."""
    lost = False
    for link in tree.find_all("a"):
        if link.parent is None:
            # It stood within another one, which took its words.
            continue
        address = _address(str(link.get("href", "")))
        # Word's bookmarks have a name and lead nowhere.
        lost |= not address and not link.get("name")
        for inside in link.find_all(True):
            if inside.name not in ("strong", "em"):
                inside.replace_with(" ") if inside.name == "br" else inside.unwrap()
        if address and link.get_text().strip():
            link["href"] = address
        else:
            link.unwrap()
    return lost


def _address(href: str) -> str:
    """`href` without the detour that a program led it; "" if it leads nowhere."""
    for _detour in range(3):
        try:
            parts = urlsplit(href.strip())
            host = parts.hostname or ""
        except ValueError:
            return ""
        asked = parse_qs(parts.query)
        if re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host) and parts.path == "/url":
            target = asked.get("q", asked.get("url", [""]))[0]
        elif host.endswith(".safelinks.protection.outlook.com"):
            target = asked.get("url", [""])[0]
        else:
            break
        href = target
    if parts.scheme not in ("http", "https", "mailto", "tel") or not (host or parts.path):
        return ""
    address = normalizeLink(href.strip()).translate(_IN_URL).replace(":::", "%3A%3A%3A")
    return re.sub(r"&(#?\w+);", r"&\1%3B", address)


def _put_items_in_order(tree: BeautifulSoup) -> None:
    """Google puts a list beside the item it belongs to; items outside of any list become paragraphs."""
    for holder in tree.find_all(LISTS):
        if holder.parent is not None and holder.parent.name in LISTS:
            before = holder.find_previous_sibling("li")
            before.append(holder.extract()) if before else holder.unwrap()
    for holder in tree.find_all(LISTS):
        for child in list(holder.children):
            if isinstance(child, NavigableString):
                child.wrap(tree.new_tag("li")) if child.strip() else child.extract()
            elif isinstance(child, Tag) and child.name != "li":
                child.wrap(tree.new_tag("li"))
    for item in tree.find_all("li"):
        if item.parent is None or item.parent.name not in LISTS:
            item.name = "p"


def _lift_blocks(tree: BeautifulSoup) -> None:
    """Paragraphs within paragraphs, headings and items become lines of them."""
    for tag in tree.find_all(["p", "h1", "h2", "h3", "blockquote"]):
        outer = tag.find_parent(["li", "h1", "h2", "h3"])
        if outer is not None:
            _on_its_line(tree, tag)
    for tag in tree.find_all("p"):
        if tag.find([*BLOCKS, *LISTS]):
            tag.unwrap()
    for heading in tree.find_all(["h1", "h2", "h3"]):
        for inside in heading.find_all([*LISTS, "li", "br"]):
            inside.replace_with(" ") if inside.name == "br" else inside.unwrap()


def _on_its_line(tree: BeautifulSoup, tag: Tag) -> None:
    before = [one for one in tag.previous_siblings if not isinstance(one, NavigableString) or one.strip()]
    if before and not (isinstance(before[0], Tag) and before[0].name in LISTS):
        tag.insert_before(tree.new_tag("br"))
    tag.unwrap()


def _drop_empty(tree: BeautifulSoup) -> None:
    for tag in reversed(tree.find_all(True)):
        if tag.name != "br" and not tag.get_text().strip():
            tag.replace_with(tag.get_text()) if tag.name in ("a", "strong", "em") else tag.decompose()
    for line in list(_useless_breaks(tree)):
        line.decompose()
    tree.smooth()
    for line in tree.find_all("br"):
        before, behind = line.previous_sibling, line.next_sibling
        if isinstance(before, NavigableString):
            before.replace_with(NavigableString(before.rstrip()))
        if isinstance(behind, NavigableString):
            behind.replace_with(NavigableString(behind.lstrip()))


def _useless_breaks(tree: BeautifulSoup) -> Iterator[Tag]:
    """Line ends with nothing before or behind them in their block."""
    for line in list(tree.find_all("br")):
        behind = line.next_sibling
        while isinstance(behind, NavigableString) and not behind.strip():
            behind = behind.next_sibling
        before = line.previous_sibling
        while isinstance(before, NavigableString) and not before.strip():
            before = before.previous_sibling
        if _ends_line(before) or _ends_line(behind):
            yield line


def _ends_line(neighbour: PageElement | None) -> bool:
    return neighbour is None or (isinstance(neighbour, Tag) and neighbour.name in (*BLOCKS, *LISTS, "br"))
