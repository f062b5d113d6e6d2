"""Step 27: how many promises there are, by what the pages count them by, kept by triggers."""

from __future__ import annotations

from sqlite_utils import Database

from db.migrations.steps import MIGRATIONS

# From the day after `late_after` a promise that is open and firm, and whose term nobody called wrong, is late; any other has none.
_LATE = (
    "CASE WHEN {c}.status = 'open' AND {c}.firm = 1 AND {c}.term_wrong = 0 AND {c}.not_after IS NOT NULL "
    "THEN max({c}.not_after, coalesce(date({c}.not_after, '+' || {c}.grace_days || ' days'), {c}.not_after)) ELSE '' END"
)
_FOLLOWED = "({p}.focus IS 1 OR EXISTS (SELECT 1 FROM alerts a WHERE a.publication_id = {p}.id))"
_ADD = (
    "INSERT INTO {table} SELECT {columns}, {sign} AS number {rows} "
    "ON CONFLICT DO UPDATE SET number = {table}.number + excluded.number;"
)
_OFFICES = "coalesce({p}.office, ''), {followed}, {c}.status, " + _LATE
_MONTHS = "coalesce(substr({c}.not_after, 1, 7), ''), {c}.status"


def _count(sign: str, rows: str, *, c: str = "c", p: str = "p", followed: str = _FOLLOWED, months: bool = True) -> str:
    """The statements that add some promises to the counts, or take them off.

    Args:
        sign: 1 or -1, or what counts them.
        rows: where they come from, from FROM on.
        c, p: what the promise and its publication are called there.
        months: whether they count by month as well.
    """
    names = {"c": c, "p": p}
    tables = [("promises_by_office", _OFFICES.replace("{followed}", followed)), *([("promises_by_month", _MONTHS)] if months else [])]
    return " ".join(_ADD.format(table=table, columns=columns.format(**names), sign=sign, rows=rows) for table, columns in tables)


def _promise(sign: str, row: str) -> str:
    """One promise, as a row of a trigger."""
    return _count(sign, f"FROM publications p WHERE p.id = {row}.publication_id AND p.withdrawn = 0", c=row)


def _of_paper(sign: str, row: str) -> str:
    """The promises of a publication, which is a row of a trigger."""
    return _count(sign, f"FROM commitments c WHERE c.publication_id = {row}.id AND {row}.withdrawn = 0", p=row)


def _followed(row: str, before: str, after: str, if_other: str) -> str:
    """The promises of the publication of an alert, when that decides whether it is followed."""
    rows = (
        f"FROM publications p JOIN commitments c ON c.publication_id = p.id WHERE p.id = {row}.publication_id AND p.withdrawn = 0 "
        f"AND p.focus IS NOT 1 AND (SELECT count(*) FROM (SELECT 1 FROM alerts a WHERE a.publication_id = p.id LIMIT 2)) = {if_other}"
    )
    return " ".join(_count(sign, rows, followed=value, months=False) for sign, value in (("-1", before), ("1", after)))


_MOVED = "OLD.publication_id IS NOT NEW.publication_id"
_FACTS = ("publication_id", "status", "firm", "term_wrong", "not_after", "grace_days")
_PAPER = ("office", "focus", "withdrawn")
_ALL = "FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE p.withdrawn = 0 GROUP BY {}"
_STEPS = (
    """CREATE TABLE promises_by_office (
        office TEXT NOT NULL, followed INTEGER NOT NULL, status TEXT NOT NULL, late_after TEXT NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (late_after, office, followed, status)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE promises_by_month (month TEXT NOT NULL, status TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (month, status)) "
    "STRICT, WITHOUT ROWID",
    _count("count(*)", _ALL.format("1, 2, 3, 4"), months=False),
    _ADD.format(table="promises_by_month", columns=_MONTHS.format(c="c"), sign="count(*)", rows=_ALL.format("1, 2")),
    f"CREATE TRIGGER counted_promise_new AFTER INSERT ON commitments BEGIN {_promise('1', 'NEW')} END",
    f"CREATE TRIGGER counted_promise_gone AFTER DELETE ON commitments BEGIN {_promise('-1', 'OLD')} END",
    f"CREATE TRIGGER counted_promise AFTER UPDATE OF {', '.join(_FACTS)} ON commitments BEGIN {_promise('-1', 'OLD')} {_promise('1', 'NEW')} END",
    # Its promises and alerts go after it, and then find no publication to count by.
    f"CREATE TRIGGER counted_paper_gone BEFORE DELETE ON publications BEGIN {_of_paper('-1', 'OLD')} END",
    f"CREATE TRIGGER counted_paper AFTER UPDATE OF {', '.join(_PAPER)} ON publications "
    f"WHEN {' OR '.join(f'OLD.{one} IS NOT NEW.{one}' for one in _PAPER)} BEGIN {_of_paper('-1', 'OLD')} {_of_paper('1', 'NEW')} END",
    f"CREATE TRIGGER counted_alert_new AFTER INSERT ON alerts BEGIN {_followed('NEW', '0', '1', '1')} END",
    f"CREATE TRIGGER counted_alert_gone AFTER DELETE ON alerts BEGIN {_followed('OLD', '1', '0', '0')} END",
    f"CREATE TRIGGER counted_alert_moved AFTER UPDATE OF publication_id ON alerts WHEN {_MOVED} "
    f"BEGIN {_followed('OLD', '1', '0', '0')} {_followed('NEW', '0', '1', '1')} END",
)


@MIGRATIONS()
def m027_counted_promises(db: Database) -> None:
    """How many promises each office made and which become late when, and how many there are by month: the pages would add up all of them."""
    for statement in _STEPS:
        db.execute(statement)
