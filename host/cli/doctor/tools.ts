/** Checks the language runtimes, and the tools that their builds need. */
import { type Check, ok } from "../../../runtimes/check.ts";
import type { Languages } from "../../../runtimes/languages.ts";
import { builtRuntimes } from "../../toolchain/runtime-packages.ts";

export async function toolChecks(languages: Languages, environment: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const tools = await Promise.all(languages.all.map((language) => language.checks?.(environment) ?? []));
  return [...(await runtimes(languages)), ...tools.flat()];
}

async function runtimes(languages: Languages): Promise<readonly Check[]> {
  const built = await builtRuntimes(languages);
  return languages.all.map((language): Check => {
    const name = `runtime ${language.runtime}`;
    const runtime = built.find((candidate) => candidate.language === language.name);
    if (runtime !== undefined) return ok(name, runtime.version);
    const remedy = `plinth runtime build ${language.name}`;
    return { name, status: language.package.onDemand ? "limited" : "missing", found: "has not been built", remedy };
  });
}
