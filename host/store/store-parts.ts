import type { BlobFiles } from "./blobs.ts";
import type { DataFolder } from "./data-folder.ts";
import type { RegistryDatabase } from "./database.ts";
import type { Reserve } from "./reserve.ts";

/** The open parts of a data folder that the store works with. */
export interface StoreParts {
  readonly folder: DataFolder;
  readonly database: RegistryDatabase;
  readonly blobs: BlobFiles;
  readonly reserve: Reserve;
}
