/**
 * Checks the types of a component's `plinth:` interfaces against this host's WIT (wit/). jco lifts and lowers by the
 * types that a component states. A component whose types differ from the host's would fail in its requests, where the
 * difference shows first.
 */
import { readdirSync, readFileSync } from "node:fs";
import { ByteReader } from "../read/byte-reader.ts";
import {
  type Component,
  type ComponentSection,
  componentPreamble,
  componentSectionIds,
  parseComponent,
} from "../read/component.ts";
import { ComponentError } from "../read/component-error.ts";
import { type WitItems, witInterfaces } from "../read/wit-text.ts";
import { ByteWriter } from "../write/byte-writer.ts";

const interfaceName = /^plinth:([a-z-]+)\/([a-z-]+)@/;

/** wasm-tools only prints interfaces of this package, so the interfaces to be compared are moved into it. */
const PRINTED_PACKAGE = "root:component";

/**
 * @param shape the shape of a component (shape.ts); only its imports and exports matter
 * @param files WIT that counts besides wit/, one package a file
 * @throws ComponentError `interface` if a type differs or a function of an exported interface is missing
 */
export async function requireWitTypes(shape: Uint8Array, files: readonly URL[] = []): Promise<void> {
  const component = parseComponent(shape);
  const exported = component.exports.filter(({ sort }) => sort === "instance").map(({ name }) => name);
  const imported = component.imports.filter(({ sort }) => sort === "instance").map(({ name }) => name);
  const known = new Map([...hostInterfaces(), ...files.flatMap(interfacesOf)]);
  const names = new Set([...exported, ...imported].filter((name) => known.has(name)));
  if (names.size === 0) return;
  const { componentWit } = await import("@bytecodealliance/jco-transpile/wasm-tools");
  const printed = witInterfaces(await componentWit(renamed(component, names)));
  for (const name of names) {
    const items = printed.get(shortName(name)) ?? new Set();
    const { allowed, functions } = known.get(name)!;
    const foreign = [...items].find((item) => !allowed.has(item));
    if (foreign !== undefined) throw refusal(name, `it has "${foreign}", which the host's does not have`);
    const missing = exported.includes(name) ? functions.find((item) => !items.has(item)) : undefined;
    if (missing !== undefined) throw refusal(name, `it lacks "${missing}"`);
  }
}

function refusal(name: string, what: string): ComponentError {
  return new ComponentError("interface", what, 0, name);
}

interface KnownInterface {
  /** The interface's own items, and the types that it uses: a component may define these in the interface itself. */
  readonly allowed: WitItems;
  readonly functions: readonly string[];
}

let knownOnce: ReadonlyMap<string, KnownInterface> | undefined;

/** The interfaces of wit/, by their full names. */
function hostInterfaces(): ReadonlyMap<string, KnownInterface> {
  knownOnce ??= new Map(readdirSync(witFolder).flatMap((file) => interfacesOf(new URL(file, witFolder))));
  return knownOnce;
}

/** Reads the interfaces of a file. Names of other interfaces in them are written as wasm-tools prints them. */
function interfacesOf(file: URL): [name: string, KnownInterface][] {
  const text = readFileSync(file, "utf8");
  const [, packageName, version] = /^package plinth:([a-z-]+)@([0-9.]+);/.exec(text)!;
  const full = (name: string) => `plinth:${packageName}/${name}@${version}`;
  const interfaces = witInterfaces(
    text.replaceAll(/\buse ([a-z-]+)\./g, (_, name: string) => `use ${shortName(full(name))}.`),
  );
  return [...interfaces].map(([name, items]) => {
    const used = [...interfaces].filter(([other]) =>
      [...items].some((item) => item.startsWith(`use ${shortName(full(other))}.`)),
    );
    const known = {
      allowed: new Set([...items, ...used.flatMap(([, types]) => [...types])]),
      functions: [...items].filter((item) => /^%?[a-z-]+: func\(/.test(item)),
    };
    return [full(name), known];
  });
}

const witFolder = new URL("../../../wit/", import.meta.url);

/** "http-handler" for "plinth:http/handler@0.1.0". */
function shortName(name: string): string {
  const [, packageName, interfaceOfIt] = interfaceName.exec(name)!;
  return `${packageName}-${interfaceOfIt}`;
}

/** Renames interfaces of a component into the package that is printed. */
function renamed(component: Component, names: ReadonlySet<string>): Uint8Array {
  const writer = new ByteWriter().bytes(componentPreamble);
  for (const section of component.sections) {
    const starts = startsOfNames(component, section);
    if (starts.length === 0) writer.bytes(component.bytes.subarray(section.start, section.end));
    else writer.section(componentSectionIds[section.id], renamedSection(component.bytes, section, starts, names));
  }
  return writer.finish();
}

function startsOfNames({ imports, exports }: Component, { id, body, end }: ComponentSection): number[] {
  const starts =
    id === "import"
      ? imports.map(({ start }) => start)
      : id === "export"
        ? exports.map(({ position }) => position)
        : [];
  return starts.filter((start) => start >= body && start < end);
}

function renamedSection(
  bytes: Uint8Array,
  { body, end }: ComponentSection,
  starts: readonly number[],
  names: ReadonlySet<string>,
): Uint8Array {
  const writer = new ByteWriter();
  let from = body;
  for (const start of starts) {
    const reader = new ByteReader(bytes, { start, end });
    reader.u8("the form of a name");
    writer.bytes(bytes.subarray(from, reader.position));
    const name = reader.name("a name");
    writer.name(names.has(name) ? `${PRINTED_PACKAGE}/${shortName(name)}` : name);
    from = reader.position;
  }
  return writer.bytes(bytes.subarray(from, end)).finish();
}
