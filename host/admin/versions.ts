import { Type } from "#typebox";
import { plinthError } from "../errors.ts";
import { parseTenantName, type TenantName } from "../store/names.ts";
import type { Version } from "../store/store.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { type AdminRoutes, closed, limitQuery, numberText, pageOf, tenantParams } from "./routes.ts";
import { answers } from "./schemas.ts";

const uploadQuery = Type.Object(
  {
    activate: Type.Optional(Type.Enum(["true", "false"])),
    assets: Type.Optional(
      Type.String({ pattern: "^[0-9a-f]{64}$", description: "the list of the version's static files (stageAssets)" }),
    ),
  },
  closed,
);
const listQuery = Type.Object({ limit: Type.Optional(limitQuery), after: Type.Optional(numberText) }, closed);
const byIdParams = Type.Object({ ...tenantParams.properties, id: numberText });

export function versionRoutes(dependencies: AdminDependencies): AdminRoutes {
  const { store, deployer, secretReads, uploadLimitBytes, urlOf } = dependencies;

  /** Leaves out the deploy's products, whose form may change with the deploy. */
  const view = ({ artifacts: _, meta: __, ...version }: Version) => ({
    ...version,
    active: store.getTenant(version.tenant).activeVersion === version.id,
    url: urlOf?.(version.tenant) ?? null,
  });
  const tenantOf = (params: { name: string }): TenantName => store.getTenant(parseTenantName(params.name)).name;

  /** The upload stands apart from the other routes, because its body has a type of its own. */
  const uploads: AdminRoutes = async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      "application/wasm",
      { parseAs: "buffer" },
      async (_request: unknown, body: Buffer) => body,
    );
    app.post(
      "/tenants/:name/versions",
      {
        config: { access: "tenant", action: "version.add", upload: true },
        schema: {
          operationId: "uploadVersion",
          summary: "Uploads a component or a WASI command as a new version.",
          params: tenantParams,
          querystring: uploadQuery,
          response: { 201: answers.newVersion },
        },
        bodyLimit: uploadLimitBytes,
        // This comes before the body: a caller learns that the tenant is missing without an upload.
        onRequest: async ({ params }) => void tenantOf(params),
      },
      async ({ params, query, body }, reply) => {
        if (!Buffer.isBuffer(body))
          throw plinthError("PLINTH_BAD_REQUEST", ["the body is missing; it should be a component"]);
        const options = { activate: query.activate === "true", assets: query.assets };
        const { warnings, ...added } = await deployer.deploy(tenantOf(params), body, options);
        return reply.code(201).send({ ...view(added), warnings: [...warnings] });
      },
    );
  };

  return async (app) => {
    app.get(
      "/tenants/:name/versions",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "listVersions",
          summary: "Versions, newest first.",
          params: tenantParams,
          querystring: listQuery,
          response: { 200: answers.versions },
        },
      },
      async ({ params, query }) => {
        const { items, next } = store.listVersions(parseTenantName(params.name), pageOf(query));
        return { versions: items.map(view), next };
      },
    );

    app.get(
      "/tenants/:name/versions/:id",
      {
        config: { access: "tenant" },
        schema: {
          operationId: "getVersion",
          summary: "One version.",
          params: byIdParams,
          response: { 200: answers.version },
        },
      },
      async ({ params }) => view(store.getVersion(parseTenantName(params.name), Number(params.id))),
    );

    app.delete(
      "/tenants/:name/versions/:id",
      {
        config: { access: "tenant", action: "version.delete" },
        schema: {
          operationId: "deleteVersion",
          summary: "Deletes a version that is not active.",
          params: byIdParams,
          response: { 204: Type.Null() },
        },
      },
      async ({ params }, reply) => {
        await store.deleteVersion(parseTenantName(params.name), Number(params.id));
        return reply.code(204).send();
      },
    );

    app.post(
      "/tenants/:name/versions/:id/activate",
      {
        config: { access: "tenant", action: "version.activate" },
        schema: {
          operationId: "activateVersion",
          summary: "Serves this version from now on.",
          params: byIdParams,
          response: { 200: answers.version },
        },
      },
      async ({ params }) => {
        const tenant = parseTenantName(params.name);
        secretReads?.refuseVersion(store.getVersion(tenant, Number(params.id)));
        await store.activate(tenant, Number(params.id));
        return view(store.getVersion(tenant, Number(params.id)));
      },
    );

    app.post(
      "/tenants/:name/rollback",
      {
        config: { access: "tenant", action: "version.rollback" },
        schema: {
          operationId: "rollback",
          summary: "Serves the version that was active before. A second call serves the one before that.",
          params: tenantParams,
          response: { 200: answers.version },
        },
      },
      async ({ params }) => {
        const tenant = await store.rollback(parseTenantName(params.name), secretReads?.refuseVersion);
        return view(store.getVersion(tenant.name, tenant.activeVersion!));
      },
    );

    app.register(uploads);
  };
}
