/** A core module's sections as `writeModule` takes them, for tests that write a module again. */
import { type CoreModule, type SectionName, sectionReader } from "./read/core-module.ts";

export function sectionsOf(module: CoreModule) {
  const bodies = new Map<SectionName, Uint8Array>();
  const custom: { name: string; contents: Uint8Array }[] = [];
  for (const section of module.sections) {
    const reader = sectionReader(module, section);
    if (section.id === "custom") custom.push({ name: reader.name(), contents: reader.take(reader.remaining) });
    else bodies.set(section.id, reader.take(reader.remaining));
  }
  return { bodies, custom };
}
