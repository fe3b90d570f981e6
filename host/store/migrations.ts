/** The registry's tables: `DatabaseOptions.steps`. */
export const steps: readonly string[] = [
  `
  CREATE TABLE tenants (
    name            TEXT PRIMARY KEY,
    created_at      TEXT NOT NULL,
    active_version  INTEGER,
    limits          TEXT NOT NULL,
    isolation       TEXT NOT NULL CHECK (isolation IN ('request', 'reuse')),
    FOREIGN KEY (name, active_version) REFERENCES versions (tenant, id) DEFERRABLE INITIALLY DEFERRED
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE hostnames (
    hostname  TEXT PRIMARY KEY,
    tenant    TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
    position  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX hostnames_by_tenant ON hostnames (tenant, position);

  CREATE VIEW tenant_records AS
    SELECT name, created_at, active_version, limits, isolation, (
      SELECT json_group_array(hostname ORDER BY position) FROM hostnames WHERE tenant = name
    ) AS hostnames
    FROM tenants;

  CREATE TABLE versions (
    tenant             TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
    id                 INTEGER NOT NULL,
    created_at         TEXT NOT NULL,
    kind               TEXT NOT NULL CHECK (kind IN ('slim', 'static')),
    runtime            TEXT,
    runtime_integrity  TEXT,
    component          TEXT NOT NULL,
    upload_bytes       INTEGER NOT NULL,
    artifacts          TEXT NOT NULL,
    meta               TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
  ) STRICT;

  -- Outlives the tenant: a name that is given again goes on counting, so that nothing kept by (tenant, version) outside
  -- of the registry can be taken for a deployment of the earlier owner.
  CREATE TABLE version_counters (
    tenant   TEXT PRIMARY KEY,
    last_id  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- For each tenant a stack: activation pushes, rollback pops.
  CREATE TABLE activations (
    sequence  INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant    TEXT NOT NULL,
    version   INTEGER NOT NULL,
    FOREIGN KEY (tenant, version) REFERENCES versions (tenant, id) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX activations_by_version ON activations (tenant, version);

  CREATE TABLE tokens (
    id          TEXT PRIMARY KEY,
    hash        TEXT NOT NULL UNIQUE,
    label       TEXT NOT NULL,
    scope       TEXT NOT NULL,
    created_at  TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // WASI commands. A check cannot be altered, but goes with its column; dropping the table would take the activations
  // along.
  `
  ALTER TABLE versions RENAME COLUMN kind TO kind_1;
  ALTER TABLE versions ADD COLUMN kind TEXT NOT NULL DEFAULT 'slim' CHECK (kind IN ('slim', 'static', 'wasi'));
  UPDATE versions SET kind = kind_1;
  ALTER TABLE versions DROP COLUMN kind_1;
  `,
  // The configuration of a version, the tenants' secrets (sealed), and a second version with a share of the traffic.
  `
  ALTER TABLE versions ADD COLUMN config TEXT NOT NULL DEFAULT '{}';

  CREATE TABLE secrets (
    tenant      TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    key_id      TEXT NOT NULL,
    sealed      BLOB NOT NULL,
    updated_at  TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE rollouts (
    tenant   TEXT PRIMARY KEY REFERENCES tenants (name) ON DELETE CASCADE,
    version  INTEGER NOT NULL,
    percent  REAL NOT NULL,
    FOREIGN KEY (tenant, version) REFERENCES versions (tenant, id)
  ) STRICT, WITHOUT ROWID;

  DROP VIEW tenant_records;
  CREATE VIEW tenant_records AS
    SELECT tenants.name, created_at, active_version, limits, isolation, rollouts.version AS rollout_version, percent, (
      SELECT json_group_array(hostname ORDER BY position) FROM hostnames WHERE tenant = tenants.name
    ) AS hostnames
    FROM tenants LEFT JOIN rollouts ON rollouts.tenant = tenants.name;
  `,
  // Tokens for one tenant, which are deleted with it, and the log of changes by the admin API.
  `
  ALTER TABLE tokens ADD COLUMN tenant TEXT REFERENCES tenants (name) ON DELETE CASCADE;
  ALTER TABLE tokens ADD COLUMN expires_at TEXT;
  ALTER TABLE tokens ADD COLUMN last_used_at TEXT;

  CREATE TABLE audit (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    time         TEXT NOT NULL,
    token        TEXT NOT NULL,
    token_label  TEXT NOT NULL,
    action       TEXT NOT NULL,
    tenant       TEXT,
    target       TEXT,
    outcome      TEXT NOT NULL,
    request      TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_tenant ON audit (tenant, id);
  CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is not rewritten'); END;
  `,
  // The column for the runtime's integrity held the identity of its build, which is one of the deploy's notes. The
  // integrity of older versions is not known, because only the package of that build states it.
  `
  UPDATE versions SET meta = json_set(meta, '$.build', runtime_integrity), runtime_integrity = NULL
    WHERE runtime_integrity IS NOT NULL;
  `,
  // The data folder knows its registry again by these two values (data-folder.ts).
  `
  CREATE TABLE identity (
    id       TEXT NOT NULL,
    changes  INTEGER NOT NULL
  ) STRICT;
  INSERT INTO identity VALUES (lower(hex(randomblob(16))), 0);
  `,
  // The use that a version makes of its tenant's disk, and the versions that still need a blob, without a look at all
  // of them.
  `
  ALTER TABLE versions ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
  UPDATE versions SET stored_bytes = upload_bytes;

  CREATE TABLE version_blobs (
    blob     TEXT NOT NULL,
    tenant   TEXT NOT NULL,
    version  INTEGER NOT NULL,
    PRIMARY KEY (blob, tenant, version),
    FOREIGN KEY (tenant, version) REFERENCES versions (tenant, id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX version_blobs_by_version ON version_blobs (tenant, version);
  INSERT INTO version_blobs (blob, tenant, version)
    SELECT component, tenant, id FROM versions
    UNION SELECT json_each.value, versions.tenant, versions.id FROM versions, json_each(versions.artifacts);
  `,
  // The label that puts a tenant into a group of its own.
  `
  ALTER TABLE tenants ADD COLUMN group_label TEXT;

  DROP VIEW tenant_records;
  CREATE VIEW tenant_records AS
    SELECT tenants.name, created_at, active_version, limits, isolation, group_label, rollouts.version AS rollout_version,
      percent, (
        SELECT json_group_array(hostname ORDER BY position) FROM hostnames WHERE tenant = tenants.name
      ) AS hostnames
    FROM tenants LEFT JOIN rollouts ON rollouts.tenant = tenants.name;
  `,
  // The static files of a tenant's versions, each once: `version_blobs` says which versions have a file.
  `
  CREATE TABLE assets (
    tenant  TEXT NOT NULL REFERENCES tenants (name) ON DELETE CASCADE,
    blob    TEXT NOT NULL,
    bytes   INTEGER NOT NULL,
    PRIMARY KEY (tenant, blob)
  ) STRICT, WITHOUT ROWID;
  `,
];
