import Bowser from "bowser";
import { allFeatures, type Feature, features } from "./features.ts";

/** @param userAgent empty if the browser does not name itself; it then gets every polyfill, which does no harm */
export function neededFeatures(userAgent: string, wanted: readonly Feature[]): Feature[] {
  if (userAgent === "") return [...wanted];
  const browser = Bowser.getParser(userAgent);
  return wanted.filter((feature) => {
    const since = Object.entries(features[feature]).map(([name, version]) => [name, `>=${version}`]);
    return browser.satisfies(Object.fromEntries(since)) !== true;
  });
}

/** @param list names with commas between them; null for all. @returns null if a name is unknown */
export function parseFeatures(list: string | null): readonly Feature[] | null {
  if (list === null) return allFeatures;
  const names = [...new Set(list.split(","))].sort();
  return names.every((name) => Object.hasOwn(features, name)) ? (names as Feature[]) : null;
}
