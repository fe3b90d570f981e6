/**
 * What the memory benchmark runs: a handler, as a slim component and with everything inside.
 *
 * Every tenant gets bytes of its own, as real builds give: V8 keeps modules of equal bytes once, and a benchmark that
 * loads one file N times measures that. A program is built once with a marker in its text; each tenant's copy has
 * another number in its place.
 */
import path from "node:path";
import { buildStaticFetch } from "../../guest-examples/static/build.ts";
import { buildGo } from "../../runtimes/go/build-tenant.ts";
import { linkStaticProgram } from "../../runtimes/go/link-program.ts";
import { findToolchain } from "../../runtimes/go/toolchain.ts";
import { buildText, withProgram } from "../build-text.ts";

export type Arm = "static" | "shared";

export interface Program {
  /** "js" or "go". */
  runtime: string;
  name: string;
  /** What the static arm is. */
  staticForm: string;
  build(arm: Arm): Promise<Uint8Array>;
  /** Path and query of the request. */
  request: string;
  /** What the tenant with that marker answers. */
  answer(marker: string): string;
}

const MARKER = "tenant-0000000";

const javascript: Program = {
  runtime: "js",
  name: "hello",
  staticForm: "component, componentize-qjs",
  build: (arm) =>
    arm === "shared"
      ? buildText(javascriptSource)
      : withProgram(javascriptSource, (folder) => buildStaticFetch("qjs", path.join(folder, "index.js"))),
  request: "/?name=world",
  answer: (marker) => `hello from ${marker}, world\n`,
};

const javascriptSource = `
const greeting = "hello from ${MARKER}";
export default {
  fetch(request) {
    const name = new URL(request.url).searchParams.get("name");
    return new Response(greeting + ", " + name + "\\n", { headers: { "content-type": "text/plain" } });
  },
};
`;

function goProgram(name: string, folder: string, answer: (marker: string) => string): Program {
  const source = path.join(import.meta.dirname, "go", folder);
  return {
    runtime: "go",
    name,
    staticForm: "WASI command, go build -ldflags '-s -w'",
    async build(arm) {
      if (arm === "shared") return (await buildGo(source)).component;
      return linkStaticProgram(await findToolchain(), source, { ldflags: "-s -w" });
    },
    request: "/hello/world",
    answer,
  };
}

export const programs: readonly Program[] = [
  javascript,
  goProgram("hello", "hello", (marker) => `hello from ${marker}, world\n`),
  goProgram("json", "json", (marker) => `{"from":"${marker}","name":"world","numbers":[1,2,3]}\n`),
];

/** @returns makes the upload of the n-th tenant */
export async function buildArm(program: Program, arm: Arm): Promise<(tenant: number) => Uint8Array> {
  const template = await program.build(arm);
  return (tenant) => mark(template, markerOf(tenant));
}

export function answerOf(program: Program, tenant: number): string {
  return program.answer(markerOf(tenant));
}

function markerOf(tenant: number): string {
  return `tenant-${String(tenant).padStart(MARKER.length - "tenant-".length, "0")}`;
}

function mark(template: Uint8Array, marker: string): Uint8Array {
  const bytes = Buffer.from(template);
  const found = bytes.indexOf(MARKER);
  if (found < 0) throw new Error("the upload does not hold the marker");
  for (let at = found; at >= 0; at = bytes.indexOf(MARKER, at + 1)) bytes.write(marker, at, "latin1");
  return bytes;
}
