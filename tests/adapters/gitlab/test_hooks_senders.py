"""Who sent a delivery: vectors, another's implementation of the same words, and everything that must not pass."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict
from standardwebhooks import Webhook

from cloudbot.adapters.gitlab.hooks.senders import BadKey, Headers, Proof, Refused, Ring, Senders

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BODY = b'{"object_kind": "pipeline"}'
SIGNING = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()
VECTOR = "v1,1lil4xqp60ZnvVM8gZ/ECsd7cdHxvL3ci+dAfmsOEPY="  # by openssl dgst -sha256 -mac HMAC
SERVER = Proof(None, signed=False)
SIGNED = Proof(None, signed=True)


def sign(secret: str, body: bytes = BODY, *, name: str = "key-1", at: datetime = AT) -> str:
    """Sign as the specification of Standard Webhooks words it, written anew here."""
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    content = name.encode() + b"." + str(int(at.timestamp())).encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def signed(*signatures: str, name: str = "key-1", at: datetime = AT, token: str | None = None) -> Headers:
    fields = {"Webhook-Id": name, "Webhook-Timestamp": str(int(at.timestamp()))}
    more = {} if token is None else {"X-Gitlab-Token": token}
    return CIMultiDict(fields | {"Webhook-Signature": " ".join(signatures)} | more)


def token(secret: str) -> Headers:
    return CIMultiDict({"X-Gitlab-Token": secret})


def senders(*, tokens: tuple[str, ...] = (), signing: tuple[str, ...] = (), **projects: Ring) -> Senders:
    return Senders(Ring.of(tokens, signing), {path.replace("__", "/"): ring for path, ring in projects.items()})


TOKEN = senders(tokens=("new", "old"))
SIGNS = senders(signing=(SIGNING, OTHER))
BOTH = senders(tokens=("new",), signing=(SIGNING,))


@pytest.mark.parametrize("secret", ["new", "old"])
def test_any_of_the_secret_tokens_proves_a_delivery(secret: str) -> None:
    assert TOKEN.prove(token(secret), (BODY,), AT) == (SERVER,)


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        (token("wrong"), Refused(403, "the secret token is not ours")),
        (token("new "), Refused(403, "the secret token is not ours")),
        (token("nouveau\udce9"), Refused(403, "the secret token is not ours")),
        (token(""), Refused(401, "no proof")),
        (CIMultiDict[str](), Refused(401, "no proof")),
    ],
)
def test_a_wrong_secret_token_is_refused_before_the_body_is_read(headers: Headers, refused: Refused) -> None:
    assert (TOKEN.before_body(headers, AT), TOKEN.prove(headers, (BODY,), AT)) == (refused, refused)


def test_a_signature_is_hmac_sha256_over_id_time_and_body() -> None:
    assert sign(SIGNING) == VECTOR
    assert SIGNS.prove(signed(VECTOR), (BODY,), AT) == (SIGNED,)


def test_a_signing_token_that_is_not_base64_is_taken_as_it_is() -> None:
    raw = senders(signing=("plain words",))
    assert raw.prove(signed(sign("plain words")), (BODY,), AT) == (SIGNED,)


def test_another_implementation_signs_what_we_accept() -> None:
    theirs = Webhook(SIGNING).sign(msg_id="key-1", timestamp=AT, data=BODY.decode())
    assert SIGNS.prove(signed(theirs), (BODY,), AT) == (SIGNED,)


def test_another_implementation_accepts_what_the_vector_says() -> None:
    now = datetime.now(UTC)
    headers = {key.lower(): value for key, value in signed(sign(SIGNING, at=now), at=now).items()}
    assert Webhook(SIGNING).verify(BODY, headers) == {"object_kind": "pipeline"}


@pytest.mark.parametrize(
    "signatures",
    [
        (sign(OTHER), sign("whsec_c29tZWJvZHkgZWxzZQ==")),
        ("v2,AAAA", sign(SIGNING)),
        ("v1a,AAAA", "v1", "v1,%%%", "", sign(SIGNING)),
    ],
)
def test_one_good_signature_of_several_is_enough(signatures: tuple[str, ...]) -> None:
    assert SIGNS.prove(signed(*signatures), (BODY,), AT) == (SIGNED,)


@pytest.mark.parametrize(
    "headers",
    [
        signed(sign("whsec_c29tZWJvZHkgZWxzZQ==")),
        signed(sign(SIGNING, BODY[:-1] + b" ")),
        signed(sign(SIGNING), name="key-2"),
        signed(sign(SIGNING), at=AT + timedelta(seconds=1)),
        signed(sign(SIGNING).removeprefix("v1,")),
        signed("v1," + "A" * 40),
        signed(*["v1,AAAA"] * 16, sign(SIGNING)),
        signed(""),
    ],
)
def test_a_signature_of_anything_else_is_refused(headers: Headers) -> None:
    assert SIGNS.prove(headers, (BODY,), AT) == Refused(403, "no signature is ours")


@pytest.mark.parametrize(("seconds", "accepted"), [(-300, True), (300, True), (-301, False), (301, False)])
def test_a_signed_delivery_is_believed_within_five_minutes_either_way(seconds: int, accepted: bool) -> None:  # noqa: FBT001
    then = AT + timedelta(seconds=seconds)
    headers = signed(sign(SIGNING, at=then), at=then)
    late = Refused(403, "signed too long ago, or one of the clocks is wrong")
    assert SIGNS.prove(headers, (BODY,), AT) == ((SIGNED,) if accepted else late)
    assert SIGNS.before_body(headers, AT) == (None if accepted else late)


@pytest.mark.parametrize("said", ["", "soon", "-5", "1e9", "\u0661\u0662", "9" * 400])
def test_a_time_that_is_none_is_refused_before_the_body_is_read(said: str) -> None:
    headers = CIMultiDict({"webhook-id": "a", "webhook-timestamp": said, "webhook-signature": sign(SIGNING)})
    assert SIGNS.before_body(headers, AT) == Refused(403, "signed without webhook-id or webhook-timestamp")


def test_an_id_of_any_bytes_can_be_signed() -> None:
    name = b"key-\xe9".decode(errors="surrogateescape")
    key = bytes(range(32))
    mac = hmac.new(key, b"key-\xe9." + str(int(AT.timestamp())).encode() + b"." + BODY, hashlib.sha256).digest()
    headers = signed("v1," + base64.b64encode(mac).decode(), name=name)
    assert SIGNS.prove(headers, (BODY,), AT) == (SIGNED,)


def test_a_signed_delivery_without_its_id_is_refused() -> None:
    headers = CIMultiDict({"webhook-timestamp": str(int(AT.timestamp())), "webhook-signature": sign(SIGNING)})
    assert SIGNS.before_body(headers, AT) == Refused(403, "signed without webhook-id or webhook-timestamp")


def test_what_was_signed_may_be_the_packed_body_or_the_unpacked_one() -> None:
    packed = b"\x1f\x8bpacked"
    assert SIGNS.prove(signed(sign(SIGNING, packed)), (packed, BODY), AT) == (SIGNED,)
    assert SIGNS.prove(signed(sign(SIGNING)), (packed, BODY), AT) == (SIGNED,)


def test_where_only_a_signing_token_is_held_a_secret_token_proves_nothing() -> None:
    assert SIGNS.prove(token(SIGNING), (BODY,), AT) == Refused(403, "the secret token is not ours")


def test_where_both_are_held_either_form_is_accepted() -> None:
    assert BOTH.prove(token("new"), (BODY,), AT) == (SERVER,)
    assert BOTH.prove(signed(sign(SIGNING)), (BODY,), AT) == (SIGNED,)


def test_a_good_token_does_not_make_up_for_a_bad_signature() -> None:
    headers = signed(sign(OTHER), token="new")
    assert BOTH.prove(headers, (BODY,), AT) == Refused(403, "no signature is ours")


def test_a_signature_is_not_asked_for_where_no_signing_token_is_held() -> None:
    headers = signed("v1,AAAA", token="new")
    assert TOKEN.prove(headers, (BODY,), AT) == (SERVER,)


SCOPED = senders(tokens=("everywhere",), team__images=Ring.of(["ours"], []), team__signed=Ring.of([], [SIGNING]))


@pytest.mark.parametrize(
    ("headers", "covered"),
    [
        (token("ours"), {"team/images"}),
        (token("everywhere"), {"team/images", "team/tools", None}),
        (signed(sign(SIGNING)), {"team/signed"}),
    ],
)
def test_a_secret_speaks_for_its_own_projects_only(headers: Headers, covered: set[str | None]) -> None:
    proofs = SCOPED.prove(headers, (BODY,), AT)
    assert not isinstance(proofs, Refused)
    asked = ("team/images", "team/tools", "team/signed", None)
    assert {path for path in asked if SCOPED.covers(proofs, path)} == covered


def test_paths_ignore_case_as_gitlabs_do() -> None:
    proofs = SCOPED.prove(token("ours"), (BODY,), AT)
    assert not isinstance(proofs, Refused)
    assert SCOPED.covers(proofs, "Team/Images")


@pytest.mark.parametrize(("tokens", "signing"), [([""], []), ([], [""]), ([], ["whsec_"]), ([], ["whsec_no base64"])])
def test_a_secret_that_proves_nothing_is_refused_without_being_shown(tokens: list[str], signing: list[str]) -> None:
    with pytest.raises(BadKey) as bad:
        Ring.of(tokens, signing)
    assert "no base64" not in str(bad.value)


def test_secrets_do_not_show_when_senders_are_printed() -> None:
    shown = repr(senders(tokens=("visible",), signing=(SIGNING,), team__images=Ring.of(["seen"], [])))
    assert [secret for secret in ("visible", "seen", "x00") if secret in shown] == []
