import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { fillNormal } from "../math/rng.ts";
import { MODELS } from "../model/models.ts";
import { normals } from "./fixtures.ts";
import type { NetworkCase } from "./network-cases.ts";
import {
  MODELS_AND_MAPS,
  NETWORK_BASE,
  networkCase,
  NETWORKS,
  VARIANCES,
} from "./network-cases.ts";
import type { Noise } from "./ops.ts";
import { Float64Ops } from "./ops.ts";
import { summarizePosterior } from "./posterior.ts";

const noise: Noise = (out, stream) => {
  fillNormal(out, 11, 4, stream);
};

function passOf({ settings, shape, params, inputs }: NetworkCase): Float64Ops {
  const ops = new Float64Ops({ ...inputs }, params, noise);
  MODELS[settings.model].forward(ops, settings, shape);
  return ops;
}

/** A floor between the KLs of units, as far from each as can be: some pay, some do not. */
function middleFloor({ settings, inputs, ...rest }: NetworkCase): number {
  const { marks } = passOf({ settings, inputs, ...rest });
  const second = settings.model === "mhvae";
  const mean = second ? marks.mean2 : marks.mean;
  const logVar = second ? marks.logVar2 : marks.logVar;
  if (!mean || !logVar) throw new Error("no posterior");
  const { columns } = mean;
  const kl = summarizePosterior(
    {
      mean: mean.value,
      logVar: mean.value.map((_, at) => logVar.value[at % logVar.value.length]),
    },
    inputs.x.rows,
    columns,
    settings.etaEnc ** 2,
  ).klPerUnit.toSorted();
  const gaps = Array.from(kl.subarray(1), (value, at) => value - kl[at]);
  const widest = gaps.indexOf(Math.max(...gaps));
  // Small steps stay on their side.
  expect(gaps[widest]).toBeGreaterThan(1e-3);
  return (kl[widest] + kl[widest + 1]) / 2;
}

interface Difference {
  readonly slope: number;
  /** How far off it may be. */
  readonly bound: number;
}

/**
 * A central difference D(h). For a smooth function |D(2h) - D(h)| is three times its error, and values
 * are rounded to some 100 2^-52. A kink within the step (of a ReLU, or of free bits) shows as a
 * large bound: far from 0 in D, close to it in the bend, which halves with h where f is smooth and
 * stays where it has a corner (half of which D may be off).
 */
function centralDifference(f: (step: number) => number, h: number): Difference {
  const over = (step: number): number => (f(step) - f(-step)) / (2 * step);
  const slope = over(h);
  const rounding = (100 * 2 ** -52 * Math.abs(f(0))) / h;
  const bend = (step: number): number =>
    Math.abs(f(step) + f(-step) - 2 * f(0)) / step;
  const corner = Math.max(0, bend(h) - 0.75 * bend(2 * h));
  const bound = Math.abs(over(2 * h) - slope) + 2 * corner + rounding;
  return { slope, bound };
}

/** Compares each tensor's gradient along a random direction with central differences. */
function checkDirections(network: NetworkCase): void {
  passOf(network).backward();
  Object.entries(network.params).forEach(([name, { value, grad }], at) => {
    const slopes = grad ?? new Float64Array();
    const direction = normals(value.length, 70 + at);
    const before = value.slice();
    const lossAt = (step: number): number => {
      value.forEach((_, i) => {
        value[i] = before[i] + step * direction[i];
      });
      const { loss } = passOf(network);
      value.set(before);
      return loss;
    };
    const want = direction.reduce((sum, d, i) => sum + d * slopes[i], 0);
    // Some have no slope at all: what they feed is off at every example.
    const allowed = 1e-4 * Math.hypot(...slopes) + 1e-6;
    // The first step without a kink in it.
    const found = [1e-4, 1e-5, 1e-6, 1e-7]
      .map((h) => centralDifference(lossAt, h))
      .find(({ bound }) => bound < allowed);
    if (!found) throw new Error(`${name}: no difference is good enough`);
    expect(Math.abs(want - found.slope), name).toBeLessThan(found.bound);
  });
}

for (const [model, kind] of Object.entries(MODELS_AND_MAPS)) {
  for (const [title, network] of Object.entries(NETWORKS)) {
    test(`gradients of the ${model}, ${title}`, () => {
      for (const activation of ["relu", "tanh", "gelu"] as const) {
        for (const variance of Object.values(VARIANCES)) {
          for (const likelihood of ["gaussian", "bernoulli"] as const) {
            const settings: Settings = {
              ...NETWORK_BASE,
              ...kind,
              network,
              activation,
              encoderVariance: variance,
              encoderVariance2: variance,
              likelihood,
            };
            const plain = networkCase(settings);
            checkDirections(plain);
            // What is charged for the KL does not know of the likelihood.
            if (likelihood === "bernoulli") continue;
            const freeBits = middleFloor(plain);
            checkDirections(networkCase({ ...settings, freeBits }));
          }
        }
      }
    });
  }
}
