/**
 * The manifest `plinth.jsonc`: what it can say, in one schema. plinth.schema.json, which editors read, is made of it
 * (write-schema.ts); docs/reference/manifest.md explains it.
 *
 * `patternErrorMessage` is an extension that editors show for a text that does not match its pattern; so does read.ts.
 */
import { Type } from "typebox";
import { LARGEST_LIMIT, type TenantLimits, tenantLimitDefaults } from "../config/limits.ts";
import type { Isolation, JsonValue } from "../store/store.ts";
import { limitDescriptions } from "./limit-descriptions.ts";

const closed = { additionalProperties: false };

/** Names by which a program reads vars, secrets and namespaces: `env.NAME`. ASCII, so that they can be environment variables. */
const name = {
  pattern: "^(?!__proto__$)[A-Za-z_$][A-Za-z0-9_$]*$",
  maxLength: 128,
  patternErrorMessage: "a JavaScript identifier of letters, digits, _ and $, such as API_KEY",
};

export const bindingName = new RegExp(name.pattern);
export const BINDING_NAME_LENGTH = name.maxLength;

/** Of a cron expression. */
export const fiveFields = /^[^ ]+( [^ ]+){4}$/;

/** Items of any list and names of any object of a manifest. */
const MOST_ENTRIES = 100;

const limitProperties = Object.fromEntries(
  Object.keys(tenantLimitDefaults).map((limit) => [
    limit,
    Type.Integer({ minimum: 1, maximum: LARGEST_LIMIT, description: limitDescriptions[limit as keyof TenantLimits] }),
  ]),
) as { [Name in keyof TenantLimits]: Type.TInteger };

/** What a version takes along to the host. */
const runtimeProperties = {
  vars: Type.Optional(
    Type.Unsafe<Readonly<Record<string, JsonValue>>>({
      type: "object",
      propertyNames: name,
      maxProperties: MOST_ENTRIES,
      description:
        "Values that the program reads as env.NAME (Go: os.Getenv). Any JSON. Not for secrets: plinth secret put.",
    }),
  ),
  kv: Type.Optional(
    Type.Array(
      Type.Object(
        {
          binding: Type.String({ ...name, description: "The program finds the namespace as env.BINDING." }),
          namespace: Type.String({
            pattern: "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/)?[A-Za-z0-9][A-Za-z0-9_-]{0,62}$",
            patternErrorMessage:
              "NAME (the tenant's own namespace) or OWNER/NAME (another tenant's, which must be granted)",
            description: "NAME, a namespace of the tenant's own, or OWNER/NAME, one that its owner has granted.",
          }),
        },
        closed,
      ),
      { maxItems: MOST_ENTRIES, description: "KV namespaces." },
    ),
  ),
  fetch: Type.Optional(
    Type.Object(
      {
        allow: Type.Array(
          Type.String({
            pattern:
              "^((\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*|\\[[0-9A-Fa-f:.]+\\])(:[1-9][0-9]{0,4})?$",
            maxLength: 260,
            patternErrorMessage:
              'a host without scheme and path, such as "api.example.org", "*.example.org" or "example.org:8443"',
          }),
          {
            maxItems: MOST_ENTRIES,
            description:
              'Hosts: "api.example.org", "*.example.org" (all names below it, not itself), "example.org:8443" (default: 443, for http 80).',
          },
        ),
      },
      { ...closed, description: "Outbound HTTP. Everything is refused that is not allowed here." },
    ),
  ),
  crons: Type.Optional(
    Type.Array(
      Type.String({
        pattern: fiveFields.source,
        maxLength: 200,
        patternErrorMessage: 'five fields with a space between them, such as "*/5 * * * *"',
        description: "Minute, hour, day of the month, month, day of the week; UTC.",
      }),
      { maxItems: MOST_ENTRIES, uniqueItems: true, description: "When the program's scheduled handler is called." },
    ),
  ),
  limits: Type.Optional(
    Type.Partial(Type.Object(limitProperties), {
      ...closed,
      description: "Limits below those that the operator gives the tenant.",
    }),
  ),
  isolation: Type.Optional(
    Type.Unsafe<Isolation>({
      enum: ["request", "reuse"],
      description:
        "request (default): every request starts from the program as it was after its start-up. reuse: what a request leaves in memory may be there for the next one.",
    }),
  ),
};

export const manifestSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: "Where editors find this schema." })),
    name: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        patternErrorMessage: "1 to 63 of a-z, 0-9 and the hyphen, with no hyphen at the start or the end",
        description: "The tenant that plinth deploy deploys to.",
      }),
    ),
    main: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "The program, from this file's folder: an entry file (JavaScript, TypeScript) or a folder of a package main (Go). Default: what the folder looks like.",
      }),
    ),
    runtime: Type.Optional(
      Type.Unsafe<"go" | "js">({
        enum: ["go", "js"],
        description: "The program's language; js stands for TypeScript, too. Default: by the files of the folder.",
      }),
    ),
    routes: Type.Optional(
      Type.Array(
        Type.String({
          pattern: "^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$",
          maxLength: 253,
          patternErrorMessage: "a hostname without port, wildcard or trailing dot, such as shop.example.com",
        }),
        {
          maxItems: MOST_ENTRIES,
          uniqueItems: true,
          description: "Custom hostnames. plinth deploy replaces those that the tenant has.",
        },
      ),
    ),
    ...runtimeProperties,
  },
  {
    ...closed,
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "plinth.jsonc",
    description: "What a program on Plinth is called, how it is built and what it may use.",
  },
);

/** What `plinth build` puts into the component, and the registry keeps with the version. */
export const runtimeConfigSchema = Type.Object(runtimeProperties, closed);

export type Manifest = Type.Static<typeof manifestSchema>;
export type RuntimeConfig = Type.Static<typeof runtimeConfigSchema>;
