/**
 * The two arms of the memory benchmark: the same handler as a slim component and as a static one.
 *
 * Every tenant gets bytes of its own, as real builds give: V8 keeps modules of equal bytes once, and a benchmark that
 * loads one file N times measures that. The component is built once with a marker in the handler's text; each tenant's copy
 * has another number in its place.
 */
import path from "node:path";
import { buildStaticFetch } from "../../guest-examples/static/build.ts";
import { buildText, withProgram } from "../build-text.ts";

export type Arm = "static" | "shared";

const MARKER = "tenant-0000000";

const SOURCE = `
const greeting = "hello from ${MARKER}";
export default {
  fetch(request) {
    const name = new URL(request.url).searchParams.get("name") ?? "world";
    return new Response(greeting + ", " + name + "\\n", { headers: { "content-type": "text/plain" } });
  },
};
`;

export function greetingOf(tenant: number): string {
  return `hello from ${markerOf(tenant)}, world\n`;
}

/** @returns makes the component of the n-th tenant */
export async function buildArm(arm: Arm): Promise<(tenant: number) => Uint8Array> {
  const template =
    arm === "static"
      ? await withProgram(SOURCE, (folder) => buildStaticFetch("qjs", path.join(folder, "index.js")))
      : await buildText(SOURCE);
  return (tenant) => mark(template, markerOf(tenant));
}

function markerOf(tenant: number): string {
  return `tenant-${String(tenant).padStart(MARKER.length - "tenant-".length, "0")}`;
}

function mark(template: Uint8Array, marker: string): Uint8Array {
  const bytes = Buffer.from(template);
  const found = bytes.indexOf(MARKER);
  if (found < 0) throw new Error("the component does not hold the marker");
  for (let at = found; at >= 0; at = bytes.indexOf(MARKER, at + 1)) bytes.write(marker, at, "latin1");
  return bytes;
}
