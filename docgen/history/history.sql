-- The history of an API: every release, every revision of every model, and the differences between revisions.
--
-- Releases are numbered. A span is [since, until): the first release that has the row, and the first that no longer
-- has it. until is null if the newest release has the row. Content is stored once, however many releases repeat it.

-- Releases in version order, numbered from 1 without gaps.
CREATE TABLE release (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,          -- 1.12.83
    package TEXT NOT NULL,              -- botocore, or empty
    date TEXT,                          -- 2019-01-21
    identity TEXT NOT NULL,             -- the source's id of this state of the release (a commit), or empty
    has_summaries INTEGER NOT NULL      -- whether the official notes of the release are known
);

-- The official note of a release on a service.
CREATE TABLE summary (
    release INTEGER NOT NULL,
    service TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (release, service)
) WITHOUT ROWID;

-- The introduction that the publisher wrote for a release, in Markdown.
CREATE TABLE introduction (
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

-- One state of a model and of the files beside it. digest is git's id of the model (SHA-1 of its blob).
CREATE TABLE revision (
    api INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    digest TEXT NOT NULL,
    ordering BLOB,                      -- zlib: [operations, shapes] in file order; null if that is alphabetical
    PRIMARY KEY (api, since)
) WITHOUT ROWID;

-- An operation, a shape, or the remaining keys of the service, without documentation, as in service-2.json.
CREATE TABLE element (
    api INTEGER NOT NULL,
    kind TEXT NOT NULL,                 -- service, operation, shape
    name TEXT NOT NULL,                 -- CreateFleet; empty for the service
    since INTEGER NOT NULL,
    until INTEGER,
    content TEXT NOT NULL,              -- JSON
    PRIMARY KEY (api, kind, name, since)
) WITHOUT ROWID;

-- The documentation of the elements that a revision changed: zlib of {kind: {name: documentation by key, or null}}.
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

-- Every name in a model, with the releases that have it. The full element id is the service, '#' and this id.
CREATE TABLE lifetime (
    api INTEGER NOT NULL,
    id TEXT NOT NULL,                   -- CreateFleet(), Fleet, Fleet$Tags, FleetState$RUNNING, paginator:ListFleets
    kind TEXT NOT NULL,                 -- operation, shape, member, enum-value, error, paginator, waiter
    since INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (api, id, kind, since)
) WITHOUT ROWID;

-- What differs between a revision and the one before it. Documentation strings are not repeated here.
CREATE TABLE fact (
    api INTEGER NOT NULL,
    since INTEGER NOT NULL,             -- the release that brought the revision
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,                 -- docgen.diff.Kind
    carrier TEXT NOT NULL,              -- what carries the value: operation, member, shape, input, item, ...
    trait TEXT NOT NULL,
    effective INTEGER NOT NULL,
    old TEXT,                           -- JSON; null if it was added
    new TEXT,                           -- JSON; null if it was removed
    PRIMARY KEY (api, since, position)
) WITHOUT ROWID;

-- The sum of the CRC-32 of all rows of a table, or of those of one API, as docgen.history.checksums computes it.
CREATE TABLE checksum (
    api INTEGER NOT NULL,               -- 0 for tables without APIs
    part TEXT NOT NULL,                 -- the table
    sum INTEGER NOT NULL,
    PRIMARY KEY (api, part)
) WITHOUT ROWID;

-- The same for people: names in place of numbers, and the numbers to sort by.

CREATE VIEW since AS
SELECT api.service, api.api_version, lifetime.kind, api.service || '#' || lifetime.id AS id,
       first.name AS since, first.date AS since_date, removed.name AS until, removed.date AS until_date,
       lifetime.since AS since_number, lifetime.until AS until_number
FROM lifetime
JOIN api ON api.id = lifetime.api
JOIN release AS first ON first.number = lifetime.since
LEFT JOIN release AS removed ON removed.number = lifetime.until;

CREATE VIEW revisions AS
SELECT api.service, api.api_version, first.name AS since, first.date AS since_date, removed.name AS until,
       revision.digest,
       (SELECT previous.digest FROM revision AS previous
        WHERE previous.api = revision.api AND previous.until = revision.since) AS previous_digest,
       revision.since AS since_number, revision.until AS until_number
FROM revision
JOIN api ON api.id = revision.api
JOIN release AS first ON first.number = revision.since
LEFT JOIN release AS removed ON removed.number = revision.until;

CREATE VIEW facts AS
SELECT release.name AS release, release.date, api.service, api.api_version,
       (SELECT previous.digest FROM revision AS previous
        WHERE previous.api = fact.api AND previous.until = fact.since) AS old_digest,
       (SELECT revision.digest FROM revision
        WHERE revision.api = fact.api AND revision.since = fact.since) AS new_digest,
       api.service || '#' || fact.id AS id, fact.kind, fact.carrier, fact.trait, fact.effective, fact.old, fact.new,
       fact.since AS release_number
FROM fact
JOIN api ON api.id = fact.api
JOIN release ON release.number = fact.since;
