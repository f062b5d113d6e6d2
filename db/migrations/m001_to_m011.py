"""Steps 1 to 11: the line from a sighting to an alert, what is followed, search."""

from __future__ import annotations

from sqlite_utils import Database

from db.migrations.steps import MIGRATIONS

_M001 = (
    """CREATE TABLE crawls (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL, started TEXT NOT NULL, finished TEXT, outcome TEXT, reason TEXT,
        listed INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0,
        withdrawn INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0,
        counts TEXT NOT NULL DEFAULT '{}'
    ) STRICT""",
    "CREATE INDEX crawls_source ON crawls(source, started)",
    """CREATE TABLE cursors (
        source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, moved TEXT NOT NULL, PRIMARY KEY (source, name)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE publications (
        id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, kind TEXT NOT NULL, date TEXT, publisher TEXT, office TEXT,
        person TEXT, number TEXT, url TEXT NOT NULL, summary TEXT, focus INTEGER, focus_score REAL, document_id INTEGER,
        facts_hash TEXT, analyser TEXT, analysed TEXT, first_seen TEXT NOT NULL, updated TEXT NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX publications_date ON publications(date)",
    """CREATE TABLE publication_dossiers (
        publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE, dossier TEXT NOT NULL,
        PRIMARY KEY (publication_id, dossier)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX publication_dossiers_dossier ON publication_dossiers(dossier)",
    """CREATE TABLE sightings (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL, identifier TEXT NOT NULL, publication_id INTEGER REFERENCES publications(id),
        url TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, publisher TEXT, published TEXT, modified TEXT,
        fingerprint TEXT NOT NULL, record TEXT NOT NULL, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
        withdrawn INTEGER NOT NULL DEFAULT 0, incomplete TEXT, attempts INTEGER NOT NULL DEFAULT 0, joined_by TEXT,
        UNIQUE (source, identifier)
    ) STRICT""",
    "CREATE INDEX sightings_publication ON sightings(publication_id)",
    """CREATE TABLE sighting_aliases (
        alias TEXT NOT NULL, sighting_id INTEGER NOT NULL REFERENCES sightings(id) ON DELETE CASCADE, PRIMARY KEY (alias, sighting_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE documents (
        id INTEGER PRIMARY KEY, sighting_id INTEGER NOT NULL REFERENCES sightings(id) ON DELETE CASCADE, url TEXT NOT NULL,
        sha256 TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT, last_modified TEXT, version INTEGER NOT NULL,
        fetched TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'fetched' CHECK (state IN ('fetched', 'extracted', 'failed')),
        text TEXT, text_hash TEXT, pages INTEGER, words INTEGER, extractor TEXT, extracted TEXT,
        UNIQUE (sighting_id, url, sha256)
    ) STRICT""",
    "CREATE INDEX documents_text_hash ON documents(text_hash)",
    """CREATE TABLE segments (
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, position INTEGER NOT NULL, kind TEXT NOT NULL,
        number TEXT, within TEXT, speaker TEXT, level INTEGER, page INTEGER, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        pieces TEXT, cells TEXT, PRIMARY KEY (document_id, position)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE publication_topics (
        publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE, topic TEXT NOT NULL, score REAL NOT NULL,
        evidence TEXT NOT NULL, PRIMARY KEY (publication_id, topic)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE commitments (
        id INTEGER PRIMARY KEY, publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE, deliverable TEXT NOT NULL,
        act TEXT NOT NULL, kind TEXT NOT NULL, firm INTEGER NOT NULL, actor TEXT, addressee TEXT, condition TEXT, phrase TEXT,
        not_before TEXT, not_after TEXT, precision TEXT, anchor TEXT, note TEXT, look_again TEXT, grace_days INTEGER NOT NULL DEFAULT 0,
        sentence TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'open', UNIQUE (publication_id, deliverable)
    ) STRICT""",
    "CREATE INDEX commitments_not_after ON commitments(not_after)",
    """CREATE TABLE commitment_mentions (
        id INTEGER PRIMARY KEY, commitment_id INTEGER NOT NULL REFERENCES commitments(id) ON DELETE CASCADE,
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        text TEXT NOT NULL, sentence TEXT NOT NULL, page INTEGER, answers TEXT, phrase TEXT, not_before TEXT, not_after TEXT,
        rule TEXT NOT NULL, confidence REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX commitment_mentions_commitment ON commitment_mentions(commitment_id)",
    """CREATE TABLE amounts (
        id INTEGER PRIMARY KEY, publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE,
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        text TEXT NOT NULL, sentence TEXT NOT NULL, page INTEGER, value REAL, value_max REAL, exact TEXT, exact_max TEXT,
        currency TEXT NOT NULL, per TEXT, recurring TEXT, bound TEXT, extra INTEGER NOT NULL, year INTEGER, years TEXT, purpose TEXT,
        recipient TEXT, scheme TEXT, novelty TEXT, rule TEXT NOT NULL, confidence REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX amounts_publication ON amounts(publication_id)",
    """CREATE TABLE publication_references (
        id INTEGER PRIMARY KEY, publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE,
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        text TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, rule TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX publication_references_publication ON publication_references(publication_id)",
    "CREATE INDEX publication_references_target ON publication_references(target)",
    """CREATE TABLE revisions (
        id INTEGER PRIMARY KEY, publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE,
        document_id INTEGER REFERENCES documents(id) ON DELETE CASCADE, at TEXT NOT NULL, cause TEXT NOT NULL,
        changes TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE alerts (
        id TEXT PRIMARY KEY, watch TEXT NOT NULL, publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE,
        kind TEXT NOT NULL, raised TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL, content TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX alerts_watch ON alerts(watch, raised)",
    "CREATE INDEX alerts_publication ON alerts(publication_id)",
    """CREATE TABLE deliveries (
        alert_id TEXT NOT NULL REFERENCES alerts(id) ON DELETE CASCADE, target TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')), attempts INTEGER NOT NULL DEFAULT 0,
        not_before TEXT, error TEXT, delivered TEXT, PRIMARY KEY (alert_id, target)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX deliveries_state ON deliveries(state, target)",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'failed')), finished TEXT
    ) STRICT""",
    "CREATE INDEX events_pending ON events(kind, id) WHERE state = 'pending'",
    """CREATE TABLE failures (
        id INTEGER PRIMARY KEY, stage TEXT NOT NULL, source TEXT, subject TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT,
        first TEXT NOT NULL, last TEXT NOT NULL, times INTEGER NOT NULL DEFAULT 1, quarantined INTEGER NOT NULL DEFAULT 0, resolved TEXT,
        UNIQUE (stage, subject, reason)
    ) STRICT""",
    """CREATE TABLE corrections (
        id INTEGER PRIMARY KEY, publication_key TEXT NOT NULL, fact TEXT NOT NULL, verdict TEXT NOT NULL, note TEXT, at TEXT NOT NULL
    ) STRICT""",
    """CREATE VIEW open_commitments AS
        SELECT c.id, p.date, p.title, c.act, c.not_after AS by_date, c.phrase, c.kind, c.firm, c.actor, c.sentence, p.publisher, p.url,
               p.id AS publication_id
        FROM commitments c JOIN publications p ON p.id = c.publication_id
        WHERE c.status = 'open' AND p.withdrawn = 0 ORDER BY c.not_after IS NULL, c.not_after, p.date DESC""",
    """CREATE VIEW due_soon AS
        SELECT * FROM open_commitments WHERE by_date IS NOT NULL AND by_date >= date('now') AND by_date <= date('now', '+60 days')
        ORDER BY by_date""",
    """CREATE VIEW recent AS
        SELECT p.id, p.date, p.kind, p.title, p.publisher, p.focus,
               (SELECT group_concat(topic, ', ') FROM publication_topics t WHERE t.publication_id = p.id) AS topics,
               (SELECT count(*) FROM commitments c WHERE c.publication_id = p.id) AS commitments,
               (SELECT count(*) FROM amounts a WHERE a.publication_id = p.id) AS amounts, p.url, p.first_seen
        FROM publications p WHERE p.withdrawn = 0 ORDER BY p.first_seen DESC, p.id DESC""",
    """CREATE VIEW source_health AS
        SELECT source, max(started) AS last_crawl, max(CASE WHEN outcome = 'ok' THEN finished END) AS last_success,
               max(CASE WHEN new > 0 OR changed > 0 THEN finished END) AS last_news,
               (SELECT c2.outcome FROM crawls c2 WHERE c2.source = c.source ORDER BY c2.id DESC LIMIT 1) AS last_outcome,
               (SELECT c2.reason FROM crawls c2 WHERE c2.source = c.source ORDER BY c2.id DESC LIMIT 1) AS last_reason,
               sum(new) AS total_new, count(*) AS crawls
        FROM crawls c GROUP BY source""",
    """CREATE VIEW review AS
        SELECT f.id, f.stage, f.source, f.subject, f.reason, f.detail, f.times, f.last, f.quarantined FROM failures f
        WHERE f.resolved IS NULL ORDER BY f.last DESC""",
)


@MIGRATIONS()
def m001_the_line(db: Database) -> None:
    """Everything that the first whole line needs."""
    for statement in _M001:
        db.execute(statement)


@MIGRATIONS()
def m002_health(db: Database) -> None:
    """Alarms about sources: raised once, cleared when the source is well again."""
    db.execute(
        """CREATE TABLE health_alarms (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, trouble TEXT NOT NULL, text TEXT NOT NULL, since TEXT NOT NULL, raised TEXT NOT NULL,
            cleared TEXT, UNIQUE (source, trouble, since)
        ) STRICT"""
    )


@MIGRATIONS()
def m003_joins(db: Database) -> None:
    """Which sighting came to which publication, when and why; a split is a row as well."""
    db.execute(
        """CREATE TABLE joins (
            id INTEGER PRIMARY KEY, sighting_id INTEGER NOT NULL REFERENCES sightings(id) ON DELETE CASCADE, publication_id INTEGER NOT NULL,
            was INTEGER, reason TEXT NOT NULL, at TEXT NOT NULL
        ) STRICT"""
    )


_M003 = (
    """CREATE TABLE source_entities (
        source TEXT NOT NULL, id TEXT NOT NULL, category TEXT NOT NULL, fields TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
        changed TEXT NOT NULL, PRIMARY KEY (source, id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE source_links (
        source TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, relation TEXT NOT NULL, target TEXT NOT NULL,
        PRIMARY KEY (source, id, position)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX source_links_target ON source_links(source, target, relation)",
    """CREATE TABLE source_pending (
        source TEXT NOT NULL, id TEXT NOT NULL, category TEXT NOT NULL, version INTEGER NOT NULL, UNIQUE (source, id)
    ) STRICT""",
    """CREATE TABLE registered_commitments (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL, number TEXT NOT NULL, text TEXT NOT NULL, status TEXT NOT NULL, person TEXT, office TEXT,
        ministry TEXT, asked_by TEXT NOT NULL DEFAULT '[]', activity TEXT, activity_title TEXT, promised TEXT, registered TEXT, fulfilled TEXT,
        register_date TEXT, letters TEXT NOT NULL DEFAULT '[]', repeats TEXT NOT NULL DEFAULT '[]', changes TEXT NOT NULL DEFAULT '[]',
        supplements TEXT NOT NULL DEFAULT '[]', withdrawn INTEGER NOT NULL DEFAULT 0, first_seen TEXT NOT NULL, updated TEXT NOT NULL,
        UNIQUE (source, number)
    ) STRICT""",
    "CREATE INDEX registered_commitments_status ON registered_commitments(status, promised)",
)


@MIGRATIONS()
def m003_tables_of_a_source(db: Database) -> None:
    """What a source that publishes its own tables needs: its entities, what must be put together anew, the register of commitments."""
    for statement in _M003:
        db.execute(statement)


@MIGRATIONS()
def m004_paused_targets(db: Database) -> None:
    """Who asked to be left alone by which watch: what waits for them stays until they come back."""
    db.execute(
        """CREATE TABLE paused_targets (
            watch TEXT NOT NULL, target TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (watch, target)
        ) STRICT, WITHOUT ROWID"""
    )


@MIGRATIONS()
def m005_calendar_entries(db: Database) -> None:
    """The deadlines that a calendar was told of, with the revision number that its readers saw last; a promise that is gone leaves its row."""
    db.execute(
        """CREATE TABLE calendar_entries (
            publication_key TEXT NOT NULL, commitment_id INTEGER NOT NULL, uid TEXT NOT NULL UNIQUE, facts TEXT NOT NULL,
            sequence INTEGER NOT NULL DEFAULT 0, created TEXT NOT NULL, modified TEXT NOT NULL, PRIMARY KEY (publication_key, commitment_id)
        ) STRICT, WITHOUT ROWID"""
    )


_M006 = (
    "ALTER TABLE publications ADD COLUMN ministry TEXT",
    """CREATE TABLE watches (
        name TEXT PRIMARY KEY, first_seen TEXT NOT NULL, since TEXT NOT NULL, paused TEXT
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE digests (
        watch TEXT NOT NULL, target TEXT NOT NULL, slot TEXT NOT NULL, PRIMARY KEY (watch, target)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE fulfilments (
        id INTEGER PRIMARY KEY, publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE,
        document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE, kind TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        sentence TEXT NOT NULL, about TEXT NOT NULL, page INTEGER, was_phrase TEXT, was_after TEXT, phrase TEXT, not_before TEXT, not_after TEXT,
        rule TEXT NOT NULL, confidence REAL NOT NULL
    ) STRICT""",
    "CREATE INDEX fulfilments_publication ON fulfilments(publication_id)",
    """CREATE TABLE commitment_history (
        id INTEGER PRIMARY KEY, commitment_id INTEGER REFERENCES commitments(id) ON DELETE CASCADE,
        publication_id INTEGER NOT NULL REFERENCES publications(id) ON DELETE CASCADE, kind TEXT NOT NULL, at TEXT NOT NULL, day TEXT,
        from_date TEXT, to_date TEXT, from_phrase TEXT, to_phrase TEXT, sentence TEXT NOT NULL, page INTEGER, reason TEXT NOT NULL,
        by_commitment INTEGER, UNIQUE (commitment_id, kind, publication_id)
    ) STRICT""",
    "CREATE INDEX commitment_history_publication ON commitment_history(publication_id)",
    "ALTER TABLE revisions ADD COLUMN happened TEXT NOT NULL DEFAULT '[]'",
    "DROP VIEW review",
    """CREATE VIEW review AS
        SELECT f.id, f.stage, f.source, f.subject, f.reason, f.detail, f.times, f.last, f.quarantined FROM failures f
        WHERE f.resolved IS NULL
        UNION ALL
        SELECT c.id, 'correction', NULL, c.publication_key, c.verdict, c.fact || coalesce(': ' || c.note, ''), 1, c.at, 0 FROM corrections c
        ORDER BY 8 DESC""",
)


@MIGRATIONS()
def m006_following(db: Database) -> None:
    """Since when a watch exists, its digests, what becomes of a commitment, and what readers said of alerts."""
    for statement in _M006:
        db.execute(statement)


@MIGRATIONS()
def m007_backfills(db: Database) -> None:
    """How far each look into the past has come."""
    db.execute(
        """CREATE TABLE backfills (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, through TEXT, started TEXT NOT NULL,
            finished TEXT, UNIQUE (source, first, last)
        ) STRICT"""
    )


def _folded(column: str) -> str:
    """The column with the letters that PDFs write as one character (NFKC's ligatures) as two, so that the words they stand in are found."""
    for code, letters in ((0x133, "ij"), (0x132, "IJ"), (0xFB00, "ff"), (0xFB01, "fi"), (0xFB02, "fl"), (0xFB03, "ffi"), (0xFB04, "ffl")):
        column = f"replace({column}, char({code}), '{letters}')"
    return column


_FORGET = "INSERT INTO search (search, rowid, title, text)"
_INDEX = "INSERT INTO search (rowid, title, text) SELECT id, title, text FROM searchable WHERE"
# Full text with external content: the texts stay where they are, and these triggers keep the index in step, in the transaction of whoever writes.
_M008 = (
    "CREATE INDEX publications_document ON publications(document_id)",
    f"""CREATE VIEW searchable AS SELECT p.id, {_folded("p.title")} AS title, {_folded("d.text")} AS text
        FROM publications p LEFT JOIN documents d ON d.id = p.document_id""",
    """CREATE VIRTUAL TABLE search USING fts5(title, text, content='searchable', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', prefix='2 3')""",
    "CREATE VIRTUAL TABLE search_words USING fts5vocab('search', 'row')",
    f"CREATE TRIGGER search_publication_new AFTER INSERT ON publications BEGIN {_INDEX} id = NEW.id; END",
    f"""CREATE TRIGGER search_publication_changed AFTER UPDATE OF title, document_id ON publications
        WHEN OLD.title IS NOT NEW.title OR OLD.document_id IS NOT NEW.document_id BEGIN
        {_FORGET} VALUES ('delete', OLD.id, {_folded("OLD.title")}, (SELECT {_folded("text")} FROM documents WHERE id = OLD.document_id));
        {_INDEX} id = NEW.id; END""",
    f"""CREATE TRIGGER search_publication_gone AFTER DELETE ON publications BEGIN
        {_FORGET} VALUES ('delete', OLD.id, {_folded("OLD.title")}, (SELECT {_folded("text")} FROM documents WHERE id = OLD.document_id)); END""",
    f"""CREATE TRIGGER search_text_changed AFTER UPDATE OF text ON documents WHEN OLD.text IS NOT NEW.text BEGIN
        {_FORGET} SELECT 'delete', id, {_folded("title")}, {_folded("OLD.text")} FROM publications WHERE document_id = OLD.id;
        {_INDEX} id IN (SELECT id FROM publications WHERE document_id = NEW.id); END""",
    f"""CREATE TRIGGER search_text_gone AFTER DELETE ON documents BEGIN
        {_FORGET} SELECT 'delete', id, {_folded("title")}, {_folded("OLD.text")} FROM publications WHERE document_id = OLD.id;
        {_INDEX} id IN (SELECT id FROM publications WHERE document_id = OLD.id); END""",
    "INSERT INTO search (search) VALUES ('rebuild')",
)


@MIGRATIONS()
def m008_search(db: Database) -> None:
    """Full text of titles and texts."""
    for statement in _M008:
        db.execute(statement)


@MIGRATIONS()
def m009_order_of_promises(db: Database) -> None:
    """The promises in the order of the page: by deadline, those without one last."""
    db.execute("CREATE INDEX commitments_order ON commitments(not_after IS NULL, not_after, id)")
    db.execute("CREATE INDEX publications_ministry ON publications(ministry)")


@MIGRATIONS()
def m010_offices_and_channels(db: Database) -> None:
    """The publications of an office; the kind of a target, which may be shown where its address may not."""
    db.execute("CREATE INDEX publications_office ON publications(office, withdrawn)")
    db.execute("ALTER TABLE deliveries ADD COLUMN channel TEXT GENERATED ALWAYS AS (substr(target, 1, instr(target, ':') - 1)) VIRTUAL")


@MIGRATIONS()
def m011_followed_dossiers(db: Database) -> None:
    """The dossiers that each watch names, for the crawls that look after them."""
    db.execute("ALTER TABLE watches ADD COLUMN dossiers TEXT NOT NULL DEFAULT '[]'")
