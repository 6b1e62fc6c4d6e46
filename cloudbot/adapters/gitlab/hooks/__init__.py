"""GitLab's webhooks: who sent one (`senders`), what it tells (`tidings`), what becomes of it (`receiver`).

A hook hastens what the next look would bring; nothing depends on it. Reading the settings imports none of this.
"""
