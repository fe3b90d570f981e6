/** AES-CTR counts in the last bits of its counter alone, while OpenSSL counts in all 128. */

interface CounterRun {
  readonly counter: Uint8Array;
  /** The blocks of this run: the first, and the one after the last. */
  readonly start: number;
  readonly end: number;
}

/**
 * Divides data where the counter goes back to zero.
 *
 * @param bits the last bits of the counter, which count: 1 to 128
 * @returns one run or two; null if a counter's value would come twice
 */
export function counterRuns(counter: Uint8Array, bits: number, blocks: number): CounterRun[] | null {
  const whole = BigInt(`0x${Buffer.from(counter).toString("hex")}`);
  const values = 1n << BigInt(bits);
  if (BigInt(blocks) > values) return null;
  const left = values - (whole % values);
  if (BigInt(blocks) <= left) return [{ counter, start: 0, end: blocks }];
  const zero = Buffer.from((whole - (whole % values)).toString(16).padStart(32, "0"), "hex");
  const turn = Number(left);
  return [
    { counter, start: 0, end: turn },
    { counter: zero, start: turn, end: blocks },
  ];
}
