import Bowser from "bowser";
import { allFeatures, type Feature, features } from "./features.ts";

/** @param userAgent empty where the browser does not say who it is: then it gets everything, which does no harm */
export function neededFeatures(userAgent: string, wanted: readonly Feature[]): Feature[] {
  if (userAgent === "") return [...wanted];
  const browser = Bowser.getParser(userAgent);
  return wanted.filter((feature) => {
    const since = Object.entries(features[feature]).map(([name, version]) => [name, `>=${version}`]);
    return browser.satisfies(Object.fromEntries(since)) !== true;
  });
}

/** @param list names with commas between them; null for all. @returns null where one is not known */
export function parseFeatures(list: string | null): readonly Feature[] | null {
  if (list === null) return allFeatures;
  const names = [...new Set(list.split(","))].sort();
  return names.every((name) => Object.hasOwn(features, name)) ? (names as Feature[]) : null;
}
