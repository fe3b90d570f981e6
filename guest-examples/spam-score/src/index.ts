/** Scores the messages of a form. `POST /` gives the probability that a message is spam, `POST /train` takes examples. */
import { type Label, learn, spamProbability } from "./bayes.ts";
import type { Env } from "./env.ts";
import { readModel, updateModel } from "./model-store.ts";
import { featuresOf } from "./words.ts";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname !== "/" && pathname !== "/train") return refuse(404, "there are / and /train");
    if (request.method !== "POST") return refuse(405, "send a form with POST", { allow: "POST" });
    const fields = await request.formData().catch(() => null);
    if (fields === null) return refuse(415, "the body is not a form");
    const texts = [...fields].filter(([name, value]) => name !== "label" && typeof value === "string");
    const features = featuresOf(texts.map(([, text]) => text as string).join("\n"));
    return pathname === "/" ? score(env, features) : train(request, env, fields.get("label"), features);
  },
};

async function score({ MODEL, THRESHOLD }: Env, features: ReadonlySet<string>): Promise<Response> {
  const { model } = await readModel(MODEL);
  const probability = spamProbability(model, features);
  return Response.json({ probability: Number(probability.toFixed(4)), spam: probability >= THRESHOLD });
}

async function train(
  request: Request,
  { MODEL, TRAINER }: Env,
  label: unknown,
  features: ReadonlySet<string>,
): Promise<Response> {
  if (!TRAINER) throw new Error("set the secret TRAINER: plinth secret put NAME TRAINER");
  if (request.headers.get("authorization") !== `Bearer ${TRAINER}`) return refuse(401, "training needs the token");
  if (label !== "spam" && label !== "ham") return refuse(422, "label is spam or ham");
  const { spam, ham } = await updateModel(MODEL, (model) => learn(model, label as Label, features));
  return Response.json({ spam: spam.messages, ham: ham.messages });
}

function refuse(status: number, error: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error }, { status, headers });
}
