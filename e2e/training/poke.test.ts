/** Poke tests on WebGPU, exact and sampled: what theory keeps lives again, what it does not dies again. */
import { writeLink } from "../../src/experiment/link.ts";
import { changeSettings, DEFAULT_CONFIG } from "../../src/experiment/schema.ts";
import type { Settings } from "../../src/experiment/config.ts";
import { expect, test } from "../harness/fixture.ts";

/** theta^2 is 9, 4, 1, .25: at beta 0.5 three survive, at beta 2 two do; none is near a threshold. */
function link(change: Partial<Settings>): string {
  const all: Partial<Settings> = {
    data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
    rows: 64,
    latents: 3,
    encoderVariance: { kind: "learnable", std: 1 },
    optimizer: { kind: "adam", learningRate: 0.005 },
    steps: 6000,
    ...change,
  };
  let config = { ...DEFAULT_CONFIG, lanes: [{}] as const };
  for (const key of Object.keys(all) as (keyof Settings)[]) {
    const value = all[key];
    if (value !== undefined)
      config = {
        ...config,
        ...changeSettings(config, key, value),
        lanes: [{}],
      };
  }
  return writeLink(config);
}

for (const estimator of ["exact", "sampled"] as const) {
  test(`${estimator}: a collapsed unit dies again`, async ({ gpuPage }) => {
    const poke = await gpuPage.evaluate((of) => globalThis.harness.poke(of), {
      link: link({ estimator, beta: 2 }),
      train: 3000,
      steps: 3000,
    });
    expect(poke?.what).toBe("units");
    expect(poke?.units).toHaveLength(1);
    expect(poke?.units[0].poked).toBeGreaterThan(0.01);
    expect(poke?.used).toEqual({ before: 2, after: 2 });
    expect(poke?.theory).toBe(2);
    expect(poke?.verdict).toBe("dies");
  });

  test(`${estimator}: a unit that was starved lives again once theory keeps it`, async ({
    gpuPage,
  }) => {
    // Starved long enough at beta 20 a unit is zero to within rounding; beta falls, and it stays so a while.
    const poke = await gpuPage.evaluate((of) => globalThis.harness.poke(of), {
      link: link({ estimator, beta: 20, steps: 8000 }),
      train: 4000,
      then: { beta: 0.5 },
      steps: 4000,
    });
    expect(poke?.used.before).toBe(0);
    expect(poke?.theory).toBe(3);
    expect(poke?.modes.after).toBe(3);
    expect(poke?.verdict).toBe("lives");
  });
}
