/**
 * The first version of each browser that has a feature. A browser without an entry gets the polyfill. On iOS every browser
 * is a Safari, whatever its name, and names Safari's version.
 */
export const features = {
  "Array.prototype.at": { chrome: 92, edge: 92, firefox: 90, safari: 15.4 },
  "Array.prototype.toSorted": { chrome: 110, edge: 110, firefox: 115, safari: 16 },
  "Object.hasOwn": { chrome: 93, edge: 93, firefox: 92, safari: 15.4 },
  "Promise.withResolvers": { chrome: 119, edge: 119, firefox: 121, safari: 17.4 },
  "String.prototype.replaceAll": { chrome: 85, edge: 85, firefox: 77, safari: 13.1 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

export type Feature = keyof typeof features;

export const allFeatures = Object.keys(features) as readonly Feature[];
