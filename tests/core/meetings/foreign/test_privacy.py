"""What people write, and what of it may be published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudbot.core.meetings.logs.privacy import ADDRESS, NUMBER, published

MASKED = {
    "my address is 203.0.113.7 today": f"my address is {ADDRESS} today",
    "ssh 203.0.113.7:2222 works": f"ssh {ADDRESS}:2222 works",
    "from 203.0.113.7, 198.51.100.9.": f"from {ADDRESS}, {ADDRESS}.",
    "(203.0.113.7)": f"({ADDRESS})",
    "ben is 2001:db8:4711::17 at home": f"ben is {ADDRESS} at home",
    "[2001:db8::17]:22": f"[{ADDRESS}]:22",
    "::ffff:203.0.113.7 again": f"::ffff:{ADDRESS} again",
    "at http://203.0.113.7:8080/x and https://[2001:db8::7]/": f"at http://{ADDRESS}:8080/x and https://{ADDRESS}/",
    "ana!~ana@laptop.example.org asks": f"{ADDRESS} asks",
    "ana [n=ana@203.0.113.7] said": f"ana {ADDRESS}] said",
    "it was ~ana@cable.example.net": f"it was {ADDRESS}",
    "is ana@unaffiliated/ana you?": f"is {ADDRESS} you?",
    "c-203-0-113-7.hsd1.example.net fails": f"{ADDRESS} fails",
    "ip-203-0-113-7.compute.example.com too": f"{ADDRESS} too",
    "[off] my phone number is +1 212 555 5309": f"[off] my phone number is {NUMBER}",
    "call 1-888-555-9220, please": f"call {NUMBER}, please",
    "call 1-888-555-9220, Passcode: 871757": f"call {NUMBER}, Passcode: {NUMBER}",
    "+1.617.555.6200 or (617) 555-6200": f"{NUMBER} or {NUMBER}",
    "Zakim sees +1.650.525.aabb": f"Zakim sees {NUMBER}",
    "+49 (30) 1234567": NUMBER,
    "+49 30 123 45 67.": f"{NUMBER}.",
    "tel:+493012345678": f"tel:{NUMBER}",
    "0049 30 1234567": NUMBER,
    "030 12345678 is the office": f"{NUMBER} is the office",
    "0171/1234567": NUMBER,
    "020 7946 0123": NUMBER,
    "01 23 45 67 89": NUMBER,
    "+33 1 23 45 67 89": NUMBER,
    "203-0-113-7-static.example.net": ADDRESS,
    "host-203.0.113.7.dynamic.example.net": ADDRESS,
    "+447911123456": NUMBER,
    "conference code 26632": f"conference code {NUMBER}",
    "PIN: 4711": f"PIN: {NUMBER}",
}

KEPT = [
    "#info 13.1 is out, 12.11 follows",
    "linux 6.1.0.13 and version 1.2.3.4",
    "foo_1.2.3.4-1 and foo-1.2.3.4.tar.gz and v10.2.0.4",
    "1:10.2.0.4-1+deb13u2",
    "cloud-init 25.1.4 is in trixie",
    "chrome 120.0.6099.109",
    "bind to 127.0.0.1 or 0.0.0.0 or ::1",
    "the metadata is at 169.254.169.254",
    "the subnet 10.0.0.0/16 and 2001:db8::/32",
    "mask 255.255.255.0",
    "std::vector and Debian::Package and a:b",
    "meeting at 2026-03-04 19:00:00 +0200",
    "+1 2026-03-04 is fine",
    "+1 for that, -1 for this, +2",
    "on 04/03/2026 and 04.03.2026 and 04-03-2026 and 04 03 2026",
    "+1 2026-03-04 19:00 for me",
    "08/2026 10 of them, by 09-30 10:00",
    "1.2.3.4.5 and foo-1.2.3.4.orig",
    "#1078608 and !123 and CVE-2026-12345678",
    "at epoch 1772640000",
    "20260304T190000Z and 20260304-1542",
    "debian-cloud@lists.debian.org, ana@example.org",
    "https://example.org/2026/03/04-chan-irc#T10-11-12",
    "https://example.org/call/1-888-555-9220?from=203.0.113.7",
    "git@salsa.debian.org:cloud-team/debian-cloud-images.git",
    "ssh://git@salsa.debian.org/cloud-team/x",
    "http://127.0.0.1:8080/",
    "100 %, 3.14, 1000000, 4096 MB",
    "10:00:00 10:00:01",
    "ISBN 978-3-16-148410-0",
    "ami-0123456789abcdef0 in us-east-1",
    "sha 1234567890123456789012345678901234567890",
    "9 am, 10 am - 11 am",
    "debian-13-genericcloud-amd64-20260304-2201.qcow2",
]


@pytest.mark.parametrize(("written", "may_stand"), MASKED.items(), ids=list(MASKED))
def test_addresses_and_telephone_numbers_are_masked(written: str, may_stand: str) -> None:
    assert published(written) == may_stand


@pytest.mark.parametrize("written", KEPT)
def test_links_versions_dates_and_numbers_of_bugs_stay(written: str) -> None:
    assert published(written) == written


HOSTILE = ["-a", "1-", "+1", "0 1", "a!", "a@", "1.", ":", "a:", "(1", "+", "http://", "[", "1.1.1.1-a", "a.a", "00 1"]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("before", ["", "1-2-3-4", "+1", "a!b@"])
def test_a_long_text_that_nearly_is_an_address_comes_to_an_end(piece: str, before: str) -> None:
    text = before + piece * 4_000 + "é"
    assert len(published(text)) <= len(text) * len(ADDRESS)


@given(st.text(alphabet="0123456789 .:+-/()@!ab~#[]", max_size=80))
def test_what_is_masked_stays_as_it_is(written: str) -> None:
    assert published(published(written)) == published(written)


@given(st.tuples(*[st.integers(0, 255)] * 4).filter(lambda parts: parts[0] not in {0, 127, 169, 255}))
def test_no_address_of_a_machine_stays(parts: tuple[int, int, int, int]) -> None:
    address = ".".join(map(str, parts))
    assert published(f"ben is at {address} today") == f"ben is at {ADDRESS} today"


@given(st.integers(1, 99), st.lists(st.integers(10, 9999), min_size=3, max_size=4), st.sampled_from(" .-"))
def test_no_international_number_stays(country: int, groups: list[int], between: str) -> None:
    number = between.join((f"+{country}", *map(str, groups)))
    digits = sum(character.isdigit() for character in number)
    assert (published(f"call {number} now") == f"call {NUMBER} now") == (digits >= 8)
