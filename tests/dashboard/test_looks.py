"""The page as people meet it: on a desk, on a phone, in the dark, on paper, by keyboard and by ear."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.dashboard.conftest import DESKTOP, PHONE, Look, Made

SECTIONS = ["Does the program work?", "What do we owe?", "Who are our customers?", "What sells?"]


def test_nobody_is_asked_for_anything(gift_shop: Made, look: Look) -> None:
    """The page loads nothing but itself, complains of nothing, and its policy would let it load nothing."""
    sight = look(gift_shop.page)
    for label in ("Last 30 days", "2025", "Q1 2026", "All days"):
        sight.choose(label, "market")
    assert sight.requests == [gift_shop.page.as_uri()]
    assert sight.complaints == []
    blocked = "fetch('https://example.com/').then(() => 'fetched', () => 'blocked')"
    assert sight.page.evaluate(blocked) == "blocked"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop, light", "phone, dark"]
)
def test_everybody_can_read_it(viewport: dict, scheme: str, gift_shop: Made, look: Look) -> None:
    """axe finds nothing wrong with contrast, names, headings and roles, also where all tables are unfolded."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    sight = look(gift_shop.page, viewport=viewport, color_scheme=scheme)
    sight.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    found = axe.Axe().run(sight.page)
    told = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found.response["violations"]]
    assert not told


def test_a_phone_scrolls_one_way(gift_shop: Made, look: Look) -> None:
    """At 375 pixels nothing is wider than the page, whatever is unfolded; wide tables scroll by themselves."""
    sight = look(gift_shop.page, viewport=PHONE)
    sight.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert sight.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    wider = """[...document.querySelectorAll('main *')].filter(each => !each.closest('.scroll, .chart')
        && each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML.slice(0, 80))"""
    assert sight.page.evaluate(wider) == []


def test_charts_follow_the_width(gift_shop: Made, look: Look) -> None:
    """A chart is drawn anew when the page becomes narrower, and fills its block."""
    sight = look(gift_shop.page)
    sight.page.set_viewport_size(PHONE)
    fits = """[...document.querySelectorAll('.chart:not([hidden])')].every(each =>
        Math.abs(each.querySelector('svg').getBoundingClientRect().width - each.clientWidth) < 2)"""
    sight.page.wait_for_timeout(500)  # it waits until the width has stood still
    assert sight.page.evaluate(fits)


def test_headings_are_in_order(gift_shop: Made, look: Look) -> None:
    """One first heading, the owner's four questions below it, and no level left out."""
    page = look(gift_shop.page).page
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(each => Number(each.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert page.locator("h2").all_inner_texts() == SECTIONS


def test_every_chart_has_its_table(gift_shop: Made, look: Look) -> None:
    """Each chart is named in words, and the table with its figures is in the same block, folded."""
    page = look(gift_shop.page).page
    charts = page.locator(".chart:visible").all()
    assert len(charts) == 10
    for chart in charts:
        assert "table" in (chart.get_attribute("aria-label") or "")
        block = chart.locator("xpath=ancestor::article")
        assert block.locator("details table").count() == 1
    assert page.locator("details[open]").count() == 0


def test_the_keyboard_reaches_everything(gift_shop: Made, look: Look) -> None:
    """The first stop skips to the figures; then come the sections and both switches, each with a ring around it."""
    page = look(gift_shop.page).page
    stops = []
    for _ in range(8):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('href')"))
    assert stops[:7] == ["#works", "#works", "#owe", "#customers", "#sells", "range", "shop"]
    page.focus("#range")
    page.keyboard.press("ArrowDown")
    assert page.locator("#shown").inner_text().startswith("Last 30 days")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_motion_is_left_out_where_it_is_unwanted(gift_shop: Made, look: Look) -> None:
    """Nothing moves for those who have asked for it, and charts never do."""
    page = look(gift_shop.page, reduced_motion="reduce").page
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_dark_is_dark(gift_shop: Made, look: Look) -> None:
    """Page and charts follow the browser's colours, and go back to light ones on paper."""
    page = look(gift_shop.page, color_scheme="dark").page
    ground = "getComputedStyle(document.body).backgroundColor"
    bar = "getComputedStyle(document.querySelector('#block-hours .chart path[fill=\"var(--accent)\"]')).fill"
    assert (page.evaluate(ground), page.evaluate(bar)) == ("rgb(15, 20, 21)", "rgb(85, 199, 184)")
    page.emulate_media(media="print")
    assert (page.evaluate(ground), page.evaluate(bar)) == ("rgb(255, 255, 255)", "rgb(15, 110, 100)")


def test_paper_has_all_sections(gift_shop: Made, look: Look, tmp_path: Path) -> None:
    """Printed, every section, card and chart is there, the switches are not, and nothing is cut off at the right."""
    sight = look(gift_shop.page)
    pdf = sight.page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 4 <= len(re.findall(rb"/Type /Page\b", pdf)) <= 9
    sight.page.emulate_media(media="print")
    sight.page.set_viewport_size({"width": 703, "height": 1000})  # an A4 sheet without its margins
    sight.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for heading in sight.page.locator("h2").all():
        assert heading.is_visible()
    assert sight.page.locator("#cards .card:visible").count() == 7
    assert sight.page.locator(".chart svg:visible").count() == 10
    assert not sight.page.locator("#range").is_visible()
    assert sight.page.evaluate("document.documentElement.scrollWidth") <= 703


def test_pictures_can_be_taken(gift_shop: Made, look: Look) -> None:
    """The whole page is drawn at the first sight, without a wait."""
    assert len(look(gift_shop.page).page.screenshot(full_page=True)) > 100_000
