"""Access: each way to say who we are, fresh when it must be, and silent about the secret."""

from __future__ import annotations

import base64
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest

from connectors.connector import SourceRefusedError, SourceUnavailableError
from connectors.web.access import Basic, Fixed, Granted, Open, Signed
from connectors.web.secret import Secret

KEY = "of-these-tests-alone-and-long-enough-to-sign-with"
HELD = Secret(variable="UITKOMST_SECRET_SURVEY", value=KEY)
ABSENT = Secret(variable="UITKOMST_SECRET_SURVEY")


class Clock:
    def __init__(self, now=1_780_000_000.75):
        self.now = now

    def __call__(self):
        return self.now


def test_an_open_source_is_told_nothing():
    assert Open().headers() == {}
    assert not Open().renews


def test_a_fixed_token_goes_along_as_it_is():
    assert Fixed(secret=HELD, prefix="Token ").headers() == {"Authorization": f"Token {KEY}"}
    assert Fixed(secret=HELD, name="X-Key").headers() == {"X-Key": KEY}
    assert not Fixed(secret=HELD).renews


@pytest.mark.parametrize("user", ["ann", "ánn", ""])
def test_a_user_and_a_password_go_along_in_base_64(user):
    (name, told), *_ = Basic(user=user, secret=Secret(variable="X", value="pa:ss €")).headers().items()
    assert name == "Authorization"
    assert base64.b64decode(told.removeprefix("Basic ")).decode() == f"{user}:pa:ss €"
    assert not Basic(user=user, secret=HELD).renews


@pytest.mark.parametrize(
    "access", [Fixed(secret=ABSENT), Basic(user="a", secret=ABSENT), Signed(secret=ABSENT, claims={})]
)
def test_a_secret_that_nobody_set_is_told_by_the_name_of_its_variable(access):
    with pytest.raises(
        SourceRefusedError, match=r"Set UITKOMST_SECRET_SURVEY in the env.*or UITKOMST_SECRET_SURVEY_FILE"
    ):
        access.headers()


def test_an_empty_secret_is_none():
    with pytest.raises(SourceRefusedError, match="there is no secret"):
        Secret(variable="X", value="").told()


def test_a_secret_written_down_shows_its_variable_and_not_its_value():
    assert repr(HELD) == "Secret(variable='UITKOMST_SECRET_SURVEY')"
    assert KEY not in f"{HELD} {HELD!r} {[HELD]} {Fixed(secret=HELD)} {Basic(user='a', secret=HELD)}"


# --- signed ---------------------------------------------------------------------------------------------------------


def claims_of(headers, key=KEY):
    token = headers["Authorization"].removeprefix("Bearer ")
    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    return jwt.decode(token, key, algorithms=["HS256"], options={"verify_iat": False})


def test_a_signed_token_holds_our_claims_and_the_whole_second_it_was_made():
    clock = Clock()
    found = claims_of(Signed(secret=HELD, claims={"iss": "us", "client_id": "us"}, clock=clock).headers())
    assert found == {"iss": "us", "client_id": "us", "iat": 1_780_000_000}
    assert type(found["iat"]) is int


def test_a_token_signed_with_another_secret_is_not_ours():
    headers = Signed(secret=HELD, claims={}).headers()
    with pytest.raises(jwt.InvalidSignatureError):
        claims_of(headers, key=KEY[::-1])


def test_a_signed_token_is_made_anew_when_it_is_no_longer_good():
    clock = Clock(1000.0)
    access = Signed(secret=HELD, claims={}, good_for_seconds=300, clock=clock)
    made = []
    for clock.now in (1000.0, 1299.9, 1300.0, 1599.9, 1600.0):
        made.append(claims_of(access.headers())["iat"])
    assert made == [1000, 1000, 1300, 1300, 1600]


def test_a_signed_token_that_was_refused_is_made_anew():
    clock = Clock(1000.0)
    access = Signed(secret=HELD, claims={}, clock=clock)
    before = access.headers()
    clock.now = 1001.0
    assert claims_of(access.headers(refused=before))["iat"] == 1001


# --- granted --------------------------------------------------------------------------------------------------------


def granted(clock, seconds=3600.0, **more):
    made = []

    def ask():
        made.append(clock.now)
        return f"token-{len(made)}", seconds

    return made, Granted(ask=ask, clock=clock, **more)


@pytest.mark.parametrize(
    ("seconds", "good"),
    [(3600.0, 3570.0), (60.0, 30.0), (40.0, 20.0), (1.0, 0.5)],
)
def test_a_granted_token_is_renewed_before_it_ends(seconds, good):
    clock = Clock(1000.0)
    made, access = granted(clock, seconds)
    for clock.now in (1000.0, 1000.0 + good - 0.1, 1000.0 + good, 1000.0 + good + 0.1):
        access.headers()
    assert made == [1000.0, 1000.0 + good]


@pytest.mark.parametrize("seconds", [0.0, -5.0, math.nan, math.inf, -math.inf])
def test_a_token_of_which_nobody_can_tell_how_long_it_is_good_is_used_once(seconds):
    clock = Clock(1000.0)
    _, access = granted(clock, seconds)
    assert [access.headers()["Authorization"] for _ in range(3)] == [f"Bearer token-{one}" for one in (1, 2, 3)]


def test_a_granted_token_that_was_refused_is_renewed_and_one_that_another_thread_renewed_is_taken():
    made, access = granted(Clock())
    first = access.headers()
    assert access.headers(refused=first) == {"Authorization": "Bearer token-2"}
    assert access.headers(refused=first) == {"Authorization": "Bearer token-2"}
    assert len(made) == 2


def test_threads_that_need_a_token_at_once_ask_for_one():
    together, made = threading.Barrier(8), []

    def ask():
        made.append(1)
        time.sleep(0.05)
        return f"token-{len(made)}", 3600.0

    access = Granted(ask=ask)

    def work(_):
        together.wait(5)
        return access.headers()["Authorization"]

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(work, range(8))) == {"Bearer token-1"}
    assert len(made) == 1


def test_a_token_that_is_not_given_leaves_the_next_try_free():
    def ask():
        asked.append(1)
        if len(asked) == 1:
            raise unavailable
        return "token", 60.0

    asked, unavailable = [], SourceUnavailableError("login", "no answer.")
    access = Granted(ask=ask)
    with pytest.raises(SourceUnavailableError):
        access.headers()
    assert access.headers() == {"Authorization": "Bearer token"}
