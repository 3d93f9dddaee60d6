"""What contacts receive: Jinja2, Babel, MJML, Markdown. No database, no network, no clock.

merge      the merge fields of authors, by an allow-list over Jinja's own syntax
fields     what a merge field prints for one recipient
blocks     Markdown bodies as blocks with a purpose
plain      blocks as plain words
slots      text with holes, split once and joined per message
compile    an edition in one locale as a skeleton: layout, language and MIME encoding done once
mime       quoted-printable and header values
email sms  a skeleton filled for one recipient
links      the tokens in our links
catalogs   gettext
renderer   all of it behind one object
"""
