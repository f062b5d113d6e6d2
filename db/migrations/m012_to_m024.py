"""Steps 12 to 24: pages and cycles that stay fast on many papers, papers that are one, alerts about sources, annexes."""

from __future__ import annotations

from sqlite_utils import Database

from db.migrations.steps import MIGRATIONS

_NEXT_CHANGE = (
    "(SELECT coalesce(max(seq), 0) + 1 FROM publication_changes)) ON CONFLICT (publication_id) DO UPDATE SET seq = excluded.seq WHERE true;"
)


def _changed(name: str, when: str, *ids: str) -> str:
    """The trigger that says that these publications changed."""
    rows = " ".join(f"INSERT INTO publication_changes (publication_id, seq) VALUES ({one}, {_NEXT_CHANGE}" for one in ids)
    return f"CREATE TRIGGER changed_{name} AFTER {when} BEGIN {rows} END"


# What a text or title brings is split by FTS5 itself: the one row of `search_fresh` is cut as the index is, its words are read, and it is emptied.
_FRESH = """INSERT INTO search_terms (term) SELECT term FROM search_fresh_words WHERE length(term) BETWEEN 3 AND 60
    AND NOT EXISTS (SELECT 1 FROM search_terms s WHERE s.term = search_fresh_words.term);
    INSERT INTO search_fresh (search_fresh) VALUES ('delete-all');"""
_READ = "INSERT INTO search_fresh (rowid, text) SELECT id, title || ' ' || coalesce(text, '') FROM searchable WHERE id"
_M012 = (
    "CREATE TABLE search_terms (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE) STRICT",
    """CREATE VIRTUAL TABLE search_parts USING fts5(term, content='search_terms', content_rowid='id', tokenize='trigram', detail=none,
        columnsize=0)""",
    "CREATE TRIGGER search_terms_new AFTER INSERT ON search_terms BEGIN INSERT INTO search_parts (rowid, term) VALUES (NEW.id, NEW.term); END",
    "CREATE VIRTUAL TABLE search_fresh USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2', detail=none, columnsize=0)",
    "CREATE VIRTUAL TABLE search_fresh_words USING fts5vocab('search_fresh', 'row')",
    "INSERT INTO search_terms (term) SELECT term FROM search_words WHERE length(term) BETWEEN 3 AND 60 ORDER BY doc DESC, term",
    f"CREATE TRIGGER search_terms_publication_new AFTER INSERT ON publications BEGIN {_READ} = NEW.id; {_FRESH} END",
    f"""CREATE TRIGGER search_terms_publication_changed AFTER UPDATE OF title, document_id ON publications
        WHEN OLD.title IS NOT NEW.title OR OLD.document_id IS NOT NEW.document_id BEGIN {_READ} = NEW.id; {_FRESH} END""",
    f"""CREATE TRIGGER search_terms_text_changed AFTER UPDATE OF text ON documents
        WHEN OLD.text IS NOT NEW.text AND EXISTS (SELECT 1 FROM publications WHERE document_id = NEW.id) BEGIN
        {_READ} IN (SELECT id FROM publications WHERE document_id = NEW.id); {_FRESH} END""",
    "CREATE TABLE publication_changes (publication_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT",
    "CREATE INDEX publication_changes_seq ON publication_changes(seq)",
    _changed("publication_new", "INSERT ON publications", "NEW.id"),
    _changed(
        "publication",
        "UPDATE OF kind, date, ministry, withdrawn ON publications WHEN OLD.kind IS NOT NEW.kind OR OLD.date IS NOT NEW.date "
        "OR OLD.ministry IS NOT NEW.ministry OR OLD.withdrawn IS NOT NEW.withdrawn",
        "NEW.id",
    ),
    _changed("publication_gone", "DELETE ON publications", "OLD.id"),
    _changed("topic_new", "INSERT ON publication_topics", "NEW.publication_id"),
    _changed("topic_gone", "DELETE ON publication_topics", "OLD.publication_id"),
    _changed("sighting_new", "INSERT ON sightings WHEN NEW.publication_id IS NOT NULL", "NEW.publication_id"),
    _changed("sighting_placed", "UPDATE OF publication_id ON sightings WHEN NEW.publication_id IS NOT NULL", "NEW.publication_id"),
    _changed("sighting_moved", "UPDATE OF publication_id ON sightings WHEN OLD.publication_id IS NOT NULL", "OLD.publication_id"),
    "CREATE INDEX publication_topics_topic ON publication_topics(topic, publication_id)",
    "CREATE INDEX publications_withdrawn ON publications(id) WHERE withdrawn = 1",
    "DROP INDEX commitments_order",
    "CREATE INDEX commitments_order ON commitments(not_after IS NULL, not_after, id, publication_id, status, firm, grace_days)",
)


@MIGRATIONS()
def m012_fast_pages(db: Database) -> None:
    """The words of the index as a table that is looked up in and follows every change; which publications changed after which; promises in order."""
    for statement in _M012:
        db.execute(statement)


_M013 = (
    "CREATE INDEX revisions_publication ON revisions(publication_id, cause)",
    "CREATE INDEX commitment_history_by ON commitment_history(by_commitment) WHERE by_commitment IS NOT NULL",
    "CREATE INDEX events_subject ON events(kind, subject) WHERE state = 'pending'",
    "ALTER TABLE revisions ADD COLUMN acts_before TEXT NOT NULL DEFAULT '[]'",
    # A publication that a person split off before there were these rows was told as what it came from.
    """INSERT INTO revisions (publication_id, document_id, at, cause, changes) SELECT id, NULL, analysed, 'new', '[]' FROM publications p
        WHERE analysed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM revisions r WHERE r.publication_id = p.id AND r.cause = 'new')""",
    """CREATE TABLE answered_questions (
        number TEXT NOT NULL, publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE, PRIMARY KEY (number, publication_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX answered_questions_publication ON answered_questions(publication_id)",
    """CREATE TABLE join_proposals (
        id INTEGER PRIMARY KEY, publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE,
        other_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE, reason TEXT NOT NULL, at TEXT NOT NULL, refused TEXT,
        UNIQUE (publication_id, other_id)
    ) STRICT""",
    "CREATE INDEX join_proposals_other ON join_proposals(other_id)",
    "ALTER TABLE joins ADD COLUMN was_key TEXT",
    "CREATE INDEX joins_sighting ON joins(sighting_id)",
    "ALTER TABLE alerts ADD COLUMN told_of TEXT",
    "DROP VIEW review",
    """CREATE VIEW review AS
        SELECT f.id, f.stage, f.source, f.subject, f.reason, f.detail, f.times, f.last, f.quarantined FROM failures f
        WHERE f.resolved IS NULL
        UNION ALL
        SELECT c.id, 'correction', NULL, c.publication_key, c.verdict, c.fact || coalesce(': ' || c.note, ''), 1, c.at, 0 FROM corrections c
        UNION ALL
        SELECT j.id, 'join', NULL, p.key || ' = ' || o.key, 'two publications appear to be one', j.reason, 1, j.at, 0 FROM join_proposals j
        JOIN publications p ON p.id = j.publication_id JOIN publications o ON o.id = j.other_id WHERE j.refused IS NULL
        ORDER BY 8 DESC""",
)


@MIGRATIONS()
def m013_one_paper(db: Database) -> None:
    """Which publications appear to be one, what a join moved so that a split can bring it back, and what the judging of promises looks up."""
    for statement in _M013:
        db.execute(statement)


_M014 = (
    """CREATE TABLE answer_terms (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL, number TEXT NOT NULL, subject TEXT, asked TEXT, due TEXT, settled INTEGER NOT NULL DEFAULT 0,
        withdrawn INTEGER NOT NULL DEFAULT 0, first_seen TEXT NOT NULL, updated TEXT NOT NULL, UNIQUE (source, number)
    ) STRICT""",
    "CREATE INDEX answer_terms_due ON answer_terms(settled, due)",
    # An answer that came settles its questions, also where the House has not said so yet.
    """CREATE VIEW questions_due AS
        SELECT t.number, t.subject, t.asked, t.due,
               (SELECT min(s.publication_id) FROM sighting_aliases a JOIN sightings s ON s.id = a.sighting_id
                WHERE a.alias = 'kv-tk-' || t.number) AS publication_id
        FROM answer_terms t WHERE t.settled = 0 AND t.withdrawn = 0 AND t.due IS NOT NULL AND t.number NOT IN
            (SELECT j.value FROM sightings s, json_each(s.record, '$.answers') j WHERE s.kind = 'antwoord' AND s.withdrawn = 0)
        ORDER BY t.due""",
    "ALTER TABLE source_pending ADD COLUMN day TEXT",
    # The cases were kept without the term: they are walked again, from the day on which they begin here.
    "DELETE FROM cursors WHERE source = 'tweedekamer' AND name = 'token:Zaak'",
)


@MIGRATIONS()
def m014_terms_and_the_past_of_tables(db: Database) -> None:
    """Until when questions must be answered; and the day for which a paper waits that a crawl of the past found."""
    for statement in _M014:
        db.execute(statement)


# SQLite takes no NOT NULL from a column, so the table is made anew; with foreign keys on, its rows of `deliveries` would go with the old one, so that
# is made anew as well, and first.
_M015 = (
    """CREATE TABLE new_alerts (
        id TEXT PRIMARY KEY, watch TEXT NOT NULL, publication_id INTEGER REFERENCES publications(id) ON DELETE CASCADE,
        alarm_id INTEGER REFERENCES health_alarms(id) ON DELETE CASCADE, kind TEXT NOT NULL, raised TEXT NOT NULL, title TEXT NOT NULL,
        summary TEXT NOT NULL, content TEXT NOT NULL, told_of TEXT, CHECK ((publication_id IS NULL) != (alarm_id IS NULL))
    ) STRICT""",
    "INSERT INTO new_alerts (id, watch, publication_id, kind, raised, title, summary, content, told_of) "
    "SELECT id, watch, publication_id, kind, raised, title, summary, content, told_of FROM alerts",
    """CREATE TABLE new_deliveries (
        alert_id TEXT NOT NULL REFERENCES new_alerts(id) ON DELETE CASCADE, target TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')), attempts INTEGER NOT NULL DEFAULT 0,
        not_before TEXT, error TEXT, delivered TEXT,
        channel TEXT GENERATED ALWAYS AS (substr(target, 1, instr(target, ':') - 1)) VIRTUAL, PRIMARY KEY (alert_id, target)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO new_deliveries (alert_id, target, state, attempts, not_before, error, delivered) "
    "SELECT alert_id, target, state, attempts, not_before, error, delivered FROM deliveries",
    "DROP TABLE deliveries",
    "DROP TABLE alerts",
    "ALTER TABLE new_alerts RENAME TO alerts",
    "ALTER TABLE new_deliveries RENAME TO deliveries",
    "CREATE INDEX alerts_watch ON alerts(watch, raised)",
    "CREATE INDEX alerts_publication ON alerts(publication_id)",
    "CREATE INDEX alerts_alarm ON alerts(alarm_id) WHERE alarm_id IS NOT NULL",
    "CREATE INDEX deliveries_state ON deliveries(state, target)",
    # What a target failed for may repeat its address; alarms were stored with the beginning of it.
    "DELETE FROM health_alarms WHERE trouble = 'channel'",
)


@MIGRATIONS()
def m015_alerts_about_sources(db: Database) -> None:
    """An alert is about a publication or about an alarm: a source that fails, lags or is silent, a target that takes nothing."""
    for statement in _M015:
        db.execute(statement)


_M016 = (
    "ALTER TABLE commitment_history ADD COLUMN about_publication INTEGER REFERENCES publications(id) ON DELETE SET NULL",
    """UPDATE commitment_history SET about_publication = (SELECT json_extract(h.value, '$.about') FROM revisions r, json_each(r.happened) h
        WHERE r.publication_id = commitment_history.publication_id AND json_extract(h.value, '$.kind') = commitment_history.kind LIMIT 1)
        WHERE kind IN ('answered', 'advice')""",
    "UPDATE commitment_history SET about_publication = NULL WHERE about_publication NOT IN (SELECT id FROM publications)",
    "CREATE INDEX commitment_history_about ON commitment_history(kind, about_publication, publication_id) WHERE about_publication IS NOT NULL",
    "CREATE INDEX amounts_year ON amounts(year, purpose, value, publication_id) WHERE value IS NOT NULL AND currency = 'EUR' AND per IS NULL",
)


@MIGRATIONS()
def m016_what_the_pictures_count(db: Database) -> None:
    """The questions that an answer, and the advice that a letter, is about; sums by year and purpose."""
    for statement in _M016:
        db.execute(statement)


@MIGRATIONS()
def m017_what_is_open(db: Database) -> None:
    """The firm promises of which nothing came yet, by deadline; the history by day: what the start page counts."""
    db.execute("CREATE INDEX commitments_open ON commitments(not_after, id, grace_days, publication_id) WHERE status = 'open' AND firm = 1")
    db.execute("CREATE INDEX commitment_history_day ON commitment_history(day)")


@MIGRATIONS()
def m018_watermarks_by_the_sources_clock(db: Database) -> None:
    """What a source was read through becomes the latest moment that it showed: asked with the same overlap, it leaves no gap."""
    db.execute("UPDATE cursors SET name = replace(name, '/through', '/latest') WHERE source IN ('open_overheid', 'councils', 'rijksoverheid')")
    db.execute("UPDATE cursors SET name = 'latest' WHERE source = 'wodc' AND name = 'through'")


_M019 = (
    "CREATE INDEX sighting_aliases_sighting ON sighting_aliases(sighting_id)",
    "CREATE INDEX sightings_parent ON sightings(json_extract(record, '$.parent')) WHERE json_extract(record, '$.parent') IS NOT NULL",
    # A paper is an annex of the paper that any of its sources names, under any name that this one has at any source. (The plus keeps the planner from
    # beginning with all publications that stand.)
    """CREATE VIEW annexes AS
        SELECT DISTINCT m.publication_id AS main_id, a.alias AS main_number, s.publication_id AS publication_id, p.date, p.kind, p.title
        FROM sighting_aliases a JOIN sightings m ON m.id = a.sighting_id
        JOIN sightings s ON json_extract(s.record, '$.parent') = a.alias AND json_extract(s.record, '$.parent') IS NOT NULL
        JOIN publications p ON p.id = s.publication_id WHERE s.publication_id != m.publication_id AND +p.withdrawn = 0""",
)


@MIGRATIONS()
def m019_annexes(db: Database) -> None:
    """Which paper is an annex of which."""
    for statement in _M019:
        db.execute(statement)


_M020 = (
    "CREATE INDEX sightings_waiting ON sightings(source) WHERE incomplete IS NOT NULL",
    "CREATE INDEX crawls_latest ON crawls(source)",
    "CREATE INDEX crawls_good ON crawls(source, finished) WHERE outcome = 'ok'",
    "CREATE INDEX crawls_with_news ON crawls(source, finished) WHERE new > 0 OR changed > 0",
    "CREATE INDEX failures_open ON failures(stage, subject) WHERE resolved IS NULL",
    "CREATE INDEX health_alarms_raised ON health_alarms(raised, id)",
)


@MIGRATIONS()
def m020_idle_cycles(db: Database) -> None:
    """What each cycle asks is looked up, however much is stored."""
    for statement in _M020:
        db.execute(statement)


@MIGRATIONS()
def m021_what_was_said(db: Database) -> None:
    """What people said of one publication, which each reading asks."""
    db.execute("CREATE INDEX corrections_publication ON corrections(publication_key)")


@MIGRATIONS()
def m022_offices(db: Database) -> None:
    """What the pages of offices ask of all publications and promises stands in an index, so that no text is passed over on the way."""
    db.execute("DROP INDEX publications_office")
    db.execute("CREATE INDEX publications_offices ON publications(office, withdrawn, ministry, person, date)")
    db.execute("CREATE INDEX commitments_of_publication ON commitments(publication_id, status, firm, not_after, grace_days)")


_M023 = (
    "CREATE INDEX publications_kind ON publications(kind, date, withdrawn)",
    "CREATE INDEX publications_focus ON publications(focus, date, withdrawn)",
    "CREATE INDEX publications_first_seen ON publications(first_seen)",
    "CREATE INDEX amounts_value ON amounts(value, recurring, year)",
    "CREATE INDEX sightings_kind ON sightings(kind)",
    "CREATE INDEX documents_media_type ON documents(media_type, state)",
    "DROP INDEX publication_references_target",
    "CREATE INDEX publication_references_target ON publication_references(target, kind, publication_id)",
)


@MIGRATIONS()
def m023_what_tables_count(db: Database) -> None:
    """What the pages of tables order and count by stands in indexes: Datasette's own pages open in time on 100,000 publications."""
    for statement in _M023:
        db.execute(statement)


@MIGRATIONS()
def m024_offices_in_order(db: Database) -> None:
    """The index of the offices in the order in which they are counted."""
    db.execute("DROP INDEX publications_offices")
    db.execute("CREATE INDEX publications_offices ON publications(office, ministry, withdrawn, person, date)")
