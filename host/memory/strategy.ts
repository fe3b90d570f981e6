import type { BaseImage } from "./base-image.ts";
import { CopyTracker } from "./copy-tracker.ts";
import { MappedMemory } from "./mapped-memory.ts";
import type { PageTracker } from "./page-tracker.ts";
import { ScanTracker } from "./scan-tracker.ts";

/** The way in which a slot's memory is restored; docs/reference/memory.md compares them. */
export type MemoryStrategy = "scan" | "remap" | "copy";

/** @throws ImageError `platform` if the strategy's calls do not exist */
export function makeTracker(strategy: MemoryStrategy, base: BaseImage): PageTracker {
  switch (strategy) {
    case "scan":
      return new ScanTracker(new MappedMemory(base, "one page a fault"));
    case "remap":
      return new MappedMemory(base, "as the kernel does");
    case "copy":
      return new CopyTracker(base);
  }
}
