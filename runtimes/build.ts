/**
 * Builds runtime packages: `npm run prepare` those that need nothing but npm's packages, `node runtimes/build.ts go` the one for
 * Go, which needs Go. Does nothing where a package is up to date.
 */
import { PlinthError } from "../host/errors.ts";
import { buildRuntime as buildGo } from "./go/build.ts";
import { buildRuntime as buildJavaScript } from "./js/build.ts";

const builders: Record<string, () => Promise<boolean>> = {
  js: buildJavaScript,
  go: () => buildGo({ onProgress: (line) => console.log(line) }),
};

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : ["js"]) {
  const build = builders[name];
  if (build === undefined) {
    console.error(`There is no runtime "${name}"; there are ${Object.keys(builders).join(" and ")}.`);
    process.exit(2);
  }
  const started = performance.now();
  try {
    const built = await build();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(built ? `built plinth:${name} in ${seconds} s` : `plinth:${name} is up to date`);
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    console.error(`plinth:${name} is not built: ${error.message} (${error.code})`);
    process.exitCode = 1;
  }
}
