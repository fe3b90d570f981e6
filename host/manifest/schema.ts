/**
 * The schema of the manifest `plinth.jsonc`. plinth.schema.json, which editors read, is made of it
 * (host/toolchain/write-schema.ts); docs/reference/manifest.md explains it.
 *
 * `patternErrorMessage` is an extension that editors show for a text that does not match its pattern; so do the
 * messages of check.ts.
 */
import { Type } from "#typebox";
import type { AnyBinding } from "../bindings/binding.ts";
import { registry } from "../bindings/registry.ts";
import { closed, MOST_ENTRIES } from "../bindings/schema-parts.ts";
import { LARGEST_LIMIT, type TenantLimits, tenantLimitDefaults } from "../config/limits.ts";
import type { Isolation } from "../store/store.ts";
import { limitDescriptions } from "./limit-descriptions.ts";

/** The form of a cron expression. */
export const fiveFields = /^[^ ]+( [^ ]+){4}$/;

const limitProperties = Object.fromEntries(
  Object.keys(tenantLimitDefaults).map((limit) => [
    limit,
    Type.Integer({ minimum: 1, maximum: LARGEST_LIMIT, description: limitDescriptions[limit as keyof TenantLimits] }),
  ]),
) as { [Name in keyof TenantLimits]: Type.TInteger };

/** Properties that a version takes along to the host, beside those of the bindings. */
const ownProperties = {
  crons: Type.Optional(
    Type.Array(
      Type.String({
        pattern: fiveFields.source,
        maxLength: 200,
        patternErrorMessage: 'five fields with a space between them, such as "*/5 * * * *"',
        description: "Minute, hour, day of the month, month, day of the week; UTC.",
      }),
      {
        maxItems: MOST_ENTRIES,
        uniqueItems: true,
        description: "Times at which the program's scheduled handler is called.",
      },
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
        "request (default): every request starts from the program as it was after its start-up. " +
        "reuse: a request may find the memory of the one before.",
    }),
  ),
};

type BindingProperties<Bindings extends readonly AnyBinding[]> = {
  [Entry in Bindings[number] as Entry["name"]]: Type.TOptional<Entry["schema"]>;
};

/** All properties that a version takes along to the host. A property of each binding comes first. */
function runtimeProperties<Bindings extends readonly AnyBinding[]>(bindings: Bindings) {
  const parts = bindings.map(({ name, schema }) => [name, Type.Optional(schema)]);
  return { ...(Object.fromEntries(parts) as BindingProperties<Bindings>), ...ownProperties };
}

/** Descriptions that speak of languages, for editors: host/toolchain/manifest.ts has the languages' words. */
const plainDescriptions = { main: "The program, from this file's folder.", runtime: "The program's language." };

/** The properties that an environment may have, too. */
function deployedProperties<Bindings extends readonly AnyBinding[]>(
  languages: readonly string[],
  bindings: Bindings,
  descriptions: typeof plainDescriptions,
) {
  return {
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
        description: descriptions.main,
      }),
    ),
    runtime: Type.Optional(Type.Unsafe<string>({ enum: [...languages], description: descriptions.runtime })),
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
    ...runtimeProperties(bindings),
  };
}

/** @param languages what `runtime` may be @param bindings each has a property */
export function manifestSchemaOf<Bindings extends readonly AnyBinding[]>(
  languages: readonly string[],
  bindings: Bindings,
  descriptions = plainDescriptions,
) {
  const environment = Type.Object(deployedProperties(languages, bindings, descriptions), closed);
  return Type.Object(
    {
      $schema: Type.Optional(Type.String({ description: "The address of this schema, for editors." })),
      ...deployedProperties(languages, bindings, descriptions),
      env: Type.Optional(
        Type.Unsafe<Readonly<Record<string, Type.Static<typeof environment>>>>({
          type: "object",
          propertyNames: {
            pattern: "^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$",
            patternErrorMessage: "1 to 32 of a-z, 0-9 and the hyphen, with no hyphen at the start or the end",
          },
          additionalProperties: environment,
          maxProperties: MOST_ENTRIES,
          description:
            "Environments by name, for plinth deploy --env NAME. What one says takes the place of the top level's; " +
            "vars, kv and routes are not inherited.",
        }),
      ),
    },
    {
      ...closed,
      $schema: "http://json-schema.org/draft-07/schema#",
      title: "plinth.jsonc",
      description: "The name of a program on Plinth, its build and its permissions.",
    },
  );
}

/** The part that `plinth build` puts into the component, and the registry keeps with the version. */
export function runtimeConfigSchemaOf<Bindings extends readonly AnyBinding[]>(bindings: Bindings) {
  return Type.Object(runtimeProperties(bindings), closed);
}

/** The schema for the registry's bindings alone. @param descriptions for editors */
export function builtInSchemaOf(languages: readonly string[], descriptions?: typeof plainDescriptions) {
  return manifestSchemaOf(languages, registry, descriptions);
}

export type Manifest = Type.Static<ReturnType<typeof builtInSchemaOf>>;
export type RuntimeConfig = Type.Static<ReturnType<typeof runtimeConfigSchemaOf<typeof registry>>>;
