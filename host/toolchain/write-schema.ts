/**
 * Writes plinth.schema.json, which editors read: `npm run schema`, after a change of the schema or of a tenant's limits.
 */
import { writeFile } from "node:fs/promises";
import { builtIn } from "../../runtimes/registry.ts";
import { editorSchema } from "./manifest.ts";

const file = new URL("../manifest/plinth.schema.json", import.meta.url);
await writeFile(file, `${JSON.stringify(editorSchema(builtIn), null, 2)}\n`);
