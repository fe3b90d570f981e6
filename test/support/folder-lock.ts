/** Lets the processes of tests that run at the same time make something once, one after the other. */
import { mkdir } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { PlinthError } from "../../host/errors.ts";
import { lockFolder } from "../../host/store/lock.ts";

/** Waits until no other process has the folder. */
export async function lockedFolder(folder: string): Promise<Disposable> {
  await mkdir(folder, { recursive: true });
  for (;;) {
    try {
      return lockFolder(folder);
    } catch (error) {
      if (!(error instanceof PlinthError) || error.code !== "PLINTH_DATA_LOCKED") throw error;
      await delay(100);
    }
  }
}
