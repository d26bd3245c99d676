"""Which worker has a conversation: the same for every gateway, evenly, and few move."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.cli.supervisor import workers
from bot.gateway.workers import Workers, ranked

FOUR = [f"http://127.0.0.1:{port}" for port in range(5005, 5009)]
IDS = [f"conversation-{number}" for number in range(2000)]


@given(st.text(), st.permutations(FOUR))
def test_the_order_of_the_setting_does_not_matter(conversation: str, order: list[str]) -> None:
    assert ranked(conversation, order) == ranked(conversation, FOUR)


def test_conversations_are_spread_evenly() -> None:
    shares = Counter(ranked(one, FOUR)[0] for one in IDS)
    assert all(400 < share < 600 for share in shares.values()), shares


def test_a_worker_taken_away_moves_its_own_conversations_only() -> None:
    for one in IDS:
        first, second, *_ = ranked(one, FOUR)
        for gone in FOUR:
            left = [address for address in FOUR if address != gone]
            assert ranked(one, left)[0] == (second if gone == first else first)


def test_one_that_is_down_is_asked_last() -> None:
    known = Workers(FOUR)
    first, *others = known.order("a")
    known.note_down(first)
    assert known.order("a") == [*others, first]


def test_the_supervisor_runs_one_process_for_each_port() -> None:
    environment = {"RASA_PORT": "5005", "RASA_PORTS": "5005,5006", "PORT": "8000"}
    assert {name: own["RASA_PORT"] for name, own in workers("rasa", environment).items()} == {
        "rasa.1": "5005",
        "rasa.2": "5006",
    }
    assert list(workers("gateway", environment)) == ["gateway"]
    assert list(workers("rasa", {"RASA_PORT": "5005", "RASA_PORTS": "5005"})) == ["rasa"]
