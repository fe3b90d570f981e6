/** Static files of a version: the ingress answers with them, and the program can ask for them. */
import { Type } from "#typebox";
import { htmlHandlings } from "../../assets/html-paths.ts";
import { notFoundHandlings } from "../../assets/not-found.ts";
import { defineBinding } from "../binding.ts";
import { isRecord } from "../is-record.ts";
import { closed, environmentName, MOST_ENTRIES } from "../schema-parts.ts";
import type { AssetsGrant, AssetsSide } from "./host.ts";

const schema = Type.Object(
  {
    directory: Type.String({
      minLength: 1,
      description: "The folder of the files, from this file's folder, in which it lies.",
    }),
    binding: Type.Optional(
      Type.String({ ...environmentName, description: "The program asks for files by env.BINDING.fetch(request)." }),
    ),
    htmlHandling: Type.Optional(
      Type.Unsafe<(typeof htmlHandlings)[number]>({
        enum: [...htmlHandlings],
        description:
          "auto-trailing-slash (default): /about.html is served as /about, and /blog/index.html as /blog/. " +
          "none: every file is served under its own path alone.",
      }),
    ),
    notFound: Type.Optional(
      Type.Unsafe<(typeof notFoundHandlings)[number]>({
        enum: [...notFoundHandlings],
        description:
          "What is shown for a path without a file: none (default), the nearest 404.html (404-page), or /index.html " +
          "(single-page-application).",
      }),
    ),
    runWorkerFirst: Type.Optional(
      Type.Union(
        [
          Type.Boolean(),
          Type.Array(
            Type.String({
              pattern: "^!?/[^*]*\\*?$",
              patternErrorMessage: 'a path, with * at its end for all paths that begin so, such as "/api/*"',
            }),
            { maxItems: MOST_ENTRIES },
          ),
        ],
        {
          description: 'Paths that the program answers even where there is a file; "!/api/docs/*" makes an exception.',
        },
      ),
    ),
  },
  { ...closed, description: "Static files of the version." },
);

/** The part of a manifest. */
export type AssetsConfig = Type.Static<typeof schema>;

export default defineBinding({
  name: "assets",
  schema,
  environment: {
    names: (config) =>
      isRecord(config) && typeof config.binding === "string" ? [{ name: config.binding, path: ["binding"] }] : [],
    value: (grant?: AssetsGrant) => grant?.binding ?? null,
  },
  host: async (services): Promise<AssetsSide> => (await import("./host.ts")).AssetsSide.open(services),
});
