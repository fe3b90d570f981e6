/** The tenants' secrets by the admin API: set, named, deleted, and never shown. */
import { Type } from "#typebox";
import type { Secrets } from "../bindings/vars/secrets.ts";
import type { SecretReads } from "../deploy/secret-reads.ts";
import { parseTenantName } from "../store/names.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { type AdminRoutes, closed, tenantParams, timeSchema } from "./routes.ts";

const secretParams = Type.Object({
  ...tenantParams.properties,
  secret: Type.String({ description: "the secret's name" }),
});
const valueSchema = Type.Object({ value: Type.String() }, closed);
const secretSchema = Type.Object({ name: Type.String(), updatedAt: timeSchema }, closed);
const secretsSchema = Type.Object({ secrets: Type.Array(secretSchema) }, closed);
const rotationSchema = Type.Object(
  {
    key: Type.String({ description: "id of the new key" }),
    resealed: Type.Integer({ description: "secrets that are encrypted with it now" }),
    unreadable: Type.Integer({ description: "secrets left as they were: the host does not have their key" }),
  },
  closed,
);

export function secretRoutes({ secrets, secretReads }: AdminDependencies): AdminRoutes {
  return async (app) => {
    if (secrets !== undefined) await app.register(routesOf(secrets, secretReads));
  };
}

function routesOf(secrets: Secrets, reads: SecretReads | undefined): AdminRoutes {
  return async (app) => {
    app.get(
      "/tenants/:name/secrets",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "listSecrets",
          summary: "The names of the tenant's secrets, and when they were set.",
          params: tenantParams,
          response: { 200: secretsSchema },
        },
      },
      async ({ params }) => ({ secrets: secrets.list(parseTenantName(params.name)) }),
    );

    app.put(
      "/tenants/:name/secrets/:secret",
      {
        config: { access: "tenant", action: "secret.put" },
        schema: {
          operationId: "putSecret",
          summary: "Sets a secret, for the tenant's next request.",
          params: secretParams,
          body: valueSchema,
          response: { 200: secretSchema },
        },
      },
      async ({ params, body }) => {
        const tenant = parseTenantName(params.name);
        reads?.refuseSecret(tenant, params.secret);
        return secrets.put(tenant, params.secret, body.value);
      },
    );

    app.delete(
      "/tenants/:name/secrets/:secret",
      {
        config: { access: "tenant", action: "secret.delete" },
        schema: {
          operationId: "deleteSecret",
          summary: "Deletes a secret.",
          params: secretParams,
          response: { 204: Type.Null() },
        },
      },
      async ({ params }, reply) => {
        await secrets.delete(parseTenantName(params.name), params.secret);
        return reply.code(204).send();
      },
    );

    app.post(
      "/secrets/rotate",
      {
        config: { access: "operator", action: "secret.rotate" },
        schema: {
          operationId: "rotateSecretKey",
          summary: "Encrypts the secrets of all tenants with a new key, and removes the old ones.",
          response: { 200: rotationSchema },
        },
      },
      async () => secrets.rotate(),
    );
  };
}
