"""The legal clock: when the law expects an answer, what silence then means, and what moves the date.

Pure parts, over dates alone: `months` (counting), `rules` (the law as data), `reckoning` (a date from a rule and
what happened). Around them: `models`, `events` (what people do), `showing` (for screens), `acknowledgement`.
"""
