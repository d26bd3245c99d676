"""Which rules fit the present state is looked up once for each state.

At each prediction, and a message takes three, Rasa goes through all rules, which are more than a
hundred and fifty. What they depend on is little: the intent, and the action before.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

MOST_REMEMBERED = 10_000


class Remembered:
    """The keys of one table of rules that fit a state as the latest one."""

    def __init__(self, lookup: Mapping[str, str], read: Any) -> None:
        self.lookup = lookup  # held, so that its id is given to no other
        self._mentioned = _mentioned(read(key) for key in lookup)
        # No rule fits a message of which only the words are known.
        self.only_intents = all(_goes_by_intent(read(key)[-1]) for key in lookup)
        self._found: dict[str, frozenset[str]] = {}

    def fitting(self, state: Mapping[str, Any], fits: Any) -> frozenset[str]:
        """Return the keys that `fits` a state; states that differ in nothing a rule looks at share.

        The words of a message are part of the state, and no rule of ours looks at them.
        """
        seen = {
            kind: (
                bool(part),
                {key: value for key, value in part.items() if (kind, key) in self._mentioned},
            )
            for kind, part in state.items()
        }
        name = json.dumps(seen, sort_keys=True)
        if name not in self._found:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            self._found[name] = frozenset(key for key in self.lookup if fits(key))
        return self._found[name]


def remember_rules() -> None:
    """Let `RulePolicy` remember the rules that fit; it finds the same ones."""
    from rasa.core.policies.rule_policy import RulePolicy  # noqa: PLC0415

    def get_possible_keys(
        policy: Any, lookup: dict[str, str], states: list[dict[str, Any]]
    ) -> set[str]:
        if not states:
            return set(lookup)
        *before, latest = states
        known = _of(policy, lookup)
        keys = set(known.fitting(latest, lambda key: policy._is_rule_applicable(key, 0, latest)))
        for turn, state in enumerate(reversed(before), start=1):
            keys = {key for key in keys if policy._is_rule_applicable(key, turn, state)}
        return keys

    RulePolicy._get_possible_keys = get_possible_keys


def leave_out_text() -> None:
    """Let `RulePolicy` predict from the words of a message only where a rule could go by words.

    It does so at every message, before it goes by the intent, and works out all states for that.
    """
    from rasa.core.policies.rule_policy import RULES, RulePolicy  # noqa: PLC0415

    find = RulePolicy._find_action_from_rules

    def find_action(
        policy: Any, tracker: Any, domain: Any, use_text_for_last_user_input: bool
    ) -> Any:
        by_text = use_text_for_last_user_input and not tracker.active_loop_name
        if by_text and _of(policy, policy.lookup[RULES]).only_intents:
            return None, None, False
        return find(policy, tracker, domain, use_text_for_last_user_input)

    RulePolicy._find_action_from_rules = find_action


def _of(policy: Any, lookup: Mapping[str, str]) -> Remembered:
    tables: dict[int, Remembered] = policy.__dict__.setdefault("remembered_rules", {})
    if id(lookup) not in tables:
        tables[id(lookup)] = Remembered(lookup, policy._rule_key_to_state)
    return tables[id(lookup)]


def _mentioned(rules: Iterable[Iterable[Mapping[str, Any]]]) -> frozenset[tuple[str, str]]:
    """Return what the rules look at in a state: kind and name."""
    states = (state for rule in rules for state in rule)
    return frozenset(
        (kind, key) for state in states for kind, part in state.items() for key in part
    )


def _goes_by_intent(latest: Mapping[str, Any]) -> bool:
    """Tell whether a rule, by its latest state, never fits a message without its intent.

    One that fits after another action than listening fits no message at all.
    """
    if "intent" in latest.get("user", {}):
        return True
    action = latest.get("prev_action", {}).get("action_name")
    return action not in {None, "action_listen"}
