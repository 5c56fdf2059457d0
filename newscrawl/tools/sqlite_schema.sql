-- The database of `scrapy export --format sqlite`. Times are ISO 8601 in UTC; lists are JSON.

-- One row: how far the archive was read, the sites that were chosen ("[]" for all), and the last
-- record of the archive about posts that were forgotten.
CREATE TABLE export (
    cursor INTEGER NOT NULL,
    sites TEXT NOT NULL,
    forgotten INTEGER NOT NULL
);

-- One row per post, as in its last record. "status" is "publish" or "deleted".
CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    guid TEXT NOT NULL,
    post_id INTEGER,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    url TEXT NOT NULL,
    slug TEXT NOT NULL,
    revision INTEGER NOT NULL,
    published TEXT,
    year INTEGER,
    modified TEXT,
    title TEXT,
    language TEXT,
    authors TEXT NOT NULL,
    categories TEXT NOT NULL,
    tags TEXT NOT NULL,
    image TEXT,
    protected TEXT,
    story TEXT,
    outcome TEXT,
    publisher TEXT,
    crawled TEXT NOT NULL,
    run INTEGER NOT NULL,
    -- The long columns are last: SQLite reads a row up to the last column that it needs.
    excerpt TEXT,
    text TEXT,
    html TEXT
);
CREATE INDEX posts_by_guid ON posts (guid);
CREATE INDEX posts_by_date ON posts (published);
CREATE INDEX posts_by_outcome ON posts (outcome);
CREATE INDEX posts_by_publisher ON posts (publisher);

-- The full article of a post, if the post has a link to one.
CREATE TABLE articles (
    post INTEGER PRIMARY KEY REFERENCES posts (id),
    link TEXT NOT NULL,
    link_text TEXT,
    link_score REAL,
    url TEXT,
    outcome TEXT NOT NULL,
    http_status INTEGER,
    publisher TEXT,
    title TEXT,
    authors TEXT,
    published TEXT,
    modified TEXT,
    text TEXT,
    html TEXT,
    language TEXT,
    image TEXT,
    word_count INTEGER,
    extractor TEXT,
    confidence REAL,
    rights TEXT,
    hops TEXT,
    fetched TEXT
);

CREATE TABLE authors (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    author_id INTEGER,
    name TEXT,
    slug TEXT,
    url TEXT
);
CREATE UNIQUE INDEX authors_by_key ON authors (site, coalesce(author_id, name));

CREATE TABLE post_authors (
    post INTEGER NOT NULL REFERENCES posts (id),
    author INTEGER NOT NULL REFERENCES authors (id),
    PRIMARY KEY (post, author)
) WITHOUT ROWID;

-- Categories ("category"), tags ("post_tag") and the terms of other taxonomies.
CREATE TABLE terms (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    taxonomy TEXT NOT NULL,
    term_id INTEGER,
    name TEXT,
    slug TEXT,
    url TEXT
);
CREATE UNIQUE INDEX terms_by_key ON terms (site, taxonomy, coalesce(term_id, name));

CREATE TABLE post_terms (
    post INTEGER NOT NULL REFERENCES posts (id),
    term INTEGER NOT NULL REFERENCES terms (id),
    PRIMARY KEY (post, term)
) WITHOUT ROWID;
CREATE INDEX posts_by_term ON post_terms (term);

-- The links in the body of a post; "guid" is that of the target, if it is archived.
CREATE TABLE links (
    post INTEGER NOT NULL REFERENCES posts (id),
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    text TEXT,
    kind TEXT NOT NULL,
    guid TEXT,
    PRIMARY KEY (post, position)
) WITHOUT ROWID;

-- Every record that was issued of a post; "id" is the cursor of `scrapy changes`.
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY,
    post INTEGER NOT NULL REFERENCES posts (id),
    revision INTEGER NOT NULL,
    change TEXT NOT NULL,
    published TEXT,
    modified TEXT,
    title TEXT,
    text TEXT,
    outcome TEXT,
    article_title TEXT,
    article_text TEXT,
    content_hash TEXT,
    crawled TEXT NOT NULL,
    run INTEGER NOT NULL
);
CREATE INDEX revisions_by_post ON revisions (post, revision);

-- The posts that the sites still have, each with its article.
CREATE VIEW latest AS
SELECT
    posts.id, posts.site, posts.guid, posts.post_id, posts.type, posts.url, posts.revision,
    posts.published, posts.year, posts.modified, posts.title, posts.excerpt, posts.text,
    posts.language, posts.authors, posts.categories, posts.tags, posts.outcome, posts.publisher,
    articles.url AS article_url, articles.title AS article_title, articles.text AS article_text,
    articles.authors AS article_authors, articles.published AS article_published,
    articles.language AS article_language, articles.word_count AS article_words
FROM posts LEFT JOIN articles ON articles.post = posts.id
WHERE posts.status = 'publish';

-- The search over `latest`; a rowid is the id of a post. The words themselves are in the tables.
CREATE VIRTUAL TABLE search USING fts5 (
    title, text, article_title, article_text,
    content = 'latest', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
