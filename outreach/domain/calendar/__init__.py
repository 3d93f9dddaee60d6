"""Contact calendars: when the people of an industry are busy, and when they are open to help.

`edges` resolves the days on which seasons begin and end (fixed days, nth weekdays, and `named_days` like Easter or
Ramadan), `date_tables` holds dates that follow no rule, `season` stances and seasons, `hours` the weekly hours,
`public_holidays` the days a whole country or region (`places`) rests. `contact_calendar` puts them together and answers
"what stance is this day", `windows` "when is the next opening", `warnings` "what can this calendar never do".
"""
