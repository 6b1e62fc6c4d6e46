"""The records: small TOML files in git that people write and a program checks. Pure: bytes by path in, findings out.

`checking` checks a tree, `operations` says what can be changed, `applying` changes it, `state` is what the bot knows.
Nothing is imported here: the models of the kinds are heavy, and a bot without records never loads them.
"""
