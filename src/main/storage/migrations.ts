/**
 * The schema, step by step: the database's `user_version` says how many of these have been carried out. Each runs in a
 * transaction of its own and is never changed once released; a new shape is a new step at the end.
 */
export const migrations: readonly string[] = [
  `
  -- Rows of the state, one table for each of its members: what start-up loads. "sum" is a CRC-32 of "data": SQLite itself
  -- does not notice a character that turned into another one.
  CREATE TABLE projects    (id TEXT PRIMARY KEY, v INTEGER NOT NULL, data TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;
  CREATE TABLE workstreams (id TEXT PRIMARY KEY, v INTEGER NOT NULL, data TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;
  -- The fields of a workstream that change all the time.
  CREATE TABLE workstreams_live (id TEXT PRIMARY KEY, data TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;
  CREATE TABLE requests    (id TEXT PRIMARY KEY, v INTEGER NOT NULL, data TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;
  CREATE TABLE words       (id TEXT PRIMARY KEY, v INTEGER NOT NULL, data TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;
  CREATE TABLE attention   (id TEXT PRIMARY KEY, v INTEGER NOT NULL, data TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;
  CREATE TABLE rate_limits (id TEXT PRIMARY KEY, v INTEGER NOT NULL, data TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;

  -- Transcripts. An item keeps its number when it is written again; the outbox and the index refer to it. It is found by
  -- a hash of its id and its workstream's: both are long, and an index of them would be as large as the short items.
  CREATE TABLE items (
    n INTEGER PRIMARY KEY,
    workstream_id TEXT NOT NULL,
    id TEXT NOT NULL,
    id_hash INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    at INTEGER NOT NULL,
    v INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX items_by_id ON items (id_hash);
  CREATE INDEX items_by_ordinal ON items (workstream_id, ordinal);

  -- The words of items, not their text: the table keeps no second copy. Written behind the outbox, see marks.indexed.
  CREATE VIRTUAL TABLE transcript USING fts5(
    text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
  );

  CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    workstream_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    cause TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT,
    problem TEXT
  ) STRICT;
  CREATE TABLE plans (workstream_id TEXT PRIMARY KEY, steps TEXT NOT NULL) STRICT;
  CREATE TABLE notes (n INTEGER PRIMARY KEY, workstream_id TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
  CREATE INDEX notes_by_workstream ON notes (workstream_id, n);
  CREATE TABLE tickets (workstream_id TEXT PRIMARY KEY, key TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL) STRICT;

  -- The newest events. One about an item refers to it and holds no copy.
  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    cause TEXT,
    v INTEGER NOT NULL,
    item INTEGER,
    event TEXT
  ) STRICT;
  -- How far work that is done behind the outbox has come, as a sequence number.
  CREATE TABLE marks (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;

  CREATE TABLE commands (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    name TEXT NOT NULL,
    actor TEXT NOT NULL,
    surface TEXT NOT NULL,
    workstream_id TEXT,
    focused_ms INTEGER,
    key TEXT,
    input TEXT NOT NULL,
    outcome TEXT,
    answer TEXT,
    -- Set together with the first event that the command brought about.
    caused INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE UNIQUE INDEX commands_by_key ON commands (actor, key) WHERE key IS NOT NULL;
  CREATE TABLE capabilities (hash TEXT PRIMARY KEY, kind TEXT NOT NULL, principal TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
  `
  -- Settings of the human, which are rows of the state. The table "settings" is what the engine keeps for itself.
  CREATE TABLE choices (id TEXT PRIMARY KEY, v INTEGER NOT NULL, data TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;
  `,
  `
  -- The words of items again, now with a second column for what they are filtered by. Those there are already are indexed
  -- behind the start, the newest first: "marks.unindexed…" says up to which row they are not.
  DROP TABLE transcript;
  CREATE VIRTUAL TABLE transcript USING fts5(
    text, facets, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
  );
  -- What else can be found: tickets, requests, words that were not delivered. Kept here because a request that was answered
  -- is kept nowhere else.
  CREATE TABLE documents (
    n INTEGER PRIMARY KEY,
    workstream_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    ref TEXT NOT NULL,
    sender TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX documents_by_ref ON documents (workstream_id, kind, ref);
  CREATE VIRTUAL TABLE documents_words USING fts5(
    text, facets, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
  );
  INSERT INTO marks (name, seq) SELECT 'unindexed', coalesce(max(n), 0) FROM items;
  INSERT INTO marks (name, seq) SELECT 'unindexed-tickets', coalesce(max(rowid), 0) FROM tickets;
  INSERT INTO marks (name, seq) SELECT 'unindexed-requests', coalesce(max(rowid), 0) FROM requests;
  `,
  `
  -- What is said about the work of a workstream, folded from its events as one row; and the hunks the human has viewed,
  -- in the order of viewing, which would make that row long.
  CREATE TABLE reviews (workstream_id TEXT PRIMARY KEY, v INTEGER NOT NULL, data TEXT NOT NULL, sum INTEGER NOT NULL) STRICT;
  CREATE TABLE viewed_hunks (
    n INTEGER PRIMARY KEY,
    workstream_id TEXT NOT NULL,
    key TEXT NOT NULL,
    UNIQUE (workstream_id, key)
  ) STRICT;
  `,
  `
  -- Running totals when a turn was opened and when it ended, as JSON: what it cost.
  ALTER TABLE turns ADD COLUMN spent_before TEXT;
  ALTER TABLE turns ADD COLUMN spent_after TEXT;
  CREATE INDEX turns_by_workstream ON turns (workstream_id, number);
  -- Since when a workstream was in which phase.
  CREATE TABLE phases (n INTEGER PRIMARY KEY, workstream_id TEXT NOT NULL, at INTEGER NOT NULL, phase TEXT NOT NULL) STRICT;
  CREATE INDEX phases_by_workstream ON phases (workstream_id, n);
  CREATE INDEX commands_by_workstream ON commands (workstream_id) WHERE workstream_id IS NOT NULL;
  `,
];
