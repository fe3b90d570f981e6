import type { Vars } from "./binding.ts";
import { textsOf } from "./texts.ts";

/** `plinth:vars/environment` (wit/vars.wit). */
export function varsImports(vars: Vars) {
  // Most components that import this ask once or never.
  let known: Readonly<Record<string, string>> | undefined;
  const texts = () => {
    known ??= textsOf(vars);
    return known;
  };
  return {
    get: (name: string): string | undefined => (Object.hasOwn(texts(), name) ? texts()[name] : undefined),
    all: (): [string, string][] => Object.entries(texts()),
  };
}
