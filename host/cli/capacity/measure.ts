/** Measures what tenants and requests cost on this machine: a host of its own, each language's first program, HTTP. */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import type { Language } from "../../../runtimes/language.ts";
import { buildProject } from "../../toolchain/build-project.ts";
import { initProject } from "../init-project.ts";
import type { Figures } from "./figures.ts";
import { MeasuredHost } from "./measured-host.ts";

export interface MeasureOptions {
  readonly languages: readonly Language[];
  readonly tenants: number;
  readonly seconds: number;
  onProgress(line: string): void;
}

/** Requests under way at once. */
const LANES = 8;
/** Less than a page cannot be measured. */
const LEAST_BYTES = 4_096;

export async function measureFigures({ languages, tenants, seconds, onProgress }: MeasureOptions): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-figures-"));
  try {
    await using host = await MeasuredHost.start(
      join(folder, "data"),
      languages.map(({ runtime }) => runtime),
    );
    const measured: Figures["languages"] = {};
    const urls = new Map<Language, string[]>();
    for (const language of languages) {
      onProgress(`${language.title}: building and deploying ${tenants} tenants`);
      const component = await firstProgram(language, join(folder, language.name));
      const names = Array.from({ length: tenants }, (_, at) => `${language.name}-${at + 1}`);
      for (const name of names) {
        await host.client.createTenant(name, []);
        await host.client.uploadVersion(name, component, { activate: true });
      }
      urls.set(
        language,
        names.map((name) => `${host.ingress}/t/${name}/`),
      );
      await callInTurn([urls.get(language)![0]!], seconds / 4);
    }
    const hostBytes = await host.memoryBytes();
    for (const [language, own] of urls) {
      onProgress(`${language.title}: calling them for ${seconds} s`);
      const before = await host.memoryBytes();
      for (const url of own) await call(url);
      const grown = (await host.memoryBytes()) - before;
      const cpuBefore = await host.cpuMs();
      const requests = await callInTurn(own, seconds);
      const cpuMs = Math.max((await host.cpuMs()) - cpuBefore, 1) / requests;
      measured[language.name] = { cpuMs, tenantBytes: Math.max(Math.round(grown / tenants), LEAST_BYTES) };
    }
    const machine = { processors: availableParallelism(), memoryBytes: totalmem() };
    return { format: 1, measured: new Date().toISOString(), ...machine, hostBytes, languages: measured };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The program of the template that has the language's name. */
async function firstProgram(language: Language, folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const template = language.templates.find(({ name }) => name === language.name) ?? language.templates[0]!;
  await initProject(folder, template, "figures");
  return (await buildProject(folder, { language })).component;
}

/** @returns number of requests that were answered */
async function callInTurn(urls: readonly string[], seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let next = 0;
  const lane = async () => {
    // Every lane calls once, however little time there is.
    do await call(urls[next++ % urls.length]!);
    while (performance.now() < end);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return next;
}

async function call(url: string): Promise<void> {
  const response = await fetch(url);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`);
}
