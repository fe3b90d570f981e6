/** Namespaces as a manifest names them. */
import { Type } from "#typebox";
import { closed, environmentName, MOST_ENTRIES } from "../schema-parts.ts";

export const kvSchema = Type.Array(
  Type.Object(
    {
      binding: Type.String({ ...environmentName, description: "The program finds the namespace as env.BINDING." }),
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
);

export type KvConfig = Type.Static<typeof kvSchema>;
