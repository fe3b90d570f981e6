/** Writes plinth.schema.json, which editors read: `npm run schema`, after a change of the schema or of a tenant's limits. */
import { writeFile } from "node:fs/promises";
import { manifestSchema } from "./schema.ts";

await writeFile(new URL("./plinth.schema.json", import.meta.url), `${JSON.stringify(manifestSchema, null, 2)}\n`);
