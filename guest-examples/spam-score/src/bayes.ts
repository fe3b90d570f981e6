/** A naive Bayes classifier. A message has a feature or does not have it. */
export type Label = "spam" | "ham";

export interface Model {
  readonly spam: Class;
  readonly ham: Class;
}

interface Class {
  messages: number;
  /** Number of messages with a feature. */
  counts: Record<string, number>;
}

/** A model is one value in KV that each request reads, so it must stay small. */
const MOST_FEATURES = 5_000;

export function emptyModel(): Model {
  return { spam: { messages: 0, counts: {} }, ham: { messages: 0, counts: {} } };
}

/** A number between 0 and 1. It is a half if the model has learned nothing. */
export function spamProbability({ spam, ham }: Model, features: Iterable<string>): number {
  // `evidence` is the logarithm of the odds of spam. One and two are added, so that an unseen feature proves nothing.
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
