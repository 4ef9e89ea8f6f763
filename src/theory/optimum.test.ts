/** Closed forms against what a minimizer of the models' own losses finds, on seeded problems. */
import { expect, test } from "@playwright/test";
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import { DEFAULT_CONFIG } from "../experiment/schema.ts";
import {
  conditionalProblem,
  Draws,
  hierarchicalProblem,
  minimize,
  type Problem,
} from "./fixtures.ts";
import { predict } from "./predict.ts";

const learnable: EncoderVariance = { kind: "learnable", std: 1 };

interface Drawn {
  readonly settings: Settings;
  readonly theta: readonly number[];
  readonly problem: Problem;
  readonly columns: number;
}

/** A level's variance: learnable, isotropic or one std each. */
type Kind = "learnable" | "isotropic" | "distinct";

function drawnVariance(
  draws: Draws,
  kind: Kind,
  count: number,
): EncoderVariance {
  if (kind === "learnable") return learnable;
  const std = Array.from({ length: kind === "distinct" ? count : 1 }, () =>
    draws.scale(0.3, 1.5),
  );
  return { kind: "fixed", std };
}

function drawnSettings(
  draws: Draws,
  model: Settings["model"],
  kind: Kind,
  kind2: Kind,
): Settings {
  const latents = draws.integer(1, 3);
  const latents2 = draws.integer(1, 3);
  return {
    ...DEFAULT_CONFIG.base,
    model,
    latents,
    latents2,
    beta: draws.scale(0.4, 2.5),
    beta2: draws.scale(0.4, 2.5),
    etaDec: draws.scale(0.4, 1.2),
    etaEnc: draws.scale(0.5, 1.5),
    encoderVariance: drawnVariance(draws, kind, latents),
    encoderVariance2: drawnVariance(draws, kind2, latents2),
  };
}

function spectrum(draws: Draws, count: number): number[] {
  return Array.from({ length: count }, () => draws.scale(0.2, 3)).sort(
    (a, b) => b - a,
  );
}

const squared = (values: readonly number[]): number[] =>
  values.map((value) => value * value);

function vae(draws: Draws, kind: Kind): Drawn {
  const settings = drawnSettings(draws, "vae", kind, "learnable");
  const theta = spectrum(draws, 2);
  const moments = draws.symmetric(squared(theta));
  const problem = conditionalProblem(settings, moments, 0);
  return { settings, theta, problem, columns: 2 };
}

/** x of one or two columns, y = B x + r with B drawn: the joint moments of (x; y) follow. */
function cvae(draws: Draws, kind: Kind): Drawn {
  const settings = drawnSettings(draws, "cvae", kind, "learnable");
  const theta = spectrum(draws, 2);
  const residual = draws.symmetric(squared(theta));
  const variance = draws.scale(0.3, 3);
  const b = draws.normals(2);
  const joint = [
    [variance, variance * b[0], variance * b[1]],
    ...residual.map((row, i) => [
      variance * b[i],
      ...row.map((value, j) => value + variance * b[i] * b[j]),
    ]),
  ];
  const problem = conditionalProblem(settings, joint, 1);
  return { settings, theta, problem, columns: 2 };
}

function mhvae(draws: Draws, kind: Kind, kind2: Kind): Drawn {
  const drawn = drawnSettings(draws, "mhvae", kind, kind2);
  // Both learnable: bounded from beta2 = beta on.
  const bounded = kind === "learnable" && kind2 === "learnable";
  const settings = bounded
    ? { ...drawn, beta2: drawn.beta * draws.between(1, 2.5) }
    : drawn;
  const theta = spectrum(draws, 2);
  const moments = draws.symmetric(squared(theta));
  const problem = hierarchicalProblem(settings, moments);
  return { settings, theta, problem, columns: 2 };
}

const CASES: Readonly<Record<string, (draws: Draws) => Drawn>> = {
  "VAE, learnable": (draws) => vae(draws, "learnable"),
  "VAE, fixed": (draws) => vae(draws, "distinct"),
  "CVAE, learnable": (draws) => cvae(draws, "learnable"),
  "CVAE, fixed": (draws) => cvae(draws, "distinct"),
  "MHVAE, Sigma1 fixed, Sigma2 learnable": (draws) =>
    mhvae(draws, "isotropic", "learnable"),
  "MHVAE, both fixed": (draws) => mhvae(draws, "isotropic", "isotropic"),
  "MHVAE, both fixed, Sigma2 distinct": (draws) =>
    mhvae(draws, "isotropic", "distinct"),
  "MHVAE, both learnable": (draws) => mhvae(draws, "learnable", "learnable"),
  "MHVAE, both learnable, equal betas": (draws) => {
    const { settings, theta } = mhvae(draws, "learnable", "learnable");
    const equal = { ...settings, beta2: settings.beta };
    const problem = hierarchicalProblem(equal, draws.symmetric(squared(theta)));
    return { settings: equal, theta, problem, columns: 2 };
  },
  "MHVAE, Sigma1 learnable, Sigma2 fixed": (draws) =>
    mhvae(draws, "learnable", "distinct"),
};

const PROBLEMS = 4;
const STARTS = 2;

for (const [name, draw] of Object.entries(CASES)) {
  test(`no minimizer goes below the closed form, and one reaches it: ${name}`, () => {
    for (let seed = 1; seed <= PROBLEMS; seed++) {
      const draws = new Draws(seed);
      const { settings, theta, problem, columns } = draw(draws);
      const energy = squared(theta).reduce((sum, value) => sum + value, 0);
      const found = predict(settings, { theta, energy, columns });
      const optimum = found?.loss ?? NaN;
      const losses = Array.from({ length: STARTS }, () =>
        minimize(
          problem,
          draws.normals(problem.parameters).map((value) => 0.5 * value),
        ),
      );
      const least = Math.min(...losses);
      const what = `${name}, problem ${seed}: ${JSON.stringify(settings)} theta ${theta.join(" ")}`;
      // Rounding of a loss summed from under 200 terms of size up to 10.
      expect(least - optimum, what).toBeGreaterThan(-1e-11);
      // BFGS stops where a Newton step would gain 1e-16; along flat directions it creeps.
      expect(least - optimum, what).toBeLessThan(1e-6);
    }
  });
}

test("with beta2 below beta1 and both learnable the loss falls below any bound", () => {
  const settings: Settings = {
    ...drawnSettings(new Draws(1), "mhvae", "learnable", "learnable"),
    latents: 2,
    latents2: 2,
    beta: 1.5,
    beta2: 0.5,
  };
  const theta = [2, 0.5];
  const { loss } = hierarchicalProblem(settings, [
    [4, 0],
    [0, 0.25],
  ]);
  const { beta, beta2, etaDec, etaEnc } = settings;
  const a = etaDec ** 2;
  const kappa = (beta2 / beta) * (etaDec / etaEnc) ** 2;
  const at = (s: number): number => {
    const f = theta.map((t) => Math.min(1, (beta * a) / (t * t)));
    const w1 = f.map((v, i) => Math.sqrt(s * (1 - v)) / theta[i]);
    const u1 = f.map((v, i) => theta[i] * Math.sqrt((1 - v) / s));
    const omega = Math.sqrt(s - (beta2 / beta) * a) / etaEnc;
    const w2 = omega / (omega * omega + kappa);
    const std2 = etaEnc * Math.sqrt(((beta2 / beta) * a) / s);
    const both = (values: readonly number[]): number[] => [
      values[0],
      0,
      0,
      values[1],
    ];
    return loss([
      ...both(w1),
      ...both(u1),
      ...both([w2, w2]),
      ...both([omega, omega]),
      ...f.map((v) => Math.log(s * v) / 2),
      ...[std2, std2].map(Math.log),
    ]);
  };
  // Per e-fold of s: (beta1 - beta2) / 2 nats for each of two slots.
  const slope = (at(1e8) - at(1e4)) / Math.log(1e4);
  expect(slope).toBeCloseTo(-1, 3);
  const found = predict(settings, { theta, energy: 4.25, columns: 2 });
  expect(found?.loss).toBe(-Infinity);
});
