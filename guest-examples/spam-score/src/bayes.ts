/** Naive Bayes over features that are there or not. */
export type Label = "spam" | "ham";

export interface Model {
  readonly spam: Class;
  readonly ham: Class;
}

interface Class {
  messages: number;
  /** In how many of the messages a feature is. */
  counts: Record<string, number>;
}

/** A model is one value in KV, read with each request: it must stay small. */
const MOST_FEATURES = 5_000;

export function emptyModel(): Model {
  return { spam: { messages: 0, counts: {} }, ham: { messages: 0, counts: {} } };
}

/** Between 0 and 1; a half where the model knows nothing. */
export function spamProbability({ spam, ham }: Model, features: Iterable<string>): number {
  // The logarithm of spam's chances to ham's. One and two are added, so that what has never been seen proves nothing.
  let evidence = Math.log((spam.messages + 1) / (ham.messages + 1));
  for (const feature of features) {
    const inSpam = countOf(spam, feature);
    const inHam = countOf(ham, feature);
    if (inSpam + inHam === 0) continue;
    evidence += Math.log((inSpam + 1) / (spam.messages + 2)) - Math.log((inHam + 1) / (ham.messages + 2));
  }
  return 1 / (1 + Math.exp(-evidence));
}

export function learn(model: Model, label: Label, features: Iterable<string>): void {
  const learned = model[label];
  learned.messages++;
  for (const feature of features) learned.counts[feature] = countOf(learned, feature) + 1;
  learned.counts = mostFrequent(learned.counts);
}

function countOf({ counts }: Class, feature: string): number {
  return Object.hasOwn(counts, feature) ? counts[feature]! : 0;
}

function mostFrequent(counts: Record<string, number>): Record<string, number> {
  const entries = Object.entries(counts);
  if (entries.length <= MOST_FEATURES) return counts;
  return Object.fromEntries(entries.sort(([, a], [, b]) => b - a).slice(0, MOST_FEATURES));
}
