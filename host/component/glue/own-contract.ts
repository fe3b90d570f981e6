import { type Component, parseComponent } from "../read/component.ts";
import { resumableExports } from "../write/resumable-world.ts";
import { buildSlimComponent } from "../write/slim-component.ts";

/** The sections of a component of buildSlimComponent, custom sections aside. */
const ORDER = "coreType import coreInstance coreModule coreInstance alias type canon instance export";

/** The places of the sections that lift the runtime's functions. They are the same in all such components. */
const SAME = [2, 5, 6, 7, 8, 9];

/**
 * Whether a component lifts `plinth:http/resumable` from its runtime as buildSlimComponent writes it. The answer depends on
 * the component's shape only.
 */
export function isOfOwnContract(component: Component): boolean {
  const [runtime, ...others] = component.imports;
  if (runtime?.sort !== "core module" || others.length > 0) return false;
  const sections = component.sections.filter(({ id }) => id !== "custom");
  if (sections.map(({ id }) => id).join(" ") !== ORDER) return false;
  const example = exampleSections();
  return SAME.every((index) => {
    const { start, end } = sections[index]!;
    return Buffer.compare(component.bytes.subarray(start, end), example[index]!) === 0;
  });
}

let known: Uint8Array[] | undefined;

function exampleSections(): Uint8Array[] {
  if (known === undefined) {
    const bytes = buildSlimComponent({
      dependency: "unlocked-dep=<example:runtime>",
      runtimeExports: resumableExports,
      appModule: Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
      world: "resumable-service",
    });
    known = parseComponent(bytes).sections.map(({ start, end }) => bytes.subarray(start, end));
  }
  return known;
}
