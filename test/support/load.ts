/**
 * Runs `count` calls, at most `concurrency` of them at once.
 * @returns the results in the order of the calls' numbers
 */
export async function inParallel<T>(
  count: number,
  concurrency: number,
  call: (index: number) => Promise<T>,
): Promise<T[]> {
  const results = new Array<T>(count);
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next++;
      results[index] = await call(index);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return results;
}
