/** Maps: counted modes agree with theory away from its boundaries; what a map holds, and how it ends. */
import type { Page } from "@playwright/test";
import type { Settings } from "../../src/experiment/config.ts";
import { configOf, defaultConfigOf } from "../../src/experiment/schema.ts";
import type { MapAxis, MapSpec } from "../../src/session/map-protocol.ts";
import { expect, test } from "../harness/fixture.ts";
import type { MapRequest, MapResult } from "../harness/map.ts";

const run = (page: Page, request: MapRequest): Promise<MapResult> =>
  page.evaluate((asked) => globalThis.harness.map(asked), request);

const THETA = [3, 2.2, 1.6, 1.2, 0.9, 0.6];

function specOf(
  model: Settings["model"],
  settings: Partial<Settings>,
  axes: readonly MapAxis[],
  steps?: number,
): MapSpec {
  const base: Settings = {
    ...defaultConfigOf(model).base,
    data: { kind: "spectrum", theta: THETA },
    rows: 64,
    latents: 6,
    ...settings,
  };
  return {
    config: configOf([base]),
    axes,
    ...(steps !== undefined && { steps }),
  };
}

const axis = (
  field: MapAxis["field"],
  from: number,
  to: number,
  count = 16,
  scale: MapAxis["scale"] = "log",
): MapAxis => ({ field, from, to, count, scale });

/**
 * What takes a minute at the usual steps has as many as it needs: at 1500 all counts of the CVAE
 * and the first MHVAE are right, at 3000 those of the other, whose map is a quarter as large.
 */
const MODELS = [
  [
    "vae, learnable",
    specOf("vae", { encoderVariance: { kind: "learnable", std: 1 } }, [
      axis("beta", 0.2, 8),
      axis("etaDec", 0.4, 1.6, 16, "linear"),
    ]),
  ],
  [
    "vae, fixed",
    specOf("vae", { encoderVariance: { kind: "fixed", std: [1] } }, [
      axis("beta", 0.2, 8),
      axis("etaDec", 0.4, 1.6),
    ]),
  ],
  [
    "cvae",
    specOf(
      "cvae",
      {},
      [axis("correlation", 0, 0.95, 16, "linear"), axis("beta", 0.2, 8)],
      2000,
    ),
  ],
  [
    "mhvae, learnable second level",
    specOf(
      "mhvae",
      { latents2: 6, etaDec: 0.5 },
      [axis("beta", 0.3, 6), axis("beta2", 0.3, 6)],
      2000,
    ),
  ],
  [
    "mhvae, sigma1",
    specOf(
      "mhvae",
      { latents2: 6, etaDec: 0.5 },
      [axis("std", 0.2, 1.5, 8), axis("beta2", 0.3, 6, 8)],
      3000,
    ),
  ],
] as const;

for (const [name, spec] of MODELS) {
  test(`every cell of a map counts the modes that theory counts, away from its lines (${name})`, async ({
    gpuPage,
  }) => {
    const { cells, lines, progress, memory } = await run(gpuPage, {
      spec,
      engine: "webgpu",
    });
    const count = spec.axes[0].count ** 2;
    expect(cells.length).toBe(count);
    const away = cells.filter(({ near }) => !near);
    // Lines are thin: the test is of nearly all cells, of both sides of at least one.
    expect(away.length).toBeGreaterThan(0.6 * count);
    expect(lines.flat().length).toBeGreaterThan(0);
    const levels = spec.config.base.model === "mhvae" ? 2 : 1;
    const known = away.filter(({ theory }) => !Number.isNaN(theory[0]));
    expect(known.length).toBe(away.length);
    const wrong = away.flatMap(({ theory, measured, ended }, at) => {
      const agrees =
        ended &&
        Array.from({ length: levels }).every(
          (_, level) =>
            Number.isNaN(theory[level]) || measured?.[level] === theory[level],
        );
      return agrees ? [] : [{ at, theory, measured }];
    });
    expect(wrong).toEqual([]);
    expect(
      new Set(away.map(({ theory }) => theory[levels - 1])).size,
    ).toBeGreaterThan(2);
    expect(progress.at(-1)).toMatchObject({
      status: "done",
      done: count,
      total: count,
      fraction: 1,
    });
    expect(memory.created).toBeGreaterThan(0);
    expect(memory.left).toBe(0);
  });
}

test("cancelling a map ends it at once and frees its memory; a pause holds it", async ({
  gpuPage,
}) => {
  const spec = specOf(
    "vae",
    {},
    [axis("beta", 0.2, 8, 64), axis("etaDec", 0.4, 1.6, 64)],
    10 ** 6,
  );
  const cancelled = await run(gpuPage, {
    spec,
    engine: "webgpu",
    cancelLive: true,
  });
  expect(cancelled.progress.at(-1)).toMatchObject({
    status: "cancelled",
    done: 0,
    total: 4096,
  });
  expect(cancelled.live).toBeGreaterThan(0);
  expect(cancelled.memory.created).toBeGreaterThan(0);
  expect(cancelled.memory.left).toBe(0);
  // Two dispatches of 12 ms and a read-back, on a machine that does ten other things.
  expect(cancelled.stopMs).toBeLessThan(600);
  const paused = await run(gpuPage, {
    spec: specOf("vae", {}, [axis("beta", 0.2, 8, 64)], 2000),
    engine: "webgpu",
    pause: 600,
  });
  expect(paused.heardPaused).toBe(0);
  expect(paused.progress.at(-1)?.status).toBe("done");
});

test("without WebGPU the same cells are trained in float64", async ({
  gpuPage,
}) => {
  const { cells, progress } = await run(gpuPage, {
    spec: specOf("vae", {}, [
      axis("beta", 0.2, 8, 4),
      axis("etaDec", 0.4, 1.6, 4),
    ]),
    engine: "cpu",
  });
  expect(progress.at(-1)).toMatchObject({ status: "done", done: 16 });
  for (const { theory, measured, near } of cells)
    if (!near) expect(measured?.[0]).toBe(theory[0]);
});

const SAMPLED: Partial<Settings> = {
  data: { kind: "spectrum", theta: [3, 2.2, 1.6] },
  latents: 3,
  batchSize: 64,
  encoderVariance: { kind: "learnable", std: 1 },
};

test("a map of sampled linear models counts the modes that theory counts", async ({
  gpuPage,
}) => {
  const spec: MapSpec = {
    ...specOf(
      "vae",
      SAMPLED,
      // theta^2 is 9, 4.84, 2.56; beta eta^2 is far from each.
      [
        axis("beta", 0.5, 3.5, 2, "linear"),
        axis("etaDec", 0.5, 1.4, 2, "linear"),
      ],
      3000,
    ),
    estimator: "sampled",
  };
  const { cells, progress, memory } = await run(gpuPage, {
    spec,
    engine: "webgpu",
  });
  expect(progress.at(-1)).toMatchObject({ status: "done", done: 4, total: 4 });
  expect(cells.map(({ ended, steps }) => [ended, steps])).toEqual(
    cells.map(() => [true, 3000]),
  );
  expect(cells.map(({ theory }) => theory[0])).toEqual([3, 3, 3, 1]);
  expect(cells.map(({ measured }) => measured?.[0])).toEqual([3, 3, 3, 1]);
  expect(memory.created).toBeGreaterThan(0);
  expect(memory.left).toBe(0);
});

const NETWORK: Partial<Settings> = {
  ...SAMPLED,
  network: { kind: "dense", hidden: [8] },
  encoderVariance: { kind: "predicted", std: 1 },
  biases: true,
  estimator: "sampled",
};

for (const engine of ["webgpu", "cpu"] as const) {
  test(`a map of networks is beside the theory of the linear model (${engine})`, async ({
    gpuPage,
  }) => {
    const spec = specOf(
      "vae",
      NETWORK,
      [axis("beta", 0.2, 20, 2), axis("etaDec", 0.5, 1, 2)],
      engine === "cpu" ? 200 : 600,
    );
    const { cells, progress, linear, lines, memory } = await run(gpuPage, {
      spec,
      engine,
    });
    expect(progress.at(-1)).toMatchObject({ status: "done", done: 4 });
    expect(linear).toBe(true);
    expect(lines.flat().length).toBeGreaterThan(0);
    // beta eta^2 from 0.05 to 20, theta^2 from 2.56 to 9.
    expect(cells.map(({ theory }) => theory[0])).toEqual([3, 1, 3, 0]);
    const [active, , loss, kl, , distance] = [0, 1, 2, 3, 4, 5];
    for (const { measured } of cells) {
      expect(measured?.[active]).toBeGreaterThanOrEqual(0);
      expect(measured?.[active]).toBeLessThanOrEqual(3);
      expect(measured?.[loss]).toBeGreaterThan(0);
      expect(measured?.[distance]).toBeNaN();
    }
    expect(Number(cells[0].measured?.[kl])).toBeGreaterThan(
      Number(cells[1].measured?.[kl]),
    );
    expect(memory.left).toBe(0);
  });
}

test("cancelling a map of networks frees its memory; cells were heard of on the way", async ({
  gpuPage,
}) => {
  const cancelled = await run(gpuPage, {
    spec: specOf(
      "vae",
      NETWORK,
      [axis("beta", 0.2, 20, 4), axis("etaDec", 0.5, 1, 4)],
      10 ** 6,
    ),
    engine: "webgpu",
    cancelLive: true,
  });
  expect(cancelled.progress.at(-1)).toMatchObject({
    status: "cancelled",
    done: 0,
    total: 16,
  });
  expect(cancelled.live).toBeGreaterThan(0);
  expect(cancelled.memory.created).toBeGreaterThan(0);
  expect(cancelled.memory.left).toBe(0);
});
