"""Everything that matters is reached with the tab key alone, in the order of the page, and one sees where one is."""

from __future__ import annotations

from typing import Any

import pytest
from visits import WIDTHS, visiting

FOCUSED = """() => {
    const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
    const label = e.labels && e.labels.length ? e.labels[0].childNodes[0].textContent : e.getAttribute('aria-label') || e.textContent;
    return {
        tag: e.tagName, name: label.trim().slice(0, 60), href: e.getAttribute('href'),
        outline: s.outlineStyle != 'none' && parseFloat(s.outlineWidth) >= 2,
        inside: b.right > 0 && b.left < innerWidth && b.bottom > 0 && b.top < innerHeight,
    };
}"""
"""What has the focus, whether one sees that, and whether it is on the screen."""


def tabbed(page: Any, times: int) -> list[dict[str, Any]]:
    """What has the focus after each press."""
    seen = []
    for _ in range(times):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
    return seen


@pytest.mark.parametrize("width", WIDTHS)
def test_the_first_stop_leads_past_the_menu(browser: Any, site: str, width: int) -> None:
    with visiting(browser, f"{site}/?dag=2026-11-11", width) as visit:
        first = tabbed(visit.page, 1)[0]
        assert (first["name"], first["href"], first["inside"]) == ("Naar de inhoud", "#inhoud", True)
        visit.page.keyboard.press("Enter")
        after = tabbed(visit.page, 1)[0]
        assert visit.page.evaluate("document.querySelector('main').contains(document.activeElement)"), after


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/?dag=2026-11-11", "/toezeggingen", "/kamerspoor/publications?_size=5"])
def test_menu_and_search_box_come_first_and_one_sees_the_focus(browser: Any, site: str, path: str, width: int) -> None:
    with visiting(browser, site + path, width) as visit:
        stops = tabbed(visit.page, 14)
        names = [stop["name"] for stop in stops]
        assert names[0] == "Naar de inhoud" and names[1] == "Kamerspoor" and "Toezeggingen" in names
        assert "Zoeken" in names[: names.index("Zoek")]
        assert [stop for stop in stops if not (stop["outline"] and stop["inside"])] == []


def test_filters_lie_open_where_there_is_room(browser: Any, site: str) -> None:
    with visiting(browser, f"{site}/toezeggingen", 1280) as visit:
        assert visit.page.locator("main form").is_visible() and not visit.page.locator("#kies").is_visible()


@pytest.mark.parametrize("path", ["/toezeggingen", "/zoeken", "/kamerspoor/commitments"])
def test_filters_are_reached_and_sent_with_the_keyboard(browser: Any, site: str, path: str) -> None:
    with visiting(browser, site + path, 390) as visit:
        if path == "/toezeggingen":  # folded on a phone
            assert not visit.page.locator("main form").is_visible()
            visit.page.locator("#kies").focus()
            visit.page.keyboard.press("Space")
            assert visit.page.locator("main form").is_visible()
            visit.page.evaluate("document.activeElement.blur()")
        stops = tabbed(visit.page, 40)
        names = [stop["name"] for stop in stops if stop["tag"] in ("SELECT", "INPUT")]
        assert {"/toezeggingen": "Ministerie", "/zoeken": "Woorden", "/kamerspoor/commitments": "Kolom"}[path] in names
        visit.page.locator("main form select").first.focus()
        visit.page.keyboard.press("ArrowDown")
        visit.page.locator("main form button").first.focus()
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url("**?*")
        assert visit.page.locator("main h1").count() == 1


def test_a_search_is_typed_and_its_first_hit_opened_without_a_mouse(browser: Any, site: str) -> None:
    with visiting(browser, f"{site}/?dag=2026-11-11", 390) as visit:
        assert any(tabbed(visit.page, 1)[0]["name"] == "Zoeken" for _ in range(20))
        visit.page.keyboard.type("inburgering")
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url("**/zoeken?*")
        hit = visit.page.locator("ol.treffers a").first
        title = hit.inner_text()
        hit.focus()
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url("**/publicatie/*")
        assert visit.page.locator("h1").inner_text().startswith(title[:40])


def test_a_promise_leads_to_its_sentence_and_that_stands_out(browser: Any, site: str) -> None:
    with visiting(browser, f"{site}/toezeggingen", 1280) as visit:
        link = visit.page.locator(".termijnen a[href*='#toezegging-']").first
        anchor = link.get_attribute("href").split("#")[1]
        link.focus()
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url("**/publicatie/**")
        target = visit.page.locator(f"#{anchor}")
        box = target.bounding_box()
        assert box is not None and 0 <= box["y"] < 844


def test_on_paper_the_text_stands_without_menu_and_filters(browser: Any, site: str) -> None:
    with visiting(browser, f"{site}/toezeggingen", 1280) as visit:
        visit.page.emulate_media(media="print")
        assert not visit.page.locator("header.balk").is_visible()
        assert not visit.page.locator("form.filters").first.is_visible()
        assert visit.page.locator("h1").is_visible()
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_dark_is_followed_where_the_reader_asks_for_it(browser: Any, site: str, axe: str | None) -> None:
    def ground(visit: Any) -> str:
        colour: str = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return colour

    with visiting(browser, f"{site}/?dag=2026-11-11", 390, color_scheme="light") as visit:
        assert ground(visit) == "rgb(255, 255, 255)"
    for path in ("/?dag=2026-11-11", "/toezeggingen", "/zoeken?q=inburgering", "/cijfers", "/kamerspoor/publications?_size=5"):
        with visiting(browser, site + path, 390, color_scheme="dark") as visit:
            assert max(int(part) for part in ground(visit)[4:-1].split(",")) < 60
            assert visit.findings(axe, "color-contrast") == [], path
