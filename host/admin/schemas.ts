/** The answers of the admin API as schemas. Their names appear in its description and in the generated types. */

import { type TSchema, Type } from "#typebox";
import { tenantLimitsSchema } from "../config/settings.ts";
import { logLevels, logSources } from "../observe/log-line.ts";
import { closed, nullable, timeSchema } from "./routes.ts";

const milliseconds = Type.Integer({ description: "ms since the epoch" });
const isolation = Type.Enum(["request", "reuse"]);

const tenantSchema = Type.Object(
  {
    name: Type.String(),
    hostnames: Type.Array(Type.String()),
    createdAt: timeSchema,
    activeVersion: nullable(Type.Integer()),
    limits: tenantLimitsSchema,
    isolation,
    group: nullable(Type.String({ description: "the operator's label for the process that runs the tenant" })),
    parked: nullable(Type.Object({ until: timeSchema, reason: Type.String() }, closed)),
    rollout: nullable(Type.Object({ version: Type.Integer(), percent: Type.Number() }, closed)),
    url: nullable(Type.String()),
  },
  { $id: "Tenant", ...closed },
);

const versionProperties = {
  tenant: Type.String(),
  id: Type.Integer(),
  createdAt: timeSchema,
  kind: Type.Enum(["slim", "static", "wasi"]),
  runtime: nullable(Type.String()),
  runtimeIntegrity: nullable(Type.String()),
  component: Type.String({ description: "SHA-256 of the upload" }),
  uploadBytes: Type.Integer(),
  config: Type.Record(Type.String(), Type.Unknown(), { description: "the run-time part of its manifest" }),
  active: Type.Boolean(),
  url: nullable(Type.String()),
};
const versionSchema = Type.Object(versionProperties, { $id: "Version", ...closed });
const newVersionSchema = Type.Object(
  {
    ...versionProperties,
    warnings: Type.Array(Type.String(), { description: "warnings that the program's start-up has logged" }),
  },
  { $id: "NewVersion", ...closed },
);

const tokenProperties = {
  id: Type.String(),
  label: Type.String(),
  scope: Type.Enum(["operator", "tenant"]),
  tenant: nullable(Type.String()),
  createdAt: timeSchema,
  expiresAt: nullable(timeSchema),
  lastUsedAt: nullable(timeSchema),
};
const tokenSchema = Type.Object(tokenProperties, { $id: "Token", ...closed });
const newTokenSchema = Type.Object(
  { ...tokenProperties, token: Type.String({ description: "shown this once" }) },
  { $id: "NewToken", ...closed },
);

const auditEntrySchema = Type.Object(
  {
    id: Type.Integer(),
    time: timeSchema,
    token: Type.Object({ id: Type.String(), label: Type.String() }, closed),
    action: Type.String(),
    tenant: nullable(Type.String()),
    target: nullable(Type.String()),
    outcome: Type.String({ description: "done, or an error's code" }),
    request: Type.String(),
  },
  { $id: "AuditEntry", ...closed },
);

const logLineSchema = Type.Object(
  {
    time: milliseconds,
    level: Type.Enum([...logLevels]),
    source: Type.Enum([...logSources]),
    version: nullable(Type.Integer()),
    request: nullable(Type.String()),
    message: Type.String(),
  },
  { $id: "LogLine", ...closed },
);

const cronSchema = Type.Object(
  {
    cron: Type.String(),
    nextRun: nullable(milliseconds),
    lastRun: nullable(Type.Integer({ description: "the time that the last run was for, ms since the epoch" })),
    lastOutcome: nullable(
      Type.String({ description: "running, ok, interrupted, an error's code, or status and a number" }),
    ),
    lastMs: nullable(Type.Integer({ description: "how long it took" })),
    missed: Type.Integer({ description: "times that led to no run" }),
  },
  { $id: "Cron", ...closed },
);

export const sharedSchemas: readonly TSchema[] = [
  tenantSchema,
  versionSchema,
  newVersionSchema,
  tokenSchema,
  newTokenSchema,
  auditEntrySchema,
  logLineSchema,
  cronSchema,
];

const tenant = Type.Ref("Tenant#");
const version = Type.Ref("Version#");
const token = Type.Ref("Token#");
const next = nullable(Type.String({ description: "give it as `after` to read on; null at the end" }));

/** Values for `response`: the routes' answers, by the names of the shared schemas. */
export const answers = {
  health: Type.Object(
    {
      status: Type.Literal("ok"),
      version: Type.String(),
      ingress: nullable(Type.String({ description: "base URL of the tenants' traffic" })),
      domain: Type.String(),
      groups: nullable(
        Type.Array(
          Type.Object(
            {
              name: Type.String(),
              state: Type.Enum(["running", "starting"]),
              restarts: Type.Integer({ description: "how often its process has ended by itself" }),
              lastStartMs: nullable(Type.Integer({ description: "how long the last start took" })),
            },
            closed,
          ),
          { description: "the processes that run tenants; null if the host's own does" },
        ),
      ),
    },
    closed,
  ),
  runtimes: Type.Object(
    {
      runtimes: Type.Array(
        Type.Object({ name: Type.String(), version: Type.String(), integrity: Type.String() }, closed),
      ),
    },
    closed,
  ),
  tenant,
  tenants: Type.Object({ tenants: Type.Array(tenant), next }, closed),
  version,
  newVersion: Type.Ref("NewVersion#"),
  versions: Type.Object({ versions: Type.Array(version), next }, closed),
  token,
  tokens: Type.Object({ tokens: Type.Array(token), next }, closed),
  newToken: Type.Ref("NewToken#"),
  logs: Type.Object(
    {
      lines: Type.Array(Type.Ref("LogLine#")),
      before: nullable(Type.Integer({ description: "give it as `before` for the lines before these" })),
      after: nullable(Type.Integer({ description: "give it as `after` for the lines that follow, now or later" })),
    },
    closed,
  ),
  crons: Type.Object({ crons: Type.Array(Type.Ref("Cron#")) }, closed),
  audit: Type.Object({ entries: Type.Array(Type.Ref("AuditEntry#")), next }, closed),
};
