"""Whatever happens to a shop, its ledger proves sound, can be made again, and does not depend on its cron."""

from pathlib import Path

import pytest

from tests.properties.stories import STEPS, differences, told


@pytest.mark.parametrize("seed", range(14))
def test_a_random_story_proves_sound(tmp_path: Path, seed: int) -> None:
    """Eighty steps of all verbs, late ones and new versions among them: no finding, and a rebuild to the same bytes."""
    story = told(seed, tmp_path / "story")
    assert len(story.refused) < STEPS * 0.7
    assert story.findings() == []
    assert story.rebuilds_alike()


@pytest.mark.parametrize("seed", range(6))
def test_late_equals_timely(tmp_path: Path, seed: int) -> None:
    """What happens in order ends as the same rows, whether ``run-due`` runs every night or once at the end."""
    assert differences(seed, tmp_path) == []
