import { normal, uniformInt } from "../../src/math/rng.ts";
import { test } from "../harness/fixture.ts";
import {
  expectWithin,
  garbage,
  pad,
  runKernel,
  TIERS,
  U,
  values,
} from "../harness/kernel-check.ts";

const SIZES = [
  [1, 1],
  [7, 3],
  [65, 8],
  [33, 20],
] as const;

const [variance, weight, prior, beta] = [0.375, 1.25, 1.75, 0.5];
const step = {
  seed: 4,
  index: 9,
  scalars: [
    [variance, weight],
    [prior, beta],
  ] as [number, number][],
};

/** [left | right], each half padded. */
function sideBySide(
  left: readonly number[],
  right: readonly number[],
  rows: number,
  columns: number,
): number[] {
  const width = 4 * Math.ceil(columns / 4);
  const [l, r] = [pad(left, rows, columns), pad(right, rows, columns)];
  return Array.from({ length: rows }, (_, row) => [
    ...l.slice(row * width, (row + 1) * width),
    ...r.slice(row * width, (row + 1) * width),
  ]).flat();
}

for (const tier of TIERS) {
  test(`${tier}: sample`, async ({ gpuPage }) => {
    for (const [batch, units] of SIZES) {
      const p = values(batch * units, 1);
      const logVar = values(units, 2);
      const projected = sideBySide(p, values(batch * units, 3), batch, units);
      const result = await runKernel(gpuPage, {
        launcher: "vaeSample",
        tier,
        args: [{ batch, units, width: 9, rows: 5 }],
        tensors: {
          projected,
          logVar: pad(logVar, 1, units),
          y: new Array<number>(projected.length).fill(0),
          z: garbage(projected.length / 2),
          spread: garbage(projected.length / 2),
        },
        step,
      });
      const noise = p.map(
        (_, i) => Math.exp(logVar[i % units] / 2) * normal(4, 9, "latent", i),
      );
      const spread = pad(noise, batch, units);
      // As in reparameterize: 12 roundings of eps, 8 of exp, product and sum.
      const size = pad(
        p.map((x, i) => 22 * U * (Math.abs(x) + Math.abs(noise[i]))),
        batch,
        units,
      );
      expectWithin("spread", result.spread, spread, (i) => size[i]);
      const z = p.map((x, i) => x + noise[i]);
      expectWithin("z", result.z, pad(z, batch, units), (i) => size[i]);
      const f = weight / (batch * variance);
      const zero = new Array<number>(z.length).fill(0);
      const y = sideBySide(
        zero,
        z.map((x) => -f * x),
        batch,
        units,
      );
      const bound = sideBySide(
        zero,
        p.map((x, i) => 26 * U * f * (Math.abs(x) + Math.abs(noise[i]))),
        batch,
        units,
      );
      expectWithin("y", result.y, y, (i) => bound[i]);
    }
  });

  test(`${tier}: gradient`, async ({ gpuPage }) => {
    for (const [batch, units] of SIZES) {
      const [width, rows] = [9, 5];
      const [p, q, z, t, spread] = [1, 2, 3, 4, 5].map((seed) =>
        values(batch * units, seed),
      );
      const logVar = values(units, 6);
      const norms = values(rows, 7).map(Math.abs);
      const projected = sideBySide(p, q, batch, units);
      const result = await runKernel(gpuPage, {
        launcher: "vaeGradient",
        tier,
        args: [{ batch, units, width, rows }],
        tensors: {
          projected,
          logVar: pad(logVar, 1, units),
          y: new Array<number>(projected.length).fill(0),
          z: pad(z, batch, units),
          spread: pad(spread, batch, units),
          t: pad(t, batch, units),
          norms,
          nats: garbage(2 * batch),
        },
        step,
      });
      const f = weight / (batch * variance);
      const pull = beta / (batch * prior);
      const zero = new Array<number>(p.length).fill(0);
      const gradient = p.map((x, i) => f * (t[i] - q[i]) + pull * x);
      // Factors of three roundings, difference, products, sum.
      const size = p.map(
        (x, i) =>
          8 * U * (f * (Math.abs(t[i]) + Math.abs(q[i])) + pull * Math.abs(x)),
      );
      const bound = sideBySide(size, zero, batch, units);
      expectWithin(
        "y",
        result.y,
        sideBySide(gradient, zero, batch, units),
        (i) => bound[i],
      );
      const product = spread.map((x, i) => x * f * (t[i] - q[i]));
      const productBound = pad(
        spread.map(
          (x, i) => 8 * U * Math.abs(x) * f * (Math.abs(t[i]) + Math.abs(q[i])),
        ),
        batch,
        units,
      );
      expectWithin(
        "spread",
        result.spread,
        pad(product, batch, units),
        (i) => productBound[i],
      );

      const constant = 0.5 * width * Math.log(2 * Math.PI * variance);
      const nats: number[] = [];
      const divergences: number[] = [];
      const bounds = new Array<number>(2 * batch).fill(0);
      for (let b = 0; b < batch; b++) {
        let square = norms[uniformInt(4, 9, "batch", b, rows)];
        let magnitude = square;
        let divergence = 0;
        let spreadOf = 0;
        for (let i = b * units; i < (b + 1) * units; i++) {
          const rho = logVar[i - b * units];
          square += z[i] * (t[i] - 2 * q[i]);
          magnitude += Math.abs(z[i]) * (Math.abs(t[i]) + 2 * Math.abs(q[i]));
          const quadratic = (p[i] * p[i] + Math.exp(rho)) / prior;
          divergence += quadratic - (rho - Math.log(prior)) - 1;
          spreadOf += quadratic + Math.abs(rho) + 2;
        }
        nats.push(square / (2 * variance) + constant);
        divergences.push(0.5 * divergence);
        // The logarithm is good to 2^-21.
        bounds[b] =
          (units + 8) * U * (magnitude / variance + Math.abs(constant)) +
          width * 2 ** -21;
        bounds[b + batch] = (units + 20) * U * spreadOf;
      }
      nats.push(...divergences);
      expectWithin("nats", result.nats, nats, (i) => bounds[i]);
    }
  });
}
