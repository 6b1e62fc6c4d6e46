"""Small teams: people, organisations, providers, declarations, acts and rules, as the files a team would write."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cloudbot.core.records.loading import load
from cloudbot.core.records.tree import Tree, View
from tests.core.records.trees import TODAY, example

if TYPE_CHECKING:
    from collections.abc import Mapping

Files = dict[str, str]


def tree_of(files: Mapping[str, str]) -> Tree:
    tree, found = load({path: text.encode() for path, text in files.items()}, {})
    assert [str(one) for one in found] == []
    return tree


def view_of(files: Mapping[str, str], day: str) -> View:
    on = date.fromisoformat(day)
    return View(tree_of(files), on, max(on, TODAY))


def team_of_the_example(day: str, more: Mapping[str, str] | None = None) -> View:
    """Return the example team on a day, with more files or others in the place of some."""
    files = {path: content.decode() for path, content in example().items() if path.endswith(".toml")}
    return view_of(files | dict(more or {}), day)


def edge(key: str, *ends: tuple[str, str, str]) -> str:
    """Write `parents` or `contracts_for`; an empty day is an open end."""
    tables = [f'{{ org = "{org}"{span(since, until)} }}' for org, since, until in ends]
    return f"{key} = [{', '.join(tables)}]\n"


def span(since: str, until: str) -> str:
    return (f", from = {since}" if since else "") + (f", to = {until}" if until else "")


def org(name: str, more: str = "") -> Files:
    head = f'schema = "cloudbot/org/1"\nid = "{name}"\nname = "{name.title()} Ltd"\nkind = "company"\n'
    return {f"orgs/{name}.toml": head + more}


def provider(name: str, *operators: tuple[str, str, str]) -> Files:
    head = f'schema = "cloudbot/provider/1"\nid = "{name}"\nname = "{name.title()} Cloud"\nfamily = "openstack"\n'
    return {f"providers/{name}.toml": head + edge("operators", *operators) + '[delivery]\nmode = "none"\n'}


def person(name: str, *affiliations: tuple[str, str, str, str], share: str = "main") -> Files:
    """Return somebody with affiliations: organisation, kind, first day, first day after."""
    text = f'schema = "cloudbot/person/1"\nid = "{name}"\nname = "{name.title()} Doe"\n[debian]\nstatus = "dd"\n'
    for at, kind, since, until in affiliations:
        days = span(since, until).replace(", ", "\n")
        text += f'[[affiliations]]\norg = "{at}"\nkind = "{kind}"\nshare = "{share}"{days}\n'
    return {f"people/{name}.toml": text}


def declaration(name: str, day: str, interests: str = "", more: str = "") -> Files:
    """Return a declaration; without interests, that there are none."""
    head = f'schema = "cloudbot/declaration/1"\nid = "{name}-{day}"\nperson = "{name}"\ndate = {day}\nby = "self"\n'
    return {f"declarations/{name}-{day}.toml": head + more + (interests or "none = true\n")}


def interest(subject: str, kind: str = "employment", days: str = "") -> str:
    return f'[[interests]]\nkind = "{kind}"\nsubject = {{ {subject} }}\n{days}'


def appointed(*people: str, day: str = "2019-01-01", name: str = "a1") -> Files:
    members = ", ".join(f'"{one}"' for one in sorted(people))
    text = (
        f'schema = "cloudbot/delegation-act/1"\nid = "{name}"\nteam = "cloud"\nact = "appoint"\nauthority = "dpl"\n'
        f'issued = {day}\neffective = {day}\nmembers = [{members}]\nreplaces = "all"\nevidence.msgid = "<a@b.c>"\n'
    )
    return {f"delegations/{name}.toml": text}


def rule(*versions: str) -> Files:
    head = 'schema = "cloudbot/policy-coi/1"\n'
    return {"policy/coi.toml": head + "".join(f"[[versions]]\n{text}" for text in versions)}


ONE_EACH = 'v = 2\nscope = "delegates"\nform = "max_count"\nmax = 1\ninterests = ["employment", "contract"]\n'
NOBODY = (
    'v = 1\nscope = "delegates"\nform = "forbid"\n'
    'interests = ["employment", "contract", "ownership", "other_commercial"]\n'
)


def decision(topics: str, more: str = "", *, title: str = "The question", opened: str = "2019-06-03") -> Files:
    text = (
        f'schema = "cloudbot/decision/1"\nid = "D-2019-001"\ntitle = "{title}"\nclass = "standard"\n'
        f'proposer = "zoe"\nopened = {opened}T12:00:00Z\ndeadline = 2019-06-24T12:00:00Z\n'
        f'announced = [{{ venue = "list", msgid = "<a@example.org>", at = {opened}T12:00:00Z }}]\n{more}'
    )
    text += "" if "state =" in more else 'state = "open"\n'
    return {"decisions/2019/D-2019-001.toml": text + f"[topics]\n{topics}"} | person("zoe")


def support(*people: str) -> str:
    tables = [f'{{ person = "{one}", at = 2019-06-04T12:00:00Z }}' for one in people]
    return f"support = [{', '.join(tables)}]\n"
