/**
 * Makes a function that runs `work`, but never twice at once. Calls while it runs make it run once more when it has ended.
 *
 * @param work must not throw
 * @returns a function whose promise is fulfilled when a run that began after the call has ended
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
    running = undefined;
  };
  return () => {
    again = true;
    running ??= run();
    return running;
  };
}
