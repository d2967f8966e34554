"""The dashboard in a real browser: a shop of fourteen months, its page, and Chromium without a window to look at it.

Where Chromium or what drives it is missing, the tests that look at a page are skipped and say so; on Debian
``apt-get install chromium`` brings it.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bonuscli.cli.run import run
from tools.dashboard_picture import FIRST, NOW, write_receipts

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NEEDED = "Chromium is missing, so nobody has looked at the dashboard: apt-get install chromium"
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}


class Made(NamedTuple):
    """A database, the moment that it is looked at, and its page."""

    database: Path
    now: str
    page: Path


class Sight(NamedTuple):
    """A page that is open in the browser, and what went wrong in it or was asked of anybody."""

    page: Any
    complaints: list[str]
    requests: list[str]

    def choose(self, days: str | None = None, shop: str | None = None) -> None:
        """Choose a range of days by what it is called, and a shop."""
        for name, label in (("#range", days), ("#shop", shop)):
            if label is not None:
                self.page.select_option(name, label=label)

    def figure(self, name: str) -> str:
        """The value of a figure's card as it is written."""
        return self.page.locator(f"[data-kpi={name}] .value").inner_text().strip()

    def rows(self, block: str) -> list[list[str]]:
        """The cells of a block's table behind its chart, without the commas between thousands."""
        script = """id => [...document.querySelectorAll(`#block-${id} details table tbody tr`)]
            .map(row => [...row.children].map(cell => cell.textContent))"""
        found = self.page.evaluate(script, block)
        return [[THOUSANDS.sub("", cell).replace("\u2212", "-") for cell in row] for row in found]


Look = Callable[..., Sight]


@pytest.fixture(scope="session")
def gift_shop(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Fourteen months of three shops with tiers, points spent and expired, and a page of all of it."""
    folder = tmp_path_factory.mktemp("gift-shop")
    made = Made(folder / "bonus.db", NOW, folder / "dashboard.html")
    write_receipts(folder / "receipts.csv")
    at(f"{FIRST} 00:00", made.database, "init --template gift-shop")
    at(NOW, made.database, "import", str(folder / "receipts.csv"), "--unknown-cards", "enroll")
    at(NOW, made.database, "run-due")
    at(NOW, made.database, "dashboard", "--out", str(made.page))
    return made


def at(now: str, database: Path, command: str, *words: str, status: int = 0) -> None:
    """Run a command at a time, quietly."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BONUSCLI_NOW", now)
        assert run([*command.split(), *words, "--quiet", "--db", str(database)]) == status, (command, words)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    if CHROMIUM is None:
        pytest.skip(NEEDED)
    driver = pytest.importorskip("playwright.sync_api", reason="pip install -e '.[test]' brings playwright")
    with driver.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM)
        yield opened
        opened.close()


@pytest.fixture
def look(browser: Any) -> Iterator[Look]:
    """``look(page, viewport=PHONE, color_scheme="dark")``: the page in the browser, drawn."""
    contexts = []

    def open_page(file: Path, address: str = "", **how: Any) -> Sight:
        context = browser.new_context(**{"viewport": DESKTOP, **how})
        contexts.append(context)
        sight = Sight(context.new_page(), [], [])
        sight.page.on("console", lambda told: sight.complaints.append(told.text))
        sight.page.on("pageerror", lambda error: sight.complaints.append(str(error)))
        sight.page.on("request", lambda request: sight.requests.append(request.url))
        sight.page.goto(file.as_uri() + address)
        sight.page.wait_for_selector("html[data-ready=yes]")
        return sight

    yield open_page
    for context in contexts:
        context.close()
