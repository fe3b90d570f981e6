import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** A Node on this machine's PATH that is older than Plinth needs; undefined if there is none. */
export const oldNode: string | undefined = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "node"))
  .find((node) => {
    try {
      return Number.parseInt(execFileSync(node, ["--version"], { encoding: "utf8" }).slice(1), 10) < 26;
    } catch {
      return false;
    }
  });
