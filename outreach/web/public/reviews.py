"""Where anybody may review us in public: the same links for everyone, whatever they answered.

To offer them to the contented only is a misleading practice (section 5 of the FTC Act and 16 CFR 465.7; Directive
2005/29/EC, annex I, 23c; Digital Markets, Competition and Consumers Act 2024, schedule 20): so no page may ask who
somebody is or what they said before it shows them, and this function takes nothing.
"""

from outreach.db.queries.reviews_of_us import ReviewLink, load_review_links
from outreach.web.current import current_outreach


def review_links() -> list[ReviewLink]:
    """The links of the pack, in its order."""
    with current_outreach().db.raw_transaction() as connection:
        return load_review_links(connection)
