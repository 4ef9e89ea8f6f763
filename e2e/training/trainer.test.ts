/**
 * Whole runs through the library, on WebGPU and on the CPU: both engines walk the same path,
 * a run resumes exactly, and training ends where the theorem says.
 */
import type { Page } from "@playwright/test";
import {
  allLanes,
  type ExperimentConfig,
  type Settings,
} from "../../src/experiment/config.ts";
import { writeLink } from "../../src/experiment/link.ts";
import { changeSettings, DEFAULT_CONFIG } from "../../src/experiment/schema.ts";
import { LaneData } from "../../src/session/lane-data.ts";
import { expect, test } from "../harness/fixture.ts";
import type { TrainingRequest, TrainingResult } from "../harness/training.ts";
import { trajectoryBound, trajectoryOf } from "../harness/trajectory-bound.ts";

function configWith(change: Partial<Settings>): ExperimentConfig {
  let config = DEFAULT_CONFIG;
  for (const key of Object.keys(change) as (keyof Settings)[]) {
    const value = change[key];
    if (value !== undefined) config = changeSettings(config, key, value);
  }
  return config;
}

function linkWith(change: Partial<Settings>): string {
  return writeLink(configWith(change));
}

function train(page: Page, request: TrainingRequest): Promise<TrainingResult> {
  return page.evaluate((of) => globalThis.harness.train(of), request);
}

/** But for what rests on read-outs of the way, which are taken by the clock. */
function timeless({ step, lanes }: TrainingResult) {
  return {
    step,
    lanes: lanes.map((lane) => ({
      ...lane,
      readout: { ...lane.readout, recentDistance: null, verdict: null },
    })),
  };
}

for (const estimator of ["sampled", "exact"] as const) {
  const base: Partial<Settings> = { estimator, steps: 4000 };

  test(`${estimator}: the first 50 losses of WebGPU and CPU agree`, async ({
    gpuPage,
  }) => {
    const request = { link: linkWith(base), trains: [50] };
    const gpu = await train(gpuPage, { ...request, engine: "webgpu" });
    const cpu = await train(gpuPage, { ...request, engine: "cpu" });
    const laneData = new LaneData();
    for (const [lane, settings] of allLanes(configWith(base)).entries()) {
      const input = await laneData.prepare(settings, () => undefined);
      const bounds = trajectoryBound(trajectoryOf(input, 50));
      const { terms } = gpu.lanes[lane];
      expect(terms.map(({ step }) => step)).toEqual(
        Array.from({ length: 50 }, (_, index) => index),
      );
      terms.forEach(({ loss }, step) => {
        const expected = cpu.lanes[lane].terms[step].loss;
        expect(
          Math.abs(loss - expected),
          `lane ${lane}, step ${step}: ${loss} for ${expected}`,
        ).toBeLessThanOrEqual(bounds[step]);
        // A bound that allows anything would prove nothing.
        expect(bounds[step]).toBeLessThan(1e-4 * expected);
      });
    }
  });

  test(`${estimator}: the same seed walks the same path, another seed another`, async ({
    gpuPage,
  }) => {
    const request = { engine: "webgpu", trains: [40] } as const;
    const first = await train(gpuPage, { ...request, link: linkWith(base) });
    const again = await train(gpuPage, { ...request, link: linkWith(base) });
    const other = await train(gpuPage, {
      ...request,
      link: linkWith({ ...base, seed: 8 }),
    });
    expect(timeless(again)).toEqual(timeless(first));
    expect(other.lanes[0].params).not.toEqual(first.lanes[0].params);
  });

  test(`${estimator}: chunks and resumes change nothing, bit for bit`, async ({
    gpuPage,
  }) => {
    for (const engine of ["webgpu", "cpu"] as const) {
      const link = linkWith(base);
      const whole = await train(gpuPage, { link, engine, trains: [60] });
      const parts = await train(gpuPage, { link, engine, trains: [1, 20, 39] });
      const resumed = await train(gpuPage, {
        link,
        engine,
        trains: [13, 47],
        resume: true,
      });
      expect(timeless(parts)).toEqual(timeless(whole));
      expect(resumed.lanes.map(({ params }) => params)).toEqual(
        whole.lanes.map(({ params }) => params),
      );
    }
  });

  test(`${estimator}: a learning rate that is too high is caught, the other lane goes on`, async ({
    gpuPage,
  }) => {
    const config = changeSettings(
      changeSettings(DEFAULT_CONFIG, "estimator", estimator),
      "optimizer",
      { kind: "sgd", learningRate: 10 },
      0,
    );
    const link = writeLink(
      changeSettings(
        config,
        "optimizer",
        { kind: "adam", learningRate: 0.02 },
        1,
      ),
    );
    const { step, lanes } = await train(gpuPage, {
      link,
      engine: "webgpu",
      trains: [100],
    });
    expect(step).toBe(100);
    expect(lanes[0].diverged).toBeGreaterThan(0);
    expect(lanes[1].diverged).toBeNull();
    expect(lanes[0].readout.verdict).toBe("diverged");
    for (const values of Object.values(lanes[0].params)) {
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });
}

for (const engine of ["webgpu", "cpu"] as const) {
  test(`exact: the default link reaches the theorem on ${engine}`, async ({
    gpuPage,
  }) => {
    const { lanes } = await train(gpuPage, {
      link: linkWith({ estimator: "exact", steps: 4000 }),
      engine,
      trains: [4000],
    });
    for (const { readout, prediction } of lanes) {
      if (!prediction) throw new Error("no prediction");
      const gap = readout.loss - prediction.loss;
      expect(Math.abs(gap)).toBeLessThanOrEqual(1e-3 * prediction.loss);
      // Nothing trains below the minimum: float64 measurement of float32 weights.
      expect(gap).toBeGreaterThanOrEqual(-1e-9 * prediction.loss);
      expect(readout.distance).toBeLessThanOrEqual(2e-2);
      expect(readout.activeModes).toBe(prediction.activeUnits);
      expect(readout.verdict).toBe("at-theory");
    }
    // The one difference: three units die where the variance is learnable, none where fixed.
    expect(lanes[0].readout.activeUnits).toBe(5);
    expect(lanes[1].readout.activeUnits).toBeGreaterThan(5);
  });
}

test("sampled: the default link settles at theory on WebGPU", async ({
  gpuPage,
}) => {
  const { lanes } = await train(gpuPage, {
    link: linkWith({}),
    engine: "webgpu",
    trains: [1500],
  });
  for (const { readout, prediction } of lanes) {
    expect(readout.verdict).toBe("at-theory");
    expect(readout.activeModes).toBe(prediction?.activeUnits);
  }
});
