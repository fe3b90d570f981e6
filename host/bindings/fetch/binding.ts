/** Outbound HTTP, to the hosts that the manifest allows. */
import { Type } from "#typebox";
import { defineBinding } from "../binding.ts";
import { closed, MOST_ENTRIES } from "../schema-parts.ts";
import { fetchImports } from "./wit.ts";

const label = "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?";
const hostPattern = `^((\\*\\.)?${label}(\\.${label})*|\\[[0-9A-Fa-f:.]+\\])(:[1-9][0-9]{0,4})?$`;

const schema = Type.Object(
  {
    allow: Type.Array(
      Type.String({
        pattern: hostPattern,
        maxLength: 260,
        patternErrorMessage:
          'a host without scheme and path, such as "api.example.org", "*.example.org" or "example.org:8443"',
      }),
      {
        maxItems: MOST_ENTRIES,
        description:
          'Hosts: "api.example.org", "*.example.org" (all names below it, not itself), ' +
          '"example.org:8443" (default: 443, for http 80).',
      },
    ),
  },
  { ...closed, description: "Outbound HTTP. Everything is refused that is not allowed here." },
);

/** A version's grant is its part of the manifest. */
export type Allowed = Type.Static<typeof schema>;

export default defineBinding({
  name: "fetch",
  schema,
  host: async (services) => (await import("./fetch.ts")).FetchSide.open(services),
  wit: {
    interface: "plinth:fetch/client@0.1.0",
    suspending: ["fetch"],
    imports: (calls) => fetchImports(calls),
  },
});
