"""Every key of the program language is held by a scenario that fails when the key is ignored."""

import pytest

from tests.scenarios.every_key import all_keys, is_noticed, written

# What no receipt can show: the words for people, which `program show` is tested by, what reports aim at, and keys for
# which the language knows one way only.
FOR_READERS = {
    "a program.version": "there is one version of the language",
    "a program.name": "words",
    "a program.kpi": "aims of the KPI report",
    "kpi.targets": "aims of the KPI report",
    "points.name": "words",
    "a tier level.benefits": "words",
    "a gift.name": "words",
    "gives.of": "one way only",
    "redeem.spread": "one way only",
    "returns.spent": "one way only",
}
WRITTEN = written()
KEYS = [key for key in all_keys() if key not in FOR_READERS and not key.startswith(("name.", "targets."))]


@pytest.mark.parametrize("key", KEYS)
def test_a_scenario_notices(key: str) -> None:
    """With the key taken out or changed, at least one scenario goes otherwise."""
    assert WRITTEN.get(key), "no program beside a scenario writes this key"
    assert is_noticed(WRITTEN[key]), f"no scenario notices it in {sorted({str(at[0].name) for at in WRITTEN[key]})}"
