import { availableParallelism } from "node:os";
import { Type } from "#typebox";
import { addressPattern } from "./address.ts";
import { hostLimitDefaults, LARGEST_LIMIT, tenantLimitDefaults } from "./limits.ts";

function limitProperties<Defaults extends Record<string, number>>(defaults: Defaults) {
  const properties = Object.fromEntries(
    Object.keys(defaults).map((name) => [name, Type.Integer({ minimum: 1, maximum: LARGEST_LIMIT })]),
  );
  return properties as { [Name in keyof Defaults]: Type.TInteger };
}

const hostname = Type.String({
  pattern: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?([.][a-z0-9]([a-z0-9-]*[a-z0-9])?)*$",
  maxLength: 253,
});

/** A label by which an operator puts tenants into a group of their own (host/groups). */
export const groupLabel = Type.String({ pattern: "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$" });

/** pino's levels. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** The requests with a line in the host's log: none, a sample, or all. */
export const requestLogModes = ["off", "sampled", "all"] as const;
/** Whether tenants that keep being cut are slowed and parked. */
export const parkingModes = ["on", "off"] as const;
/** Whether tenants can be called by path, /t/NAME/, or by their hostnames alone. */
const pathModes = ["on", "off"] as const;

/** The field in which trusted proxies name the client: X-Forwarded-For with X-Forwarded-Proto, or Forwarded (RFC 7239). */
const proxyHeaders = ["x-forwarded", "forwarded"] as const;

export type ProxyHeader = (typeof proxyHeaders)[number];
export type RequestLogMode = (typeof requestLogModes)[number];

/** A tenant's own limits, as the admin API takes them. */
export const tenantLimitsSchema = Type.Partial(Type.Object(limitProperties(tenantLimitDefaults)), {
  additionalProperties: false,
});

/** The settings of a host as they stand in a file; docs/reference/configuration.md describes each. */
export const settingsSchema = Type.Object(
  {
    dataDir: Type.String({ minLength: 1 }),
    secretKeyFile: Type.String({ minLength: 1 }),
    listen: Type.String({ pattern: addressPattern }),
    listenTls: Type.String({ pattern: `^$|${addressPattern}` }),
    tlsFolder: Type.String(),
    admin: Type.String({ pattern: addressPattern }),
    adminHosts: Type.Array(hostname),
    domain: hostname,
    tenantHostnameSuffixes: Type.Array(hostname),
    workers: Type.Integer({ minimum: 1, maximum: 1024 }),
    runtimes: Type.Array(Type.String({ pattern: "^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$" })),
    runtimeFolders: Type.Array(Type.String({ minLength: 1 })),
    bindingModules: Type.Array(Type.String({ minLength: 1 })),
    fetchPrivateNetworks: Type.Array(Type.String()),
    slotsPerRuntime: Type.Integer({ minimum: 1, maximum: 1024 }),
    groups: Type.Integer({ minimum: 0, maximum: 64 }),
    groupLabels: Type.Array(groupLabel, { maxItems: 64 }),
    groupCommand: Type.Array(Type.String({ minLength: 1 }), { maxItems: 64 }),
    logLevel: Type.Enum([...logLevels]),
    requestLog: Type.Enum([...requestLogModes]),
    parking: Type.Enum([...parkingModes]),
    paths: Type.Enum([...pathModes]),
    trustedProxies: Type.Array(Type.String()),
    proxyHeader: Type.Enum([...proxyHeaders]),
    ...limitProperties(hostLimitDefaults),
    ...limitProperties(tenantLimitDefaults),
  },
  { additionalProperties: false },
);

export type Settings = Type.Static<typeof settingsSchema>;

export function defaultSettings(): Settings {
  return {
    dataDir: "plinth-data",
    secretKeyFile: "secret-key",
    listen: "127.0.0.1:8080",
    listenTls: "",
    tlsFolder: "",
    admin: "127.0.0.1:8081",
    adminHosts: [],
    domain: "localhost",
    tenantHostnameSuffixes: [],
    // There are at least two workers, because a runaway tenant must leave one for its neighbours until it is cut off.
    workers: Math.max(2, availableParallelism()),
    runtimes: [],
    runtimeFolders: [],
    bindingModules: [],
    fetchPrivateNetworks: [],
    slotsPerRuntime: 4,
    groups: 0,
    groupLabels: [],
    groupCommand: [],
    logLevel: "info",
    requestLog: "all",
    parking: "on",
    paths: "on",
    trustedProxies: [],
    proxyHeader: "x-forwarded",
    ...hostLimitDefaults,
    ...tenantLimitDefaults,
  };
}
