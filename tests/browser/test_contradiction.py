"""A reader contradicts a promise in the browser, and takes it back."""

from __future__ import annotations

from typing import Any

from serving import TOKEN
from visits import visiting


def test_a_promise_is_contradicted_with_a_reason_and_comes_back(browser: Any, site: str, axe: str | None) -> None:
    with visiting(browser, f"{site}/toezeggingen?status=open&termijn=met", 390) as visit:
        page = visit.page
        page.locator(".termijnen a[href*='#toezegging-']").first.click()
        page.wait_for_url("**/publicatie/**")
        publication = page.url.split("#")[0]
        page.locator("a[href*='/klopt-niet/']").first.click()
        page.wait_for_url("**/klopt-niet/**")
        findings = visit.findings(axe) if axe else []
        page.get_by_label("Waarom?").fill("Dit gaat over een ander stuk <b>")
        page.get_by_label("Sleutel").fill("een verkeerde sleutel")
        page.locator("main button").click()
        assert page.get_by_role("alert").is_visible()
        page.get_by_label("Sleutel").fill(TOKEN)
        page.locator("main button").click()
        page.wait_for_url("**/publicatie/**")
        assert page.url.split("#")[0] == publication
        assert "Dit gaat over een ander stuk <b>" in page.locator("main").inner_text()
        page.locator("a[href*='/klopt-niet/']").first.click()
        page.wait_for_url("**/klopt-niet/**")
        assert page.get_by_label("Sleutel").count() == 0
        page.locator("main button").click()
        page.wait_for_url("**/publicatie/**")
        assert "Dit gaat over een ander stuk" not in page.locator("main").inner_text()
        assert [error for error in visit.errors if "status of 4" not in error] == []
    assert findings == []
