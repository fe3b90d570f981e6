/** Puts globals where the base image would have them: programs find them by name, and in `globalThis`. */
export function defineGlobals(values: Readonly<Record<string, unknown>>, target: object = globalThis): void {
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(target, name, { value, writable: true, configurable: true });
}
