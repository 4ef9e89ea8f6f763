import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import { DEFAULT_CONFIG } from "../experiment/schema.ts";
import { eigh, singularValues } from "../math/linear-algebra.ts";
import { mhvaeSlots } from "./mhvae.ts";
import type { Spectrum } from "./modes.ts";
import { predict } from "./predict.ts";
import type { Prediction } from "./prediction.ts";

type Rows = readonly (readonly number[])[];

/** Fields of all models; which are there depends on the model. */
interface Vector {
  readonly id: string;
  readonly model: string;
  readonly note: string;
  readonly in: {
    readonly theta?: readonly number[];
    readonly A?: Rows;
    readonly J?: Rows;
    readonly dx?: number;
    readonly Ey2?: number;
    readonly d?: number;
    readonly d1?: number;
    readonly d2?: number;
    readonly sigma?: readonly number[];
    readonly sigma1?: number;
    readonly sigma2?: readonly number[];
    readonly beta?: number;
    readonly beta1?: number;
    readonly beta2?: number;
    readonly eta_enc: number;
    readonly eta_dec: number;
    readonly Dy?: number;
  };
  readonly out: Readonly<
    Record<
      "omega" | "lam" | "sigma" | "kl" | "theta" | "evE" | "axis_order",
      readonly number[] | undefined
    >
  > &
    Readonly<
      Record<
        | "s"
        | "u1"
        | "w2"
        | "sigma1"
        | "sigma2"
        | "kl1"
        | "kl2"
        | "mi1"
        | "mi2"
        | "frac",
        readonly number[] | undefined
      >
    > & {
      readonly B?: Rows;
      readonly collapsed?: number;
      readonly collapsed1?: number;
      readonly collapsed2?: number;
      readonly zero_omega?: number;
      readonly bounded?: boolean;
      readonly unique?: boolean;
      readonly L: number | null;
      readonly nats: number | null;
    };
}

const { closed } = JSON.parse(
  readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
) as { closed: Vector[] };

/** The vectors are written with 15 digits. */
function expectClose(
  what: string,
  got: readonly number[],
  want: readonly number[],
): void {
  expect(got.length, what).toBe(want.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - want[i]), `${what}[${i}]`).toBeLessThan(1e-9);
  });
}

const variance = (std: readonly number[] | undefined): EncoderVariance =>
  std ? { kind: "fixed", std } : { kind: "learnable", std: 1 };

function settingsOf({ model, in: given, out }: Vector): Settings {
  const hierarchical = model.startsWith("mhvae");
  const std1 = given.sigma1 === undefined ? undefined : [given.sigma1];
  return {
    ...DEFAULT_CONFIG.base,
    model: hierarchical ? "mhvae" : model.startsWith("cvae") ? "cvae" : "vae",
    beta: given.beta ?? given.beta1 ?? NaN,
    beta2: given.beta2 ?? NaN,
    etaDec: given.eta_dec,
    etaEnc: given.eta_enc,
    latents: given.d ?? given.d1 ?? out.omega?.length ?? NaN,
    latents2: given.d2 ?? NaN,
    encoderVariance: variance(hierarchical ? std1 : given.sigma),
    encoderVariance2: variance(given.sigma2),
  };
}

/** Lines common to all: the loss in both conventions, and that it is the sum of its terms. */
function expectLoss(
  found: Prediction,
  { in: given, out }: Vector,
  columns: number,
): void {
  expectClose("loss", [found.loss], [out.nats ?? NaN]);
  const constant = columns * Math.log(2 * Math.PI * given.eta_dec ** 2);
  expectClose("doubled loss", [2 * found.loss - constant], [out.L ?? NaN]);
  if (found.kind !== "optimum") return;
  const { beta, beta1, beta2 } = given;
  expectClose(
    "terms",
    [
      found.reconstruction +
        (beta ?? beta1 ?? NaN) * found.kl +
        (beta2 ?? 0) * found.kl2,
    ],
    [found.loss],
  );
  found.levels.forEach(({ kl, klPerUnit }) => {
    const total = klPerUnit.reduce((sum, value) => sum + value, 0);
    if (!Number.isNaN(total)) expectClose("kl sum", [kl], [total]);
  });
}

/** All that a VAE vector, and a CVAE's beyond its moments, holds. */
function expectFlat(vector: Vector, data: Spectrum): void {
  const { in: given, out } = vector;
  const found = predict(settingsOf(vector), data);
  if (!found) throw new Error("no prediction");
  expect(found.kind).toBe("optimum");
  expectClose("omega", found.omega, out.omega ?? []);
  expectClose("lambda", found.lambda, out.lam ?? []);
  expectClose("std", found.std, out.sigma ?? []);
  expectClose("kl", found.klPerUnit, out.kl ?? []);
  expect(found.collapsedUnits).toBe(out.collapsed);
  expect(found.activeUnits).toBe(found.omega.length - found.collapsedUnits);
  expectLoss(found, vector, data.columns);
  expect(found.kl2).toBe(0);
  if (out.axis_order && given.sigma) {
    const { sigma } = given;
    expectClose(
      "axis order",
      found.std,
      out.axis_order.map((axis) => sigma[axis]),
    );
  }
  const [first] = found.levels;
  expect(found.levels.length).toBe(1);
  expect([first.encoder, first.decoder, first.std, first.klPerUnit]).toEqual([
    found.lambda,
    found.omega,
    found.std,
    found.klPerUnit,
  ]);
  found.threshold.forEach((threshold, i) => {
    const { value, threshold: own, alive } = first.criteria[i];
    expect([value, own]).toEqual([found.theta[i], threshold]);
    expect(alive).toBe(found.omega[i] > 0);
    // Below 1e-9 of rounding the criterion decides as the vector's counts do.
    expect(alive).toBe(value > threshold + 1e-9);
    if (!given.sigma)
      expectClose("information", [first.information[i]], [first.klPerUnit[i]]);
  });
}

/** Regression of y on x by the pseudo-inverse, and the residual's second moments. */
function regress(joint: Rows, dx: number): { B: number[][]; values: number[] } {
  const xs = joint.slice(0, dx).map((row) => row.slice(0, dx));
  const { values, vectors } = eigh(Float64Array.from(xs.flat()), dx);
  const inverse = xs.map((_, i) =>
    xs.map((_, j) =>
      values.reduce(
        (sum, value, k) =>
          value > 1e-12 * values[0]
            ? sum + (vectors[i * dx + k] * vectors[j * dx + k]) / value
            : sum,
        0,
      ),
    ),
  );
  const cross = joint.slice(dx).map((row) => row.slice(0, dx));
  const B = cross.map((row) =>
    inverse.map((column) =>
      row.reduce((sum, value, k) => sum + value * column[k], 0),
    ),
  );
  const rest = joint.slice(dx).map((row, i) =>
    row
      .slice(dx)
      // Of a symmetric joint: S_xy is the transpose of S_yx.
      .map((value, j) => B[i].reduce((v, b, k) => v - b * cross[j][k], value)),
  );
  const own = eigh(Float64Array.from(rest.flat()), rest.length);
  return { B, values: Array.from(own.values, (value) => Math.max(0, value)) };
}

/** All that an MHVAE vector holds: of the minimizer slot by slot, then of what is predicted of it. */
function expectHierarchical(vector: Vector): void {
  const { in: given, out } = vector;
  const settings = settingsOf(vector);
  const data = {
    theta: given.theta ?? [],
    energy: given.Ey2 ?? NaN,
    columns: given.Dy ?? NaN,
  };
  const found = predict(settings, data);
  if (!found) throw new Error("no prediction");
  const [first, second] = found.levels;
  expect(first.collapsedUnits).toBe(out.collapsed1);
  expect(found.collapsedUnits).toBe(out.collapsed1);
  if (out.frac) {
    const fractions = first.information.map((nats) => Math.exp(-2 * nats));
    expectClose("fractions", fractions, out.frac);
  }
  if (out.bounded === false) {
    expect(found.kind).toBe("unbounded");
    expect(found.loss).toBe(-Infinity);
    return;
  }
  expectLoss(found, vector, data.columns);
  const slots = mhvaeSlots(settings, data);
  const slotwise = {
    lam: slots.map(({ lambda }) => lambda),
    omega: slots.map(({ omega }) => omega),
    s: slots.map(({ s }) => s),
    u1: slots.map(({ u1 }) => u1),
    w2: slots.map(({ w2 }) => w2),
  };
  for (const key of ["lam", "omega", "s", "u1", "w2"] as const)
    expectClose(key, slotwise[key], out[key] ?? []);
  if (out.sigma1)
    expectClose(
      "sigma1",
      slots.map(({ std1 }) => std1),
      out.sigma1,
    );
  const values = [first.encoder, first.decoder, second.encoder, second.decoder];
  expect(second.std.length).toBe(given.d2);
  if (found.kind === "continuum") {
    expect(out.unique).toBe(false);
    expect(values.flat().every(Number.isNaN)).toBe(true);
    return;
  }
  expectClose("sigma2", second.std, out.sigma2 ?? []);
  expect(second.decoder.filter((omega) => omega === 0).length).toBe(
    out.zero_omega,
  );
  expect(second.collapsedUnits).toBe(out.zero_omega);
  expect(second.criteria.map(({ alive }) => alive)).toEqual(
    second.decoder.map((omega) => omega > 0),
  );
  const paired = Math.min(slots.length, second.std.length);
  expectClose(
    "second",
    [...second.encoder.slice(0, paired), ...second.decoder.slice(0, paired)],
    [...slotwise.w2.slice(0, paired), ...slotwise.omega.slice(0, paired)],
  );
  if (out.unique === false) {
    // Unequal s: of level 1 only the dead are known.
    expect(first.encoder.filter((v) => v === 0).length).toBe(out.collapsed1);
    expect(first.std.every(Number.isNaN)).toBe(true);
    return;
  }
  expectClose("level 1", first.encoder, out.lam ?? []);
  expectClose("decoder 1", first.decoder, out.u1 ?? []);
  const informative = second.information.filter((nats) => nats > 0).length;
  if (out.collapsed2 !== undefined)
    expect(second.std.length - informative).toBe(out.collapsed2);
  if (!out.kl1 || !out.kl2 || !out.mi1 || !out.mi2) return;
  expectClose("kl1", first.klPerUnit, out.kl1);
  expectClose("kl2", second.klPerUnit.slice(0, out.kl2.length), out.kl2);
  expectClose("mi1", first.information, out.mi1);
  expectClose("mi2", second.information.slice(0, out.mi2.length), out.mi2);
}

test("there are 57 vectors of all models", () => {
  expect(closed.length).toBe(57);
});

for (const vector of closed) {
  test(`vector ${vector.id} (${vector.note})`, () => {
    const { in: given, out } = vector;
    if (given.J) {
      const dx = given.dx ?? NaN;
      const { B, values } = regress(given.J, dx);
      expectClose("B", B.flat(), out.B?.flat() ?? []);
      expectClose("eigenvalues", values, out.evE ?? []);
      expectFlat(vector, {
        theta: values.map(Math.sqrt),
        energy: values.reduce((sum, value) => sum + value, 0),
        columns: given.J.length - dx,
      });
    } else if (given.d1 === undefined) {
      // Where the moments are given and the output differs from the input, the vector's own
      // theta (singular values of C A^(-1/2)) stands in for the data's.
      expectFlat(vector, {
        theta: given.theta ?? out.theta ?? [],
        energy: given.Ey2 ?? NaN,
        columns: given.Dy ?? NaN,
      });
    } else expectHierarchical(vector);
  });
}

test("theta of a vector with moments is that of the data when output and input agree", () => {
  const vector = closed.find(({ id }) => id === "vl8");
  const matrix = Float64Array.from(vector?.in.A?.flat() ?? []);
  const theta = Array.from(singularValues(matrix, 3, 3), Math.sqrt);
  expectClose("theta", theta.slice(0, 2), vector?.out.theta?.slice(0, 2) ?? []);
});
