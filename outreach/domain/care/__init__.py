"""Looking after customers beyond sending: habits, dates, due services, cases, stories, loyalty."""
