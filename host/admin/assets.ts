/** Static files of versions to come: a tenant names all files, sends those that the host lacks, and uploads the version. */
import { Type } from "#typebox";
import { assetFilesSchema } from "../assets/asset-list.ts";
import { MIB } from "../config/limits.ts";
import { plinthError } from "../errors.ts";
import { parseTenantName } from "../store/names.ts";
import type { AdminDependencies } from "./dependencies.ts";
import { type AdminRoutes, closed, tenantParams } from "./routes.ts";

/** Bytes of a list: some 50,000 files. */
const LIST_BYTES = 8 * MIB;
const LENGTH_BYTES = 4;

export function assetRoutes({ store, staging, uploadLimitBytes, assetLimitBytes = 0 }: AdminDependencies): AdminRoutes {
  return async (app) => {
    if (staging === undefined) return;
    const tenantOf = ({ name }: { name: string }) => store.getTenant(parseTenantName(name)).name;
    app.post(
      "/tenants/:name/assets",
      {
        config: { access: "tenant", action: "asset.list" },
        bodyLimit: LIST_BYTES,
        schema: {
          operationId: "stageAssets",
          summary: "Names the static files of a version to come; answers which of them the host lacks.",
          params: tenantParams,
          body: Type.Object({ files: assetFilesSchema }, closed),
          response: {
            200: Type.Object(
              {
                list: Type.String({ description: "names the list in the version's upload" }),
                missing: Type.Array(Type.String(), { description: "hashes of the files to send" }),
              },
              closed,
            ),
          },
        },
        onRequest: async ({ params }) => void tenantOf(params),
      },
      async ({ params, body }) => staging.begin(tenantOf(params), body.files),
    );

    const uploads: AdminRoutes = async (inner) => {
      inner.removeAllContentTypeParsers();
      inner.addContentTypeParser(
        "application/octet-stream",
        { parseAs: "buffer" },
        async (_request: unknown, body: Buffer) => body,
      );
      inner.post(
        "/tenants/:name/assets/files",
        {
          config: { access: "tenant", action: "asset.put" },
          bodyLimit: Math.max(uploadLimitBytes, assetLimitBytes + LENGTH_BYTES),
          schema: {
            operationId: "putAssets",
            summary: "Sends static files: of each its length (u32, little-endian) and its bytes.",
            params: tenantParams,
            response: { 200: Type.Object({ files: Type.Integer({ description: "number of files" }) }, closed) },
          },
          onRequest: async ({ params }) => void tenantOf(params),
        },
        async ({ params, body }) => {
          const files = filesIn(body);
          await staging.put(tenantOf(params), files);
          return { files: files.length };
        },
      );
    };
    app.register(uploads);
  };
}

/** @throws PLINTH_BAD_REQUEST */
function filesIn(body: unknown): Buffer[] {
  const files: Buffer[] = [];
  for (let rest = Buffer.isBuffer(body) ? body : Buffer.alloc(0); rest.length > 0; ) {
    const end = rest.length < LENGTH_BYTES ? Number.POSITIVE_INFINITY : LENGTH_BYTES + rest.readUInt32LE();
    if (end > rest.length) throw plinthError("PLINTH_BAD_REQUEST", ["the body ends within a file"]);
    files.push(rest.subarray(LENGTH_BYTES, end));
    rest = rest.subarray(end);
  }
  return files;
}
