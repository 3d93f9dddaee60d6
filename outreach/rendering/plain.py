"""Blocks as plain words, for the text part of a mail: nothing is lost but the looks."""

from collections.abc import Callable, Sequence

from markdown_it.tree import SyntaxTreeNode

from outreach.rendering.blocks import Block

Target = Callable[[str], str]
"""What to print for the address of a link."""

_BREAKS = ("text", "softbreak", "hardbreak")


def plain_text(blocks: Sequence[Block], target: Target) -> str:
    """The words of `blocks`; a link is its label followed by `target(address)`."""
    return "\n\n".join(_nodes(block.nodes, target) for block in blocks)


def _nodes(nodes: Sequence[SyntaxTreeNode], target: Target) -> str:
    return "\n\n".join(filter(None, (_node(node, target) for node in nodes)))


def _node(node: SyntaxTreeNode, target: Target) -> str:
    match node.type:
        case "bullet_list" | "ordered_list":
            return "\n".join(_item(node, index, target) for index in range(len(node.children)))
        case "blockquote":
            return _prefixed(_nodes(node.children, target), "> ", "> ")
        case "fence":
            return node.content.rstrip("\n")
        case "hr":
            return "* * *"
        case _:
            inside = [leaf for child in node.children for leaf in child.children]
            links = [leaf for leaf in inside if leaf.type == "link"]
            # Links alone in a paragraph are buttons: a line each.
            if links and all(leaf in links or (leaf.type in _BREAKS and not leaf.content.strip()) for leaf in inside):
                return "\n".join(_inline(leaf, target) for leaf in links)
            return "".join(_inline(leaf, target) for leaf in inside)


def _item(node: SyntaxTreeNode, index: int, target: Target) -> str:
    start = int(node.attrs.get("start", 1))
    bullet = "- " if node.type == "bullet_list" else f"{start + index}. "
    return _prefixed(_nodes(node.children[index].children, target), bullet, " " * len(bullet))


def _prefixed(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", "\n" + rest)


def _inline(node: SyntaxTreeNode, target: Target) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image":
            return f"[{node.content}]"
        case "link":
            label = "".join(_inline(child, target) for child in node.children)
            url = str(node.attrs["href"])
            return target(url) if label in (url, url.removeprefix("mailto:")) else f"{label}: {target(url)}"
        case _:
            return "".join(_inline(child, target) for child in node.children)
