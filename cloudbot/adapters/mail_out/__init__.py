"""Mail out: see `smtp.SmtpMailer`. Reading the settings does not import smtplib: a bot without mail does without it."""

from typing import TYPE_CHECKING

from cloudbot.adapters.mail_out.settings import Settings

if TYPE_CHECKING:
    from cloudbot.adapters.mail_out.smtp import SmtpMailer, compose

__all__ = ["Settings", "SmtpMailer", "compose"]


def __getattr__(name: str) -> object:
    """Import what sends when it is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from cloudbot.adapters.mail_out import smtp  # noqa: PLC0415 - see above

    return getattr(smtp, name)
