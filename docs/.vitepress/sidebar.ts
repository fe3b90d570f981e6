/** The sidebar: every page of docs/ by its heading. A page that no group names stands in the last group of its folder. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DefaultTheme } from "vitepress";

const docs = join(import.meta.dirname, "..");

interface Group {
  readonly text: string;
  readonly folder: string;
  /** Names of pages, in order; without them, all that are left. */
  readonly pages?: readonly string[];
}

const groups: readonly Group[] = [
  { text: "Start", folder: "guides", pages: ["getting-started", "javascript", "go", "python"] },
  { text: "Tasks", folder: "guides" },
  {
    text: "Programs",
    folder: "reference",
    pages: [
      "manifest",
      "cli",
      "kv",
      "fetch",
      "cache",
      "assets",
      "streams",
      "secrets",
      "crons",
      "logs",
      "limits",
      "errors",
    ],
  },
  {
    text: "Languages",
    folder: "reference",
    pages: ["javascript", "go", "python", "static-components", "wasi-programs"],
  },
  {
    text: "Hosts",
    folder: "reference",
    pages: ["configuration", "operations", "ingress", "admin-api", "rollout", "metrics", "dashboard", "data-folder"],
  },
  { text: "Inside", folder: "reference" },
  { text: "Contributing", folder: "contributing" },
];

export function sidebar(): DefaultTheme.SidebarItem[] {
  const named = new Set(groups.flatMap(({ folder, pages = [] }) => pages.map((page) => `${folder}/${page}`)));
  return groups.map(({ text, folder, pages }) => {
    const names = pages ?? namesIn(folder).filter((name) => !named.has(`${folder}/${name}`));
    return { text, collapsed: false, items: names.map((name) => itemOf(folder, name)) };
  });
}

function namesIn(folder: string): string[] {
  const files = readdirSync(join(docs, folder)).filter((file) => file.endsWith(".md"));
  return files.map((file) => file.slice(0, -".md".length)).sort();
}

function itemOf(folder: string, name: string): DefaultTheme.SidebarItem {
  const [, heading = name] = /^# (.+)$/m.exec(readFileSync(join(docs, folder, `${name}.md`), "utf8")) ?? [];
  return { text: heading.replaceAll("`", ""), link: `/${folder}/${name}` };
}
