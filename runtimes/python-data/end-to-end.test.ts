/** numpy and pandas over HTTP. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PythonHost } from "../python/host.fixture.ts";
import { dataProfile } from "../python/profile.ts";
import { nameWith, whyMissing } from "../python/tested.fixture.ts";
import { language } from "./language.ts";

const missing = await whyMissing(language);

describe.skipIf(missing !== undefined)(nameWith("Python with numpy and pandas", missing), () => {
  let python: PythonHost;
  beforeAll(async () => {
    python = await PythonHost.start({ memoryLimitBytes: 128 << 20 }, dataProfile);
  });
  afterAll(() => python?.[Symbol.asyncDispose]());

  test("the template's summary of a CSV file, from an upload of kilobytes", async () => {
    await python.deployTemplate("python-data", "summary");
    const response = await python.fetch("summary", "/", {
      method: "POST",
      body: "fruit,price\npear,1\nplum,2\nfig,6\n",
    });
    expect(await response.json()).toMatchObject({ price: { count: 3, mean: 3, min: 1, "50%": 2, max: 6 } });
  });

  test("arrays, linear algebra and groups, with arrays of the load beside", async () => {
    await python.deploy(
      "numbers",
      `
import numpy as np
import pandas as pd
from plinth import Response

weights = np.arange(6.0).reshape(2, 3)

def fetch(request, env, ctx):
    weights[0, 0] += 1
    table = pd.DataFrame({"by": list("aba"), "n": [1, 2, 3]})
    solved = np.linalg.solve(np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([2.0, 8.0]))
    sums = table.groupby("by").n.sum().to_dict()
    return Response.json([weights.sum(), solved.tolist(), sums, np.fft.fft([1, 1]).real.tolist()])
`,
    );
    for (let request = 0; request < 3; request++)
      expect(JSON.parse(await python.text("numbers"))).toEqual([16, [1, 2], { a: 4, b: 2 }, [2, 0]]);
  });

  test("numpy's random numbers are others in each request", async () => {
    await python.deploy(
      "dice",
      `
import numpy as np

def fetch(request, env, ctx):
    return f"{np.random.random()} {np.random.default_rng().random()}"
`,
    );
    const drawn = await Promise.all(Array.from({ length: 8 }, async () => (await python.text("dice")).split(" ")));
    expect(new Set(drawn.flat()).size).toBe(16);
  });
});
