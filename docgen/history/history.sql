-- The history of an API: every release, every revision of every model, and what differs from one to the next.
--
-- A span is [since, until): both name a release by its number; until is null for what the newest release still has.
-- What a model says is kept once, from the release that brought it, however many releases repeat it.

-- Releases in the order of their versions, numbered from 1 without gaps.
CREATE TABLE release (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,          -- 1.12.83
    package TEXT NOT NULL,              -- botocore, or empty
    date TEXT,                          -- 2019-01-21
    identity TEXT NOT NULL,             -- what the source calls this state of the release (a commit), or empty
    has_summaries INTEGER NOT NULL      -- whether the release says something of its services in words
);

-- What a release says of a service.
CREATE TABLE summary (
    release INTEGER NOT NULL,
    service TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (release, service)
) WITHOUT ROWID;

-- What the publisher says of a release by hand, in Markdown. Files that are older than this table get it when they are
-- next written.
CREATE TABLE IF NOT EXISTS introduction (
    release INTEGER PRIMARY KEY,
    text TEXT NOT NULL
);

-- A service at one API version.
CREATE TABLE api (
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,              -- the name that SDKs use: appstream
    api_version TEXT NOT NULL,          -- 2016-12-01
    UNIQUE (service, api_version)
);

-- One state of a model and the files beside it. digest is git's content name of the model (SHA-1 of its blob).
CREATE TABLE revision (
    api INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    digest TEXT NOT NULL,
    ordering BLOB,                      -- zlib: [operations, shapes] where their order is not that of the alphabet
    PRIMARY KEY (api, since)
) WITHOUT ROWID;

-- An operation, a shape, or what a model says of the service as a whole, without documentation, as in service-2.json.
CREATE TABLE element (
    api INTEGER NOT NULL,
    kind TEXT NOT NULL,                 -- service, operation, shape
    name TEXT NOT NULL,                 -- CreateFleet; empty for the service
    since INTEGER NOT NULL,
    until INTEGER,
    content TEXT NOT NULL,              -- JSON
    PRIMARY KEY (api, kind, name, since)
) WITHOUT ROWID;

-- The documentation of the elements that a revision brought: zlib of {kind: {name: what it says where, or null}}.
CREATE TABLE documentation (
    api INTEGER NOT NULL,
    since INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (api, since)
) WITHOUT ROWID;

-- A file beside a model, such as waiters-2.json: zlib of its bytes.
CREATE TABLE file (
    api INTEGER NOT NULL,
    name TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    digest TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (api, name, since)
) WITHOUT ROWID;

-- Every name that a model has, and from when to when. An id stands behind the service's name and '#' elsewhere.
CREATE TABLE lifetime (
    api INTEGER NOT NULL,
    id TEXT NOT NULL,                   -- CreateFleet(), Fleet, Fleet$Tags, FleetState$RUNNING, paginator:ListFleets
    kind TEXT NOT NULL,                 -- operation, shape, member, enum-value, error, paginator, waiter
    since INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (api, id, kind, since)
) WITHOUT ROWID;

-- What differs between a revision and the one before it. Words of documentation are not repeated here.
CREATE TABLE fact (
    api INTEGER NOT NULL,
    since INTEGER NOT NULL,             -- of the revision that brought it
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,                 -- of docgen.diff.Kind
    at TEXT NOT NULL,
    trait TEXT NOT NULL,
    effective INTEGER NOT NULL,
    old TEXT,                           -- JSON; null for what was added
    new TEXT,                           -- JSON; null for what was removed
    PRIMARY KEY (api, since, position)
) WITHOUT ROWID;

-- Of the rows of each table: the sum of their CRC-32, without the API, as docgen.store.checksums works it out.
-- Files that are older than this table (user_version 1) get it when they are next written.
CREATE TABLE IF NOT EXISTS checksum (
    api INTEGER NOT NULL,               -- 0 for tables that are of no API
    part TEXT NOT NULL,                 -- the table
    sum INTEGER NOT NULL,
    PRIMARY KEY (api, part)
) WITHOUT ROWID;

-- For people: the same with names instead of numbers, and the numbers too, to sort by.

CREATE VIEW since AS
SELECT api.service, api.api_version, lifetime.kind, api.service || '#' || lifetime.id AS id,
       first.name AS since, first.date AS since_date, gone.name AS until, gone.date AS until_date,
       lifetime.since AS since_number, lifetime.until AS until_number
FROM lifetime
JOIN api ON api.id = lifetime.api
JOIN release AS first ON first.number = lifetime.since
LEFT JOIN release AS gone ON gone.number = lifetime.until;

CREATE VIEW revisions AS
SELECT api.service, api.api_version, first.name AS since, first.date AS since_date, gone.name AS until, revision.digest,
       (SELECT before.digest FROM revision AS before
        WHERE before.api = revision.api AND before.until = revision.since) AS previous_digest,
       revision.since AS since_number, revision.until AS until_number
FROM revision
JOIN api ON api.id = revision.api
JOIN release AS first ON first.number = revision.since
LEFT JOIN release AS gone ON gone.number = revision.until;

CREATE VIEW facts AS
SELECT release.name AS release, release.date, api.service, api.api_version,
       (SELECT before.digest FROM revision AS before
        WHERE before.api = fact.api AND before.until = fact.since) AS old_digest,
       (SELECT revision.digest FROM revision
        WHERE revision.api = fact.api AND revision.since = fact.since) AS new_digest,
       api.service || '#' || fact.id AS id, fact.kind, fact.at, fact.trait, fact.effective, fact.old, fact.new,
       fact.since AS release_number
FROM fact
JOIN api ON api.id = fact.api
JOIN release ON release.number = fact.since;
