const MOST_FEATURES = 500;

/** The classifier's input: words, the hosts of links, and the style of the text. Each counts once. */
export function featuresOf(text: string): ReadonlySet<string> {
  const features = new Set<string>();
  for (const [, host] of text.matchAll(/https?:\/\/([^\s/:?#]+)/gi))
    features.add("has:link").add(`host:${host!.toLowerCase()}`);
  if (/[!$€]{2,}/.test(text)) features.add("has:shouting marks");
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  if (letters >= 20 && (text.match(/\p{Lu}/gu)?.length ?? 0) > letters / 2) features.add("has:capitals");
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}']{2,30}/gu)) {
    if (features.size >= MOST_FEATURES) break;
    features.add(word);
  }
  return features;
}
