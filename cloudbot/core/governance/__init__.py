"""Who is bound to whom on a day, who may be a delegate, who steps back: reckoned from dated records, never stored.

It asks and answers; what is wrong with a change, and what a person is told, is decided elsewhere.
"""
