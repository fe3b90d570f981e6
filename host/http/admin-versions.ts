import type { FastifyPluginAsync } from "fastify";
import { Type } from "typebox";
import { plinthError } from "../errors.ts";
import { parseTenantName, type TenantName } from "../store/names.ts";
import type { Version } from "../store/store.ts";
import type { AdminDependencies } from "./admin-dependencies.ts";

const uploadSchema = Type.Object(
  { activate: Type.Optional(Type.Enum(["true", "false"])) },
  { additionalProperties: false },
);
// 15 digits stay below 2^53, beyond which numbers are no longer told apart.
const byIdSchema = Type.Object({ name: Type.String(), id: Type.String({ pattern: "^[1-9][0-9]{0,14}$" }) });

interface ByName {
  Params: { name: string };
}
interface ById {
  Params: Type.Static<typeof byIdSchema>;
}

export function versionRoutes(dependencies: AdminDependencies): FastifyPluginAsync {
  const { store, deployer, uploadLimitBytes, urlOf } = dependencies;

  /** Without artifacts and meta: they are the deploy's, and may change with it. */
  const view = ({ artifacts: _, meta: __, ...version }: Version) => ({
    ...version,
    active: store.getTenant(version.tenant).activeVersion === version.id,
    url: urlOf?.(version.tenant) ?? null,
  });
  const tenantOf = (params: { name: string }): TenantName => store.getTenant(parseTenantName(params.name)).name;

  return async (app) => {
    app.get<ByName>("/tenants/:name/versions", async ({ params }) => ({
      versions: store.listVersions(parseTenantName(params.name)).map(view),
    }));

    app.get<ById>("/tenants/:name/versions/:id", { schema: { params: byIdSchema } }, async ({ params }) =>
      view(store.getVersion(parseTenantName(params.name), Number(params.id))),
    );

    app.delete<ById>("/tenants/:name/versions/:id", { schema: { params: byIdSchema } }, async ({ params }, reply) => {
      await store.deleteVersion(parseTenantName(params.name), Number(params.id));
      return reply.code(204).send();
    });

    app.post<ById>("/tenants/:name/versions/:id/activate", { schema: { params: byIdSchema } }, async ({ params }) => {
      const tenant = parseTenantName(params.name);
      await store.activate(tenant, Number(params.id));
      return view(store.getVersion(tenant, Number(params.id)));
    });

    app.post<ByName>("/tenants/:name/rollback", async ({ params }) => {
      const tenant = await store.rollback(parseTenantName(params.name));
      return view(store.getVersion(tenant.name, tenant.activeVersion!));
    });

    app.register(async (uploads) => {
      uploads.removeAllContentTypeParsers();
      uploads.addContentTypeParser(
        "application/wasm",
        { parseAs: "buffer" },
        async (_request: unknown, body: Buffer) => body,
      );
      uploads.post<ByName & { Querystring: Type.Static<typeof uploadSchema>; Body: unknown }>(
        "/tenants/:name/versions",
        {
          schema: { querystring: uploadSchema },
          bodyLimit: uploadLimitBytes,
          config: { upload: true },
          // Before the body: who names a tenant that is not there need not upload anything to learn it.
          onRequest: async ({ params }) => void tenantOf(params),
        },
        async ({ params, query, body }, reply) => {
          if (!Buffer.isBuffer(body))
            throw plinthError("PLINTH_BAD_REQUEST", ["the body should be a component and is not there"]);
          const options = { activate: query.activate === "true" };
          return reply.code(201).send(view(await deployer.deploy(tenantOf(params), body, options)));
        },
      );
    });
  };
}
