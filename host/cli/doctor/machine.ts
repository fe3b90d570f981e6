/** Checks the processors, and the disk for a host's data. */
import { mkdtemp, rm, statfs } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { type Check, ok, reasonOf } from "../../../runtimes/check.ts";
import { writeFileDurably } from "../../store/files.ts";

const GIB = 1024 ** 3;

/** @param dataDir the data folder, which need not exist */
export async function machineChecks(dataDir: string): Promise<readonly Check[]> {
  return [processors(), await disk(resolve(dataDir)), await space(resolve(dataDir))];
}

function processors(): Check {
  const count = availableParallelism();
  if (count > 1) return ok("processors", String(count));
  const remedy = "give hosts 2 at least: a request that uses one up delays all others until it is cut off";
  return { name: "processors", status: "limited", found: "1", remedy };
}

async function disk(dataDir: string): Promise<Check> {
  const name = "data folder";
  try {
    const folder = await mkdtemp(join(await existingFolder(dataDir), ".plinth-doctor-"));
    try {
      const start = performance.now();
      await writeFileDurably(join(folder, "probe"), Buffer.alloc(4096));
      return ok(name, `${dataDir} can be written; a durable write takes ${(performance.now() - start).toFixed(1)} ms`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    const remedy = "choose a folder with --data that this user may write";
    return { name, status: "missing", found: reasonOf(error), remedy };
  }
}

async function space(dataDir: string): Promise<Check> {
  const name = "disk";
  const { bavail, bsize } = await statfs(await existingFolder(dataDir));
  const found = `${((bavail * bsize) / GIB).toFixed(1)} GiB free`;
  if (bavail * bsize >= GIB) return ok(name, found);
  return { name, status: "limited", found, remedy: "free some, or choose another disk with --data" };
}

/** The folder itself, or the nearest one above it that exists. */
async function existingFolder(folder: string): Promise<string> {
  const there = await statfs(folder).then(
    () => true,
    () => false,
  );
  return there || folder === dirname(folder) ? folder : existingFolder(dirname(folder));
}
