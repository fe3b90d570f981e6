/** From the figures of a machine to the processors and the memory that a load needs. */
import { plinthError } from "../../errors.ts";
import type { Figures } from "./figures.ts";

export interface Load {
  readonly tenants: number;
  /** Requests a second of all tenants together. */
  readonly rps: number;
  /** Parts of the tenants and requests by language; their sum is 1. */
  readonly mix: ReadonlyMap<string, number>;
}

interface Need {
  readonly needed: number;
  readonly here: number;
  /** Of what is here; more than 100 is more than there is. */
  readonly percent: number;
}

export interface Plan {
  readonly processors: Need;
  readonly memoryBytes: Need;
  readonly binds: "processors" | "memory";
  readonly fits: boolean;
  readonly languages: readonly {
    readonly language: string;
    readonly tenants: number;
    readonly rps: number;
    readonly processors: number;
    readonly memoryBytes: number;
  }[];
}

/** The part of the processors that requests may use on average. Beyond it, queues grow with every burst. */
const BUSY = 0.7;

/** @throws PLINTH_NO_FIGURES if a language of the mix was not measured */
export function planFor({ tenants, rps, mix }: Load, figures: Figures): Plan {
  const languages = [...mix].map(([language, part]) => {
    const own = figures.languages[language];
    if (own === undefined) {
      throw plinthError("PLINTH_NO_FIGURES", [
        `no figures for ${language}`,
        ` --languages ${[...mix.keys()].join(",")}`,
      ]);
    }
    return {
      language,
      tenants: Math.ceil(tenants * part),
      rps: rps * part,
      processors: (rps * part * own.cpuMs) / 1_000 / BUSY,
      memoryBytes: Math.ceil(tenants * part) * own.tenantBytes,
    };
  });
  const sum = (of: "processors" | "memoryBytes") => languages.reduce((total, language) => total + language[of], 0);
  const processors = need(sum("processors"), figures.processors);
  const memoryBytes = need(figures.hostBytes + sum("memoryBytes"), figures.memoryBytes);
  return {
    processors,
    memoryBytes,
    binds: processors.percent >= memoryBytes.percent ? "processors" : "memory",
    fits: processors.percent <= 100 && memoryBytes.percent <= 100,
    languages,
  };
}

function need(needed: number, here: number): Need {
  return { needed, here, percent: (needed / here) * 100 };
}

/** Parses "js=70,go=30": any numbers above 0, whose sum is the whole. @throws Error that says what is wrong */
export function parseMix(text: string): ReadonlyMap<string, number> {
  const parts = text.split(",").map((part) => /^([a-z][a-z0-9-]*)=([0-9]+(?:\.[0-9]+)?)$/.exec(part.trim()));
  const mix = new Map<string, number>();
  for (const part of parts) {
    if (part === null || mix.has(part[1]!)) throw new Error("It must be like js=70,go=30, each language once");
    mix.set(part[1]!, Number(part[2]));
  }
  const whole = mix.values().reduce((total, part) => total + part, 0);
  if (!(whole > 0)) throw new Error("The sum of its parts must be above 0");
  return new Map(mix.entries().map(([language, part]) => [language, part / whole]));
}
