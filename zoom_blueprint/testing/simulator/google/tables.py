"""Know the tables of Google's side."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS google_codes (
    digest TEXT PRIMARY KEY, user_id TEXT NOT NULL, redirect_uri TEXT NOT NULL, scopes TEXT NOT NULL, challenge TEXT,
    method TEXT, gives_refresh INTEGER NOT NULL, expires_at REAL NOT NULL, used_at REAL);
CREATE TABLE IF NOT EXISTS google_grants (
    id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, scopes TEXT NOT NULL, created_at REAL NOT NULL,
    refreshes INTEGER NOT NULL DEFAULT 0, ended_at REAL, ended_reason TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS one_live_google_grant ON google_grants (user_id) WHERE ended_at IS NULL;
CREATE TABLE IF NOT EXISTS google_tokens (
    digest TEXT PRIMARY KEY, grant_id INTEGER NOT NULL, kind TEXT NOT NULL, expires_at REAL);
CREATE TABLE IF NOT EXISTS google_calendars (
    id TEXT NOT NULL, user_id TEXT NOT NULL, summary TEXT NOT NULL, timezone TEXT NOT NULL, is_primary INTEGER NOT NULL,
    access_role TEXT NOT NULL, has_meet INTEGER NOT NULL, PRIMARY KEY (id, user_id));
CREATE TABLE IF NOT EXISTS google_events (
    calendar_id TEXT NOT NULL, id TEXT NOT NULL, change INTEGER NOT NULL UNIQUE, meet_ready_at REAL, body TEXT NOT NULL,
    organized_in TEXT, PRIMARY KEY (calendar_id, id));
CREATE TABLE IF NOT EXISTS google_invitations (
    id INTEGER PRIMARY KEY, email TEXT NOT NULL, kind TEXT NOT NULL, event TEXT NOT NULL, sent_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS google_channels (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, calendar_id TEXT NOT NULL, resource_id TEXT NOT NULL,
    token TEXT NOT NULL, address TEXT NOT NULL, expires_at REAL NOT NULL, number INTEGER NOT NULL DEFAULT 0,
    stopped_at REAL);
CREATE TABLE IF NOT EXISTS google_pushes (
    id INTEGER PRIMARY KEY, channel_id TEXT NOT NULL, address TEXT NOT NULL, headers TEXT NOT NULL, state TEXT NOT NULL,
    due_at REAL NOT NULL, attempts TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS google_pushes_due ON google_pushes (state, due_at);
"""
TABLES = (
    *("google_codes", "google_grants", "google_tokens", "google_calendars", "google_events", "google_channels"),
    *("google_pushes", "google_invitations"),
)
