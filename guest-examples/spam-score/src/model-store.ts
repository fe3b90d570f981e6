import { emptyModel, type Model } from "./bayes.ts";
import type { ModelStore } from "./env.ts";

const KEY = "bayes";
const MOST_TRIES = 100;

/** @returns the model and its revision, which is 0 if nothing has been learned */
export async function readModel(store: ModelStore): Promise<{ model: Model; revision: number }> {
  const { value, revision } = await store.getWithMetadata(KEY, "json");
  return { model: (value as Model | null) ?? emptyModel(), revision: revision ?? 0 };
}

/** Learns simultaneous examples one after the other. If another write was faster, it reads and changes that model. */
export async function updateModel(store: ModelStore, change: (model: Model) => void): Promise<Model> {
  for (let tries = 1; ; tries++) {
    const { model, revision } = await readModel(store);
    change(model);
    try {
      await store.put(KEY, JSON.stringify(model), { ifRevision: revision });
      return model;
    } catch (error) {
      if ((error as { code?: string }).code !== "PLINTH_KV_CONFLICT" || tries === MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * tries));
    }
  }
}
