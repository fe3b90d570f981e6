/** The memory benchmark's figures, as JSON and as a table for the terminal. */
import { type Machine, thisMachine } from "../machine.ts";
import { boundsOf, leastRatio, resolution } from "./bounds.ts";
import type { ArmResult } from "./measure.ts";
import { STILL } from "./process-memory.ts";
import type { Program } from "./programs.ts";

export interface MemoryReport {
  benchmark: "memory";
  runtime: string;
  program: string;
  /** Describes the form of the static arm's programs. */
  staticForm: string;
  /** Date of the run, ISO 8601. */
  date: string;
  machine: Machine;
  /** Whether an idle CPU could sleep while requests were timed; see bench/keep-awake.ts. */
  cpuIdle: "kept awake" | "may sleep";
  arms: { static: ArmResult; shared: ArmResult };
  /** static / shared, of the raw figures. `memoryRatio` gives the ratio of memory that these figures support. */
  ratio: { upload: number; memory: number; cold: number };
}

export function reportOf(program: Program, arms: MemoryReport["arms"], cpuIdle: MemoryReport["cpuIdle"]): MemoryReport {
  const { static: static_, shared } = arms;
  const ratio = (a: number, b: number) => Math.round((a / b) * 10) / 10;
  return {
    benchmark: "memory",
    runtime: program.runtime,
    program: program.name,
    staticForm: program.staticForm,
    date: new Date().toISOString(),
    machine: thisMachine(),
    cpuIdle,
    arms,
    ratio: {
      upload: ratio(static_.uploadBytes, shared.uploadBytes),
      memory: ratio(static_.perTenantBytes, shared.perTenantBytes),
      cold: ratio(static_.coldMs.p50, shared.coldMs.p50),
    },
  };
}

/** The rows of the table and of the picture. */
export function memoryRows(report: MemoryReport): { label: string; static: string; shared: string; ratio: string }[] {
  const { static: s, shared: h } = report.arms;
  const times = (ratio: number) => `${ratio}x`;
  const row = (label: string, value: (arm: ArmResult) => string, ratio = "") => ({
    label,
    static: value(s),
    shared: value(h),
    ratio,
  });
  return [
    row("tenants, each with code of its own", (arm) => String(arm.tenants)),
    row("upload of one tenant", (arm) => bytes(arm.uploadBytes), times(report.ratio.upload)),
    row("memory per tenant that has been called", memoryOfTenant, memoryRatio(report)),
    row("  added by a second round of calls", growth),
    row("host, slots and runtime (once)", (arm) => bytes(arm.fixedBytes)),
    row("cold request, p50", (arm) => ms(arm.coldMs.p50), times(report.ratio.cold)),
    row("cold request, p99", (arm) => ms(arm.coldMs.p99)),
    row("warm request, p50", (arm) => ms(arm.warmMs.p50)),
    row("warm request, p99", (arm) => ms(arm.warmMs.p99)),
    row("deploy, p50", (arm) => ms(arm.deployMs.p50)),
  ];
}

export function memoryTable(report: MemoryReport): string {
  const head = {
    label: `memory: ${report.runtime}, ${report.program}`,
    static: "static",
    shared: "shared",
    ratio: "static/shared",
  };
  const rows = [head, ...memoryRows(report)];
  const widths = (["label", "static", "shared", "ratio"] as const).map((key) =>
    Math.max(...rows.map((row) => row[key].length)),
  );
  const lines = rows.map(({ label, static: s, shared: h, ratio }) =>
    [label.padEnd(widths[0]!), s.padStart(widths[1]!), h.padStart(widths[2]!), ratio.padStart(widths[3]!)].join("  "),
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return [...lines, memoryNote(report)].join("\n");
}

/** Memory of one tenant that has been called. */
export function memoryOfTenant(arm: ArmResult): string {
  const { most, measured } = boundsOf(arm);
  return measured ? bytes(arm.perTenantBytes) : `under ${wholeKib(most)}`;
}

/** @returns the ratio as text; empty if it is not known */
export function memoryRatio({ arms, ratio }: MemoryReport): string {
  const [static_, shared] = [boundsOf(arms.static), boundsOf(arms.shared)];
  if (static_.measured && shared.measured) return `${ratio.memory}x`;
  const least = leastRatio(static_, shared);
  return least === null ? "" : `over ${least}x`;
}

function growth(arm: ArmResult): string {
  return arm.secondRoundBytes > resolution(arm) ? bytes(arm.secondRoundBytes) : "~0";
}

/** Explains how to read the figures of memory. */
export function memoryNote({ arms }: MemoryReport): string {
  const [static_, shared] = [arms.static, arms.shared].map((arm) => wholeKib(resolution(arm)));
  return `A host's memory is read to ${STILL * 100} % of it, here ${static_} per static and ${shared} per shared tenant:
"under", "over" and "~0" are what that allows to say. More tenants tell more.`;
}

function wholeKib(count: number): string {
  return `${Math.ceil(count / 1024)} KiB`;
}

export function bytes(count: number): string {
  if (Math.abs(count) < 10_000) return `${count} B`;
  if (Math.abs(count) < 10_000_000) return `${(count / 1024).toFixed(1)} KiB`;
  return `${(count / 1024 / 1024).toFixed(1)} MiB`;
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}
