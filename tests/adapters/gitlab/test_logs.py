"""Which line of a log says what went wrong; which try of a job counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.adapters.gitlab.convert import is_bot, reason_of
from cloudbot.adapters.gitlab.jobs import latest_tries
from cloudbot.adapters.gitlab.logs import LONGEST, first_error
from cloudbot.core.forge import Job

START = "section_start:1795347600:prepare_executor\r\x1b[0K"
END = "section_end:1795347600:prepare_executor\r\x1b[0K"
TRAILER = "\x1b[31;1mERROR: Job failed: exit code 1\x1b[0;m"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], ""),
        (["all is well"], ""),
        ([TRAILER], "ERROR: Job failed: exit code 1"),
        (["E: Unable to locate package foo", TRAILER], "E: Unable to locate package foo"),
        (["\x1b[31mE: coloured\x1b[0m", TRAILER], "E: coloured"),
        ([f"{START}fatal: could not read from remote", TRAILER], "fatal: could not read from remote"),
        ([f"{START}{END}error: in a section", TRAILER], "error: in a section"),
        (["make: *** [Makefile:2: all] Error 2", "cc: error: no input files"], "cc: error: no input files"),
        (["error: first", "error: second"], "error: first"),
        (["1 test failed", "dd: writing: No space left on device", "error: x"], "dd: writing: No space left on device"),
        (["tests/test_a.py::test_b FAILED", TRAILER], "tests/test_a.py::test_b FAILED"),
        (["Traceback (most recent call last):", "ValueError: bad", TRAILER], "ValueError: bad"),
        (["E   subprocess.CalledProcessError: no", "KeyError: 'x'"], "E   subprocess.CalledProcessError: no"),
        (["10%\r50%\rerror: after a progress bar", TRAILER], "error: after a progress bar"),
        (["2026-11-20T10:00:00.000000Z 01O error: stamped", TRAILER], "error: stamped"),
        (["2026-11-20T10:00:00.000000Z 01E+error: continued", TRAILER], "error: continued"),
        (
            ["WARNING: Failed to extract cache", "Cleaning up project directory", TRAILER],
            "ERROR: Job failed: exit code 1",
        ),
        (["ERROR: Job failed (system failure): no such host"], "ERROR: Job failed (system failure): no such host"),
        (
            ["fatal: cannot read https://bot:hunter2@git.example.org/a"],
            "fatal: cannot read https://[...]@git.example.org/a",
        ),
        (["error: refused glpat-0123456789abcdef"], "error: refused [...]"),
        (["errors were none", "mirrors are fine"], ""),
        (["error: " + "x" * 500], ("error: " + "x" * 500)[:LONGEST]),
        (["error: bidi \u202e and \x07 bell"], "error: bidi  and  bell"),
    ],
)
def test_the_most_telling_line_is_found(lines: list[str], expected: str) -> None:
    assert first_error("\n".join(lines)) == expected


@given(st.text())
def test_whatever_a_log_holds_its_error_is_one_short_clean_line(text: str) -> None:
    told = first_error(text)
    assert (len(told) <= LONGEST, len(told.splitlines()) <= 1, "\x1b" in told) == (True, True, False)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["failed", "success", "canceled"])), max_size=20))
def test_of_many_tries_the_last_of_each_name_is_shown_and_the_failed_ones_before_it_are_counted(
    made: list[tuple[str, str]],
) -> None:
    tries = [Job(id=number, name=name, stage="s", status=status) for number, (name, status) in enumerate(made)]
    expected = {
        name: (max(one.id for one in same), sum(one.status == "failed" for one in same[:-1]))
        for name in {name for name, _ in made}
        for same in [[one for one in tries if one.name == name]]
    }
    assert {one.name: (one.id, one.failed_tries) for one in latest_tries(reversed(tries))} == expected


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("There has been a script failure. Check the job log for more information", "script_failure"),
        ("There has been a runner system failure, please try again", "runner_system_failure"),
        ("The job was stuck", None),
        ("", None),
    ],
)
def test_a_sentence_of_graphql_is_a_code_of_rest_where_it_holds_its_words(sentence: str, code: str | None) -> None:
    assert reason_of(sentence) == code


@pytest.mark.parametrize(
    ("name", "marked", "bot"),
    [
        ("project_123_bot", False, True),
        ("project_123_bot2", False, True),
        ("project_123_bot_9a8b7c", False, True),
        ("group_7_bot_9a8b7c", False, True),
        ("dev03", False, False),
        ("dev03", True, True),
        ("project_leader", False, False),
        ("my_project_1_bot", False, False),
    ],
)
def test_who_is_a_bot(name: str, *, marked: bool, bot: bool) -> None:
    assert is_bot(name, marked=marked) is bot
