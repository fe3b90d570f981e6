/** Builds the runtime packages: `npm run prepare`. Does nothing where a package is up to date. */
import { buildRuntime } from "./js/build.ts";

const started = performance.now();
const built = await buildRuntime();
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(built ? `built plinth:js in ${seconds} s` : "plinth:js is up to date");
