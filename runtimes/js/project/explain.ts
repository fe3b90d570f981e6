/** `plinth build --why` prints what a bundle is made of as two tables. */
import type { Explanation } from "../../project.ts";
import { type BundleFile, type BundlePart, PLINTH } from "./bundle-parts.ts";

/** Number of rows of each table. */
const MOST = 15;

export function explain({
  packages,
  files,
}: {
  packages: readonly BundlePart[];
  files: readonly BundleFile[];
}): Explanation {
  const rest = packages.slice(MOST);
  const sum = (kind: "bytes" | "files") => rest.reduce((total, part) => total + part[kind], 0);
  const shown = packages.slice(0, MOST);
  if (rest.length > 0) shown.push({ name: "others", bytes: sum("bytes"), files: sum("files"), through: "" });
  const isPlinths = packages.some(({ name }) => name === PLINTH);
  return {
    data: { packages, files },
    tables: [
      {
        columns: ["package", "bytes", "files", "imported by"],
        rows: shown.map(({ name, bytes, files: count, through }) => [name, bytes, count, through]),
        notes: isPlinths ? [`${PLINTH}: modules of Node and rare globals that the program uses`] : [],
      },
      { columns: ["file", "bytes"], rows: files.slice(0, MOST).map(({ path, bytes }) => [path, bytes]) },
    ],
  };
}
