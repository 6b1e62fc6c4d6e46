"""Which lanes an installation has, and how each delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudbot.adapters import mail_out
from cloudbot.adapters.paper import Paper
from cloudbot.adapters.site import Site
from cloudbot.core.speech import Venue
from cloudbot.runtime.delivery import by_gitlab, by_irc, by_mail, by_names, by_paper, by_site
from cloudbot.runtime.lanes import GITLAB_POLICY, IRC_POLICY, MAIL_POLICY, NAMES_POLICY, PAPER_POLICY, SITE_POLICY
from cloudbot.runtime.posting import MAIL, NAMES, PAPER, SITE, Operator, gitlab_lane, irc_lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from cloudbot.adapters.gitlab import GitLab
    from cloudbot.adapters.irc.network import Network
    from cloudbot.config import Installation, Secrets
    from cloudbot.runtime.delivery import Deliver, Spoken
    from cloudbot.runtime.lanes import Policy

WOULD_SAY_FILE = "would-say.txt"


def operator_of(chosen: Installation) -> Operator:
    """Return how the operator of an installation is told."""
    network, _, nick = chosen.operator.query.partition("/")
    return Operator(mail=chosen.operator.mail, query=Venue(network, nick) if nick else None)


def deliveries(
    chosen: Installation,
    chats: Mapping[str, Network],
    secrets: Secrets,
    spoken: Spoken,
) -> list[tuple[str, Policy, Deliver]]:
    """List the lanes of this installation."""
    lanes = [(irc_lane(name), IRC_POLICY, by_irc(name, chat, spoken)) for name, chat in chats.items()]
    lanes.append((PAPER, PAPER_POLICY, by_paper(Paper(chosen.state.directory / WOULD_SAY_FILE))))
    lanes.append((SITE, SITE_POLICY, by_site(Site(chosen.site_folder).write)))
    if chosen.mail is not None:
        lanes.append((MAIL, MAIL_POLICY, by_mail(chosen.mail, mail_out.SmtpMailer(chosen.mail, secrets))))
    if chosen.records is not None:
        lanes.append((NAMES, NAMES_POLICY, by_names()))
    return lanes


def commenting(chosen: Installation) -> dict[str, str]:
    """Return the lanes of the GitLab servers that we have a token for, by the addresses of those."""
    return {one.url: gitlab_lane(one.name) for one in chosen.gitlab.values() if one.token_credential is not None}


def acts(forges: Iterable[GitLab], clock: Callable[[], datetime]) -> Iterator[tuple[str, Policy, Deliver]]:
    """List the lanes of what is done on the forges: what people order, and comments on changes of the records."""
    for forge in forges:
        yield gitlab_lane(forge.name), GITLAB_POLICY, by_gitlab(forge, clock)
