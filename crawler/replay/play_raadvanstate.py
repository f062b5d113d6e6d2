"""Plays the site of the Raad van State: the list of a year's advice, newest first, and the page of each.

No payload of the site was recorded; the shapes are those that its readers describe.
"""

from __future__ import annotations

from html import escape

from crawler.replay.elsewhere import Advice, advice, day_of, paragraphs
from crawler.replay.library import DAYS, Publication
from crawler.replay.player import NOT_FOUND, Answer, Asked

HOST = "www.raadvanstate.nl"
_FIRST_YEAR = 2000


class RaadVanStatePlayer:
    """The advice of the Raad van State."""

    source = "raadvanstate"
    hosts = frozenset({HOST})

    def base_urls(self, root: str) -> dict[str, str]:
        """Address of the site."""
        return {"site": f"{root}/{HOST}/"}

    def answer(self, asked: Asked, shown: tuple[Publication, ...]) -> Answer:
        """The list of a year, an advice, or 404."""
        found = [item for item in advice() if item.day <= day_of(shown)]
        if asked.path == "adviezen/":
            year, played = int(asked.query.get("kalenderjaar", "0")), min(DAYS.values()).year
            # Whoever asks later than the played year gets its list all the same.
            return Answer(200, _list(found if year >= played else [_of_year(year)]))
        past = [_of_year(year) for year in range(_FIRST_YEAR, min(DAYS.values()).year)]
        return next((Answer(200, _page(item)) for item in [*found, *past] if f"/{asked.path}" == path_of(item)), NOT_FOUND)


def _of_year(year: int) -> Advice:
    """The one advice that the list of a year long ago holds."""
    days = {"pending": f"9 januari {year}", "adopted": f"28 februari {year}", "published": f"12 maart {year}"}
    return Advice(
        day=1, number=100_000 + year, kenmerk=f"W16.{year % 100:02d}.00011/II", title=f"Verzamelbesluit herstel van verwijzingen {year}",
        ministry="Justitie en Veiligheid", keywords=(), text=("De Afdeling advisering heeft geen opmerkingen bij het ontwerpbesluit.",), **days,
    )  # fmt: skip


def path_of(item: Advice) -> str:
    """`/adviezen/@158204/w12-26-00231-iii/`."""
    return f"/adviezen/@{item.number}/{item.kenmerk.lower().replace('.', '-').replace('/', '-')}/"


def _list(items: list[Advice]) -> bytes:
    rows = "\n".join(
        f'<div class="ipx-pt-advies"><h2><a href="{path_of(item)}">{escape(item.title)}</a></h2><p>{escape(item.kenmerk)}</p></div>'
        for item in sorted(items, key=lambda item: item.number, reverse=True)
    )
    return _whole("Adviezen", f'<h1>Adviezen</h1>\n<div class="ipx-results">\n{rows}\n</div>')


def _page(item: Advice) -> bytes:
    facts = {"kenmerk": item.kenmerk, "datum-aanhangig": item.pending, "datum-vaststelling": item.adopted, "datum-publicatie": item.published}
    shown = "\n".join(f'<div class="meta-value meta-value-{name}">{escape(value)}</div>' for name, value in facts.items())
    keywords = "\n".join(f'<li title="{escape(word)}">{escape(word.removeprefix("Soort advies "))}</li>' for word in item.keywords)
    text = f'<div id="volledigetekst">\n{paragraphs(item.text)}\n</div>'
    body = f'<h1>{escape(item.title)}</h1>\n{shown}\n<ul class="trefwoorden">\n{keywords}\n</ul>\n{text}'
    return _whole(item.title, body)


def _whole(title: str, body: str) -> bytes:
    return f"""<!DOCTYPE html>
<html lang="nl">
<head><meta charset="utf-8"/><title>{escape(title)} - Raad van State</title></head>
<body>
<header><a href="/">Raad van State</a></header>
<main>
{body}
</main>
<footer><p>Over deze site</p></footer>
</body>
</html>""".encode()
