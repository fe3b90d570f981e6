import type { AnyBinding, Path } from "./binding.ts";

/** A name of a program's environment that a manifest gives to a binding. */
export interface EnvironmentEntry {
  readonly binding: string;
  readonly name: string;
  /** Its place in the manifest. */
  readonly path: Path;
}

/** @param config the part of a manifest that a version takes along; it may not have been checked, and can have any form */
export function environmentEntries(
  bindings: readonly AnyBinding[],
  config: Readonly<Record<string, unknown>>,
): EnvironmentEntry[] {
  return bindings.flatMap(({ name: binding, environment }) =>
    (environment?.names(config[binding]) ?? []).map(({ name, path }) => ({ binding, name, path: [binding, ...path] })),
  );
}
