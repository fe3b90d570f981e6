/**
 * The common parts of the admin API's routes. A file of routes is a plugin, in which TypeBox schemas give a request's
 * parameters, query and body their types.
 *
 *     export function bellRoutes({ store }: AdminDependencies): AdminRoutes {
 *       return async (app) => {
 *         app.put(
 *           "/tenants/:name/bell",
 *           {
 *             config: { access: "tenant", action: "bell.set" },
 *             schema: {
 *               operationId: "setBell",
 *               summary: "Sets the bell's tone.",
 *               params: tenantParams,
 *               body: Type.Object({ tone: Type.String() }, closed),
 *               response: { 200: bellSchema },
 *             },
 *           },
 *           async ({ params, body }) => store.setBell(parseTenantName(params.name), body.tone),
 *         );
 *       };
 *     }
 */

import type { FastifyPluginAsync, FastifyPluginOptions, FastifyTypeProvider, RawServerDefault } from "fastify";
import { type TSchema, Type } from "#typebox";

interface TypeBoxProvider extends FastifyTypeProvider {
  readonly validator: this["schema"] extends TSchema ? Type.Static<this["schema"]> : unknown;
  readonly serializer: unknown;
}

export type AdminRoutes = FastifyPluginAsync<FastifyPluginOptions, RawServerDefault, TypeBoxProvider>;

/** Names that a schema does not know are refused. */
export const closed = { additionalProperties: false };

export const tenantParams = Type.Object({ name: Type.String({ description: "the tenant" }) });

/** An answer's `limit`: text in a query, 1 to 9999. */
export const limitQuery = Type.String({ pattern: "^[1-9][0-9]{0,3}$" });

/** The page that a list's query asks for, as the store takes it. */
export function pageOf({ limit, after }: { limit?: string | undefined; after?: string | undefined }) {
  return { ...(limit === undefined ? {} : { limit: Number(limit) }), ...(after === undefined ? {} : { after }) };
}

/**
 * A number that counts on from 1, in a path or query. 15 digits stay below 2^53, beyond which numbers are no longer told
 * apart.
 */
export const numberText = Type.String({ pattern: "^[1-9][0-9]{0,14}$" });

export const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** ISO 8601, UTC. */
export const timeSchema = Type.String({ format: "date-time" });
