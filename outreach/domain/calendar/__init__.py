"""Contact calendars: when the people of an industry are busy, and when they are open to help.

`edges` resolves the days on which seasons begin and end (fixed days, Easter, Black Friday, nth weekdays), `season`
holds stances and seasons, `hours` the weekly hours, `public_holidays` the days a whole country rests,
`contact_calendar` puts them together and answers "what stance is this day", `windows` "when is the next opening".
"""
