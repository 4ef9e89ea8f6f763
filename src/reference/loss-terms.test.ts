import { expect, test } from "@playwright/test";
import { fillNormal } from "../math/rng.ts";
import { checkGradients, random } from "./gradients.ts";
import { sigmoid, softplus } from "./loss-terms.ts";
import type { Noise } from "./ops.ts";
import { Float64Ops } from "./ops.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";

const noise: Noise = (out, stream) => {
  fillNormal(out, 11, 4, stream);
};

const probabilities = (rows: number, columns: number, seed: number): Tensor =>
  tensor(rows, columns, random(rows, columns, seed).value.map(sigmoid), false);

test("softplus and sigmoid at every size of their input", () => {
  expect(softplus(0)).toBe(Math.LN2);
  expect(softplus(1000)).toBe(1000);
  expect(softplus(-1000)).toBe(0);
  // ln(1 + e^-40) = e^-40 to within its square, which plain ln(1 + .) would lose.
  expect(Math.abs(softplus(-40) / Math.exp(-40) - 1)).toBeLessThan(1e-15);
  expect(sigmoid(0)).toBe(0.5);
  expect(sigmoid(1000)).toBe(1);
  expect(sigmoid(-1000)).toBe(0);
  for (const x of [-3, -0.2, 0.7, 5]) {
    // A few roundings of 2^-53.
    expect(Math.abs(sigmoid(x) + sigmoid(-x) - 1)).toBeLessThan(2 ** -51);
    expect(Math.abs(sigmoid(x) * (1 + Math.exp(-x)) - 1)).toBeLessThan(
      2 ** -51,
    );
  }
});

test("bernoulliNll is -ln p, per example and per row", () => {
  const target = tensor(2, 2, [1, 0, 0.25, 1], false);
  const logits = tensor(2, 2, [0.3, -1.2, 2, 700]);
  const ops = new Float64Ops({}, {}, noise);
  ops.bernoulliNll("reconstruction", target, logits, 3);
  const row = [0, 1].map((b) =>
    [0, 1].reduce((sum, j) => {
      const at = 2 * b + j;
      const t = target.value[at];
      const [p, q] = [sigmoid(logits.value[at]), sigmoid(-logits.value[at])];
      return sum - (t && t * Math.log(p)) - (1 - t && (1 - t) * Math.log(q));
    }, 0),
  );
  expect(ops.terms.reconstruction).toBeCloseTo((row[0] + row[1]) / 2, 13);
  expect(ops.loss).toBeCloseTo((3 * (row[0] + row[1])) / 2, 12);
  const { reconstruction } = ops.perRow;
  expect(reconstruction).toHaveLength(2);
  row.forEach((nats, b) => {
    expect(reconstruction?.[b]).toBeCloseTo(nats, 13);
  });
});

test("bernoulliNll's gradients, also where logits are large", () => {
  const target = probabilities(3, 5, 1);
  const logits = random(3, 5, 2);
  logits.value.set([30, -30, 8, -8], 3);
  const tensors = { logits, weight: random(5, 5, 3) };
  checkGradients(tensors, noise, (ops) => {
    const sum = ops.add(ops.linear(logits, tensors.weight), logits);
    ops.bernoulliNll("reconstruction", target, sum, 1.3);
    ops.gaussianNll("kl", target, sum, 0.9, 0.1);
  });
});

test("each row's gaussianNll, and that they average to the term", () => {
  const ops = new Float64Ops({}, {}, noise);
  const target = tensor(2, 2, [1, 1, 1, 3], false);
  ops.gaussianNll("reconstruction", target, tensor(2, 2), 2, 3);
  const constant = Math.log(4 * Math.PI);
  expect(ops.perRow.reconstruction?.[0]).toBeCloseTo(2 / 4 + constant, 13);
  expect(ops.perRow.reconstruction?.[1]).toBeCloseTo(10 / 4 + constant, 13);
  expect(ops.perRow.kl).toBeUndefined();
});

for (const rows of [1, 3]) {
  test(`free bits spare the units below them, logVar [${String(rows)}, d]`, () => {
    const mean = random(3, 4, 1);
    const logVar = random(rows, 4, 2);
    const weight = 1.3;
    const plain = (columns: readonly number[]): number => {
      // KL of these units alone.
      const take = (t: Tensor): Tensor =>
        new Float64Ops({}, {}, noise).select(t, Int32Array.from(columns));
      const ops = new Float64Ops({}, {}, noise);
      ops.gaussianKl("kl", take(mean), take(logVar), 1.7, 1);
      return ops.terms.kl;
    };
    const perUnit = [0, 1, 2, 3].map((unit) => plain([unit]));
    const sorted = perUnit.toSorted((a, b) => a - b);
    const floor = (sorted[1] + sorted[2]) / 2;
    // Far enough from the kink for finite differences of 1e-4.
    expect(sorted[2] - sorted[1]).toBeGreaterThan(0.05);
    const ops = new Float64Ops({}, {}, noise);
    ops.gaussianKl("kl", mean, logVar, 1.7, weight, floor);
    expect(ops.terms.kl).toBeCloseTo(plain([0, 1, 2, 3]), 13);
    expect(ops.loss).toBeCloseTo(
      weight * (2 * floor + sorted[2] + sorted[3]),
      12,
    );
    checkGradients({ mean, logVar }, noise, (pass) => {
      pass.gaussianKl("kl", mean, logVar, 1.7, weight, floor);
    });
    perUnit.forEach((kl, unit) => {
      const slopes = [0, 1, 2].map((b) => mean.grad?.[4 * b + unit]);
      if (kl < floor) expect(slopes).toEqual([0, 0, 0]);
      else expect(slopes).not.toContain(0);
    });
  });
}

test("free bits of 0 are the plain KL, a high floor stops all", () => {
  const tensors = { mean: random(3, 4, 1), logVar: random(3, 4, 2) };
  const { mean, logVar } = tensors;
  const lossWith = (freeBits?: number): Float64Ops => {
    mean.grad?.fill(0);
    const ops = new Float64Ops({}, {}, noise);
    ops.gaussianKl("kl", mean, logVar, 1.7, 0.4, freeBits);
    ops.backward();
    return ops;
  };
  const plain = lossWith();
  const slopes = [...(mean.grad ?? [])];
  expect(lossWith(0).loss).toBe(plain.loss);
  expect([...(mean.grad ?? [])]).toEqual(slopes);
  const high = lossWith(100);
  expect(high.loss).toBeCloseTo(0.4 * 400, 11);
  expect(high.terms.kl).toBe(plain.terms.kl);
  expect((mean.grad ?? []).every((slope) => slope === 0)).toBe(true);
});
