"""Whatever happens to a shop, its ledger proves sound and its projections can be made again."""

from pathlib import Path

import pytest

from tests.properties.stories import STEPS, Story


@pytest.mark.parametrize("seed", range(12))
def test_a_random_story_proves_sound(tmp_path: Path, seed: int) -> None:
    """Sixty steps of all verbs, late ones and new versions among them: no finding, and a rebuild to the same bytes."""
    story = Story(seed, tmp_path)
    story.tell()
    assert story.refused < STEPS / 2
    assert story.findings() == []
    assert story.rebuilds_alike()
