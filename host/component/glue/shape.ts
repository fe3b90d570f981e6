import { createHash } from "node:crypto";
import { requireNoDependencyNames, requireSafeInstances, requireSafeModule } from "../policy/safe-names.ts";
import { ByteReader } from "../read/byte-reader.ts";
import {
  type Component,
  type ComponentSection,
  componentPreamble,
  componentSectionIds,
  readComponentSections,
  type SlimComponent,
} from "../read/component.ts";
import { parseCoreModule } from "../read/core-module.ts";
import { MOST_SECTIONS } from "../read/read-limits.ts";
import { ByteWriter, written } from "../write/byte-writer.ts";
import { type StubShape, stubModule, stubShape } from "../write/stub-module.ts";
import { writePlugged } from "./plug.ts";

/** A core module of a component, in the order in which the modules stand in its bytes. */
type ShapeModule =
  /** `start` and `end` count from the component's first byte. */
  { kind: "embedded"; start: number; end: number } | { kind: "import"; name: string };

export interface Shape {
  /**
   * The component with a stub in place of every core module, imported or embedded, and without custom sections. The
   * stub's section `plinth:module` holds the module's index in `modules` as LEB128.
   */
  bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of `bytes`, in hex. */
  hash: string;
  modules: ShapeModule[];
  /** The starts of the component's sections in `bytes` and, for messages, in the upload. */
  sections: { start: number; uploadOffset: number }[];
}

/** The deepest nesting of components. No tool nests them deeper. */
const MAX_DEPTH = 16;

/**
 * Finds a component's shape, which decides the glue that jco generates: everything but the code of the core modules.
 * Components of one shape have equal hashes, even if their code differs. jco gets shapes only, and only with names that are
 * safe there (safe-names.ts).
 *
 * @throws ComponentError if a core module cannot be read or replaced by a stand-in, or a name is refused
 */
export function shapeOf(component: Component): Shape {
  const { bytes, base } = component;
  const writer = new ShapeWriter(bytes, base);
  const sections: Shape["sections"] = [];
  for (const section of component.sections) {
    sections.push({ start: writer.out.length, uploadOffset: base + section.start });
    if (component.kind === "slim" && section.id === "import") writer.plugged(component, section);
    else writer.section(section, 0);
  }
  const shape = writer.out.finish();
  const hash = createHash("sha256").update(shape).digest("hex");
  return { bytes: shape, hash, modules: writer.modules, sections };
}

class ShapeWriter {
  readonly modules: ShapeModule[] = [];
  readonly #bytes: Uint8Array;
  readonly #base: number;
  #sections = 0;
  out = new ByteWriter().bytes(componentPreamble);

  constructor(bytes: Uint8Array, base: number) {
    this.#bytes = bytes;
    this.#base = base;
  }

  section(section: ComponentSection, depth: number): void {
    if (++this.#sections > MOST_SECTIONS) {
      this.#reader(section).unsupported(`more than ${MOST_SECTIONS} sections, nested ones included`, section.start);
    }
    const { id, start, body, end } = section;
    const contents = this.#bytes.subarray(body, end);
    switch (id) {
      case "custom":
        return;
      case "coreModule": {
        const module = parseCoreModule(contents, this.#base + body);
        const stub = this.#stub(stubShape(module), { kind: "embedded", start: body, end }, this.#base + body);
        this.out.section(componentSectionIds.coreModule, stub);
        return;
      }
      case "component":
        this.#nested(section, depth + 1);
        return;
      case "coreInstance":
        requireSafeInstances(this.#reader(section));
        break;
      case "coreType":
        break;
      default:
        requireNoDependencyNames(contents, this.#base + body);
    }
    this.out.bytes(this.#bytes.subarray(start, end));
  }

  /** Writes an import section of a slim component, with stubs in place of its core modules. */
  plugged(component: SlimComponent, section: ComponentSection): void {
    const stubs = new Map<string, Uint8Array>();
    for (const entry of component.imports) {
      if (entry.start < section.body || entry.start >= section.end) continue;
      const offset = this.#base + entry.start;
      if (entry.type !== undefined) {
        stubs.set(entry.name, this.#stub(entry.type, { kind: "import", name: entry.name }, offset));
      } else {
        requireNoDependencyNames(this.#bytes.subarray(entry.start, entry.end), offset);
      }
    }
    writePlugged(this.out, component, section, stubs);
  }

  #nested(section: ComponentSection, depth: number): void {
    const reader = this.#reader(section);
    if (depth > MAX_DEPTH) reader.unsupported(`components nested more than ${MAX_DEPTH} deep`);
    const outer = this.out;
    this.out = new ByteWriter().bytes(componentPreamble);
    for (const inner of readComponentSections(reader)) this.section(inner, depth);
    this.out = outer.section(componentSectionIds.component, this.out.finish());
  }

  #stub(shape: StubShape, module: ShapeModule, offset: number): Uint8Array {
    requireSafeModule(shape, offset);
    const index = this.modules.push(module) - 1;
    return stubModule(
      shape,
      written((writer) => writer.u32(index)),
    );
  }

  #reader(section: ComponentSection): ByteReader {
    return new ByteReader(this.#bytes, { start: section.body, end: section.end, base: this.#base });
  }
}
