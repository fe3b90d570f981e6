/** `plinth:vars/environment` (wit/vars.wit). */

/** @param texts vars and secrets (`environmentOf`) */
export function varsImports(texts: Readonly<Record<string, string>>) {
  return {
    get: (name: string): string | undefined => (Object.hasOwn(texts, name) ? texts[name] : undefined),
    all: (): [string, string][] => Object.entries(texts),
  };
}
