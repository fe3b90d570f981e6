/** The Cache API: responses that a tenant's requests keep for each other in the host's memory. */
import { Type } from "#typebox";
import { defineBinding } from "../binding.ts";
import { closed } from "../schema-parts.ts";

const YEAR_SECONDS = 31_536_000;

const schema = Type.Object(
  {
    seconds: Type.Integer({
      minimum: 1,
      maximum: YEAR_SECONDS,
      description: "How long a response is kept whose own fields do not say it. Not given: until there is no room.",
    }),
  },
  { ...closed, description: "The program's cache (caches.default)." },
);

/** The manifest's part, which is also a version's grant. Every version has a cache, with a manifest or without. */
export type CacheConfig = Type.Static<typeof schema>;

export default defineBinding({
  name: "cache",
  schema,
  host: async (services) => (await import("./host.ts")).CacheSide.open(services),
});
