/** Poke tests on the CPU: what theory wants alive lives again, what it wants dead dies again. */
import { expect, test } from "@playwright/test";
import { addToLane } from "../engine/edit-state.ts";
import { Scheduler } from "../engine/scheduler.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { Settings } from "../experiment/config.ts";
import { DEFAULT_CONFIG } from "../experiment/schema.ts";
import type { ParamSet } from "../model/ops.ts";
import { ReferenceBackend } from "../reference/trainer.ts";
import type { Prediction } from "../theory/prediction.ts";
import { DEAD_NATS } from "../theory/verdict.ts";
import { testLane } from "./fixtures.ts";
import { LaneData, predictLane } from "./lane-data.ts";
import { LaneMonitor } from "./lane-monitor.ts";
import { concludePoke, judgePoke, startPoke } from "./poke.ts";
import type { PokeReadout } from "./poke-protocol.ts";
import { revive } from "./poke-revive.ts";
import type { LaneReadout } from "./protocol.ts";

/** theta^2 is 9, 4, 1, .25: at beta 0.5 three survive, at beta 2 two do; none is near a threshold. */
const LANE: Partial<Settings> = {
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  etaDec: 1,
  etaEnc: 1,
  beta: 0.5,
  estimator: "exact",
  encoderVariance: { kind: "learnable", std: 1 },
  optimizer: { kind: "adam", learningRate: 0.01 },
  steps: 2500,
};

/** Two lanes alike on the CPU, with what the worker has of a run. */
class Lanes {
  readonly backend: ReferenceBackend;
  readonly scheduler: Scheduler;
  readonly inputs: readonly LaneInput[];
  readonly predictions: readonly (Prediction | null)[];
  #params: readonly ParamSet[] = [];

  private constructor(inputs: readonly LaneInput[]) {
    this.inputs = inputs;
    this.predictions = inputs.map(predictLane);
    this.backend = new ReferenceBackend(inputs);
    this.scheduler = new Scheduler(
      this.backend,
      { lanes: inputs.length, steps: inputs[0].settings.steps, pace: 0 },
      {
        status: () => undefined,
        readback: ({ params }) => {
          this.#params = params;
        },
        diverged: ({ lane }) => {
          throw new Error(`lane ${lane} diverged`);
        },
        failed: (error) => {
          throw error;
        },
      },
    );
  }

  static async create(change: Partial<Settings> = {}): Promise<Lanes> {
    const settings = { ...DEFAULT_CONFIG.base, ...LANE, ...change };
    const input = await new LaneData().prepare(settings, () => undefined);
    return new Lanes([input, input]);
  }

  params(lane: number): ParamSet {
    return this.#params[lane];
  }

  readout(lane: number): LaneReadout {
    const monitor = new LaneMonitor(this.inputs[lane], this.predictions[lane]);
    return monitor.measure(this.scheduler.step, this.#params[lane], false);
  }

  async poke(lane: number, count: number): Promise<PokeReadout | null> {
    const poke = await startPoke(
      {
        scheduler: this.scheduler,
        lane,
        input: this.inputs[lane],
        prediction: this.predictions[lane],
        read: async () => {
          await this.scheduler.readNow();
          return { readout: this.readout(lane), params: this.params(lane) };
        },
      },
      count,
    );
    if (!poke) return null;
    this.scheduler.extend(poke.step + count);
    await this.scheduler.advance(count);
    const { estimator } = this.inputs[lane].settings;
    return concludePoke(poke, this.readout(lane), estimator);
  }

  /** Cuts off the strongest unit of a lane: with both ends at zero no gradient revives it. */
  async cutOff(lane: number): Promise<void> {
    const { klPerUnit } = this.readout(lane);
    const unit = klPerUnit.indexOf(Math.max(...klPerUnit));
    await this.scheduler.edit((now) => {
      const arenas = [...now.arenas];
      const arena = arenas[lane].slice();
      const units = klPerUnit.length;
      // Values, m and v of encW [k, 4], decU [4, k] and logVar [1, k], after two numbers of its own.
      for (let copy = 0; copy < 3; copy++) {
        const from = 2 + 9 * units * copy;
        for (let at = 0; at < 4; at++) {
          arena[from + 4 * unit + at] = 0;
          arena[from + 4 * units + units * at + unit] = 0;
        }
      }
      arenas[lane] = arena;
      return { ...now, arenas };
    });
    await this.scheduler.readNow();
  }
}

test("a unit that was cut off lives again, and the lane is back at theory; the other lane does not notice", async () => {
  // As many units as the theorem keeps: no other can take the place of the one that is cut off.
  const lanes = await Lanes.create({ latents: 3 });
  await lanes.scheduler.advance(2000);
  expect(lanes.readout(0).activeModes).toBe(3);
  await lanes.cutOff(0);
  expect(lanes.readout(0).activeModes).toBe(2);
  // What is cut off stays so by itself.
  await lanes.scheduler.advance(100);
  expect(lanes.readout(0).activeModes).toBe(2);
  const poke = await lanes.poke(0, 1500);
  expect(poke?.what).toBe("units");
  expect(poke?.units).toHaveLength(1);
  expect(poke?.verdict).toBe("lives");
  expect(poke?.modes).toEqual({ before: 2, after: 3 });
  expect(poke?.theory).toBe(3);
  expect(poke?.units[0].alive).toBe(true);
  for (const { before, poked } of poke?.units ?? [])
    expect(poked).toBeGreaterThan(before);
  expect(poke?.loss.after).toBeLessThan((poke?.loss.before ?? 0) - 0.1);
  // 2500 was the budget; it has grown by what the poke took.
  expect(lanes.scheduler.step).toBe(3600);
  const alone = await Lanes.create({ latents: 3, steps: 3600 });
  await alone.scheduler.advance(3600);
  expect(lanes.params(1)).toEqual(alone.params(1));
  alone.scheduler.close();
  lanes.scheduler.close();
});

test("what theory wants dead dies again", async () => {
  const lanes = await Lanes.create({ beta: 2 });
  await lanes.scheduler.advance(2500);
  const poke = await lanes.poke(0, 2500);
  expect(poke?.units).toHaveLength(2);
  expect(poke?.verdict).toBe("dies");
  expect(poke?.used).toEqual({ before: 2, after: 2 });
  expect(poke?.modes).toEqual({ before: 2, after: 2 });
  // One of the two takes the place of a unit that was alive, which then dies in its stead.
  expect(lanes.readout(0).dead.filter(Boolean)).toHaveLength(2);
  for (const { before, poked } of poke?.units ?? []) {
    expect(before).toBeLessThan(DEAD_NATS);
    expect(poked).toBeGreaterThan(DEAD_NATS);
  }
  expect(lanes.scheduler.step).toBe(5000);
  lanes.scheduler.close();
});

test("directions are revived where no unit is dead, and die again", async () => {
  const lanes = await Lanes.create({
    data: { kind: "spectrum", theta: [3, 2, 1.5, 0.2] },
    encoderVariance: { kind: "fixed", std: [0.7] },
  });
  await lanes.scheduler.advance(2500);
  const before = lanes.readout(0);
  expect(before.dead).toEqual([false, false, false, false]);
  const empty = 4 - before.activeModes;
  expect(empty).toBeGreaterThan(0);
  const poke = await lanes.poke(0, 2500);
  expect(poke?.what).toBe("directions");
  expect(poke?.units).toHaveLength(empty);
  expect(poke?.verdict).toBe("dies");
  expect(poke?.modes).toEqual({ before: 3, after: 3 });
  expect(poke?.units[0].poked).toBeGreaterThan(poke?.units[0].before ?? 1);
  lanes.scheduler.close();
});

test("a lane that uses everything is left alone", async () => {
  const lanes = await Lanes.create({ beta: 0.01 });
  await lanes.scheduler.advance(2000);
  const { step } = lanes.scheduler;
  const params = lanes.params(0);
  expect(await lanes.poke(0, 100)).toBeNull();
  expect(lanes.scheduler.step).toBe(step);
  expect(lanes.params(0)).toEqual(params);
  lanes.scheduler.close();
});

test("only dead units' entries change, and only their moments begin anew", async () => {
  for (const model of ["vae", "cvae", "mhvae"] as const) {
    const input = await testLane({
      model,
      estimator: "exact",
      ...(model === "cvae" && { condition: { kind: "quarter" } }),
    });
    const backend = new ReferenceBackend([input, input]);
    await backend.run(0, 5);
    const { params, snapshot } = await backend.read(0);
    const levels = (model === "mhvae" ? [3, 2] : [3]).map((units) => ({
      dead: Array.from({ length: units }, (_, unit) => unit === 1),
      std: Array.from({ length: units }, () => 0.8),
      activeModes: units - 1,
    }));
    const readout = { levels } as unknown as Parameters<typeof revive>[2];
    const difference = revive(input, params[0], readout, 5);
    const touched = unitEntries(difference, 1);
    expect(touched.others, model).toBe(0);
    expect(touched.own, model).toBeGreaterThan(0);
    const edited = addToLane(snapshot, backend, 0, difference);
    expect(edited.arenas[1]).toBe(snapshot.arenas[1]);
    const size = (snapshot.arenas[0].length - 2) / 3;
    let changed = 0;
    for (let at = 2; at < 2 + size; at++) {
      const same = edited.arenas[0][at] === snapshot.arenas[0][at];
      if (!same) changed++;
      const first = same ? snapshot.arenas[0][at + size] : 0;
      expect(edited.arenas[0][at + size]).toBe(first);
    }
    expect(changed).toBeGreaterThan(0);
    backend.restore(edited);
    const after = (await backend.read(0)).params[0];
    for (const [name, values] of Object.entries(after)) {
      if (/B\d?$/.test(name)) continue; // At their optimum, whatever the weights.
      values.forEach((value, at) => {
        const expected = params[0][name][at] + difference[name][at];
        // Rotated there and back in float64, of tensors rounded to float32; null directions are dropped.
        if (difference[name][at] === 0)
          expect(value, `${model} ${name} ${at}`).toBe(params[0][name][at]);
        else if (/logVar|W2|U2/.test(name))
          expect(value).toBeCloseTo(expected, 5);
      });
    }
    backend.destroy();
  }
});

/** Entries that change, of unit `unit` and of others, in all tensors. */
function unitEntries(
  difference: ParamSet,
  unit: number,
): { own: number; others: number } {
  let [own, others] = [0, 0];
  for (const [name, values] of Object.entries(difference)) {
    const level2 = name.endsWith("2");
    const units = level2 ? 2 : 3;
    values.forEach((value, at) => {
      if (value === 0) return;
      const of = name.startsWith("encW")
        ? Math.floor(at / (values.length / units))
        : at % units;
      if (of === unit) own++;
      else others++;
    });
  }
  return { own, others };
}

test("the verdict follows from units, modes, theory and loss", () => {
  const judged = (
    used: number,
    modes: number,
    loss: number,
    theory: number | null = 3,
  ): string =>
    judgePoke(
      {
        used: { before: 2, after: used },
        modes: { before: 2, after: modes },
        theory,
        loss: { before: 10, after: loss },
      },
      "exact",
    );
  expect(judged(2, 2, 10)).toBe("dies");
  expect(judged(3, 3, 9)).toBe("lives");
  expect(judged(3, 2, 10)).toBe("shares");
  expect(judged(4, 4, 9)).toBe("open");
  expect(judged(4, 4, 9, null)).toBe("lives");
  // 0.1 % of the loss is allowed.
  expect(judged(3, 3, 10.009)).toBe("lives");
  expect(judged(3, 3, 10.011)).toBe("open");
  expect(judged(2, 2, NaN)).toBe("open");
});
