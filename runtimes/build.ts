/**
 * Builds runtime packages. `npm run prepare` builds those that need only npm's packages; `node runtimes/build.ts
 * NAME...` builds those of the languages named. A package that is up to date stays as it is.
 */
import { PlinthError } from "../host/errors.ts";
import { enumeration } from "./languages.ts";
import { builtIn } from "./registry.ts";

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !builtIn.names.includes(name));
if (unknown !== undefined) {
  console.error(`There is no runtime "${unknown}"; there are ${enumeration(builtIn.names)}.`);
  process.exit(2);
}
const byDefault = builtIn.all.filter(({ package: { onDemand } }) => !onDemand);
for (const language of wanted.length > 0 ? wanted.map((name) => builtIn.get(name)) : byDefault) {
  const { runtime } = language;
  const started = performance.now();
  try {
    const built = await language.package.build((line) => console.log(line));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(built ? `built ${runtime} in ${seconds} s` : `${runtime} is up to date`);
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    console.error(`${runtime} is not built: ${error.message} (${error.code})`);
    process.exitCode = 1;
  }
}
