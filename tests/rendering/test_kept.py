"""What is kept is bounded."""

from outreach.rendering.kept import Kept


def test_the_one_not_asked_for_the_longest_is_forgotten() -> None:
    kept: Kept[str] = Kept(2)
    kept.put("a", "A")
    kept.put("b", "B")
    assert kept.get("a") == "A"
    kept.put("c", "C")
    assert (kept.get("a"), kept.get("b"), kept.get("c"), len(kept)) == ("A", None, "C", 2)
