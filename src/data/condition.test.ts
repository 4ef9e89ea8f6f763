import { expect, test } from "@playwright/test";
import { fillNormal } from "../math/rng.ts";
import { computeConditionMoments, regressMoments } from "./condition.ts";
import type { ConditionalMoments } from "./condition.ts";
import vectors from "./condition-vectors.json" with { type: "json" };
import type { Dataset } from "./dataset.ts";
import { drawPair, drawSpectrum } from "./spectrum.ts";

const EPS = 2 ** -52;
const FLOAT32 = 2 ** -24;

function gaussian(count: number, seed: number): Float64Array {
  const out = new Float64Array(count);
  fillNormal(out, seed, 0, "data");
  return out;
}

function pair(
  rows: number,
  columns: number,
  outputs: number,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): Dataset {
  const values = Float32Array.from(y);
  return {
    name: "pair",
    rows,
    columns,
    x: Float32Array.from(x),
    y: { outputs, values },
  };
}

/** y depends on x by a fixed matrix, plus noise of its own; both away from 0. */
function related(rows: number, inputs: number, outputs: number): Dataset {
  const x = gaussian(rows * inputs, 1);
  const noise = gaussian(rows * outputs, 2);
  const b = gaussian(outputs * inputs, 3);
  const y = noise.map((value, at) => {
    const [row, i] = [Math.floor(at / outputs), at % outputs];
    let sum = 3 + value / (1 + i);
    for (let j = 0; j < inputs; j++)
      sum += b[i * inputs + j] * x[row * inputs + j];
    return sum;
  });
  return pair(
    rows,
    inputs,
    outputs,
    x.map((value) => value - 1),
    y,
  );
}

/** Average over rows of r r^T with r = y - B x less `shift`, plainly. */
function plainResidual(
  { rows, columns, x, y }: Dataset,
  { condition, moments }: ConditionalMoments,
): Float64Array {
  if (!y) throw new Error("no y");
  const n = y.outputs;
  const out = new Float64Array(n * n);
  for (let row = 0; row < rows; row++) {
    const r = Array.from({ length: n }, (_, i) => {
      let value = y.values[row * n + i];
      for (let j = 0; j < columns; j++)
        value -= condition.regression[i * columns + j] * x[row * columns + j];
      return moments.centered ? value - moments.mean[i] : value;
    });
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) out[i * n + j] += (r[i] * r[j]) / rows;
  }
  return out;
}

for (const { id, matrix, inputs, eigenvalues, regression } of vectors) {
  test(`vector ${id}: eigenvalues of E and B`, async () => {
    const size = matrix.length;
    const outputs = size - inputs;
    const { moments, condition } = await regressMoments({
      rows: 100,
      inputs,
      outputs,
      centered: false,
      mean: new Float64Array(size),
      matrix: Float64Array.from(matrix.flat()),
    });
    // The vectors have 15 digits.
    const scale = condition.outputEnergy;
    eigenvalues.forEach((value, i) => {
      expect(Math.abs(moments.eigenvalues[i] - value)).toBeLessThan(
        1e-13 * scale,
      );
    });
    regression.flat().forEach((value, i) => {
      expect(Math.abs(condition.regression[i] - value)).toBeLessThan(1e-12);
    });
    expect(moments.rank).toBe(eigenvalues.filter((value) => value > 0).length);
  });
}

for (const centered of [false, true]) {
  test(`residual moments are those of the rows, ${centered ? "centered" : "raw"}`, async () => {
    const data = related(301, 5, 4);
    const result = await computeConditionMoments(data, centered);
    const { moments, condition } = result;
    const plain = plainResidual(data, result);
    // Both sum 301 products; the Schur complement cancels against tr S_yy (condition numbers of
    // S_xx here are below 10).
    const bound = 20 * (301 + 10) * EPS * condition.outputEnergy;
    plain.forEach((value, i) => {
      expect(Math.abs(moments.matrix[i] - value)).toBeLessThan(bound);
    });
    expect(moments.energy).toBeLessThan(condition.outputEnergy);
    expect(condition.inputRank).toBe(5);
    expect(moments.rank).toBe(4);
    expect([moments.rows, moments.columns, moments.centered]).toEqual([
      301,
      4,
      centered,
    ]);
    const total = moments.eigenvalues.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(total - moments.energy)).toBeLessThan(bound);
    // The residual is uncorrelated with x: the normal equations hold.
    const cross = new Float64Array(4 * 5);
    for (let row = 0; row < data.rows; row++)
      for (let i = 0; i < 4; i++) {
        let r =
          (data.y?.values[row * 4 + i] ?? NaN) -
          (centered ? moments.mean[i] : 0);
        for (let j = 0; j < 5; j++)
          r -= condition.regression[i * 5 + j] * data.x[row * 5 + j];
        for (let j = 0; j < 5; j++)
          cross[i * 5 + j] +=
            (r *
              (data.x[row * 5 + j] - (centered ? condition.inputMean[j] : 0))) /
            data.rows;
      }
    cross.forEach((value) => {
      expect(Math.abs(value)).toBeLessThan(bound);
    });
  });
}

test("means are the columns', and the residual's is that of y - B x", async () => {
  const data = related(50, 3, 2);
  const { moments, condition } = await computeConditionMoments(data, true);
  for (let i = 0; i < 2; i++) {
    let sum = condition.outputMean[i];
    for (let j = 0; j < 3; j++)
      sum -= condition.regression[i * 3 + j] * condition.inputMean[j];
    expect(moments.mean[i]).toBeCloseTo(sum, 12);
  }
  expect(condition.inputMean[0]).toBeCloseTo(
    data.x.reduce((sum, value, at) => (at % 3 ? sum : sum + value), 0) / 50,
    6,
  );
});

/** Everything a training lane reads of E is exactly nothing. */
function expectNothingLeft({ moments }: ConditionalMoments): void {
  const n = moments.columns;
  expect(moments.eigenvalues.every((value) => value === 0)).toBe(true);
  expect(moments.matrix.every((value) => value === 0)).toBe(true);
  expect([moments.rank, moments.energy]).toEqual([0, 0]);
  moments.eigenvectors.forEach((value, at) => {
    expect(value).toBe(at % (n + 1) === 0 ? 1 : 0);
  });
}

for (const centered of [false, true]) {
  const how = centered ? "centered" : "raw";
  test(`x = y leaves nothing, ${how}`, async () => {
    const x = gaussian(40 * 6, 5);
    expectNothingLeft(
      await computeConditionMoments(pair(40, 6, 6, x, x), centered),
    );
  });

  test(`no more rows than columns of x leave nothing, ${how}`, async () => {
    const x = gaussian(8 * 8, 6);
    const y = gaussian(8 * 3, 7);
    for (const [rows, inputs] of [
      [8, 8],
      [4, 16],
    ])
      expectNothingLeft(
        await computeConditionMoments(
          pair(rows, inputs, 3, x, y.slice(0, rows * 3)),
          centered,
        ),
      );
  });

  test(`a singular x (a column twice, one dead) is as good as its rank, ${how}`, async () => {
    const { rows, x, y } = related(60, 3, 2);
    if (!y) throw new Error("no y");
    const wide = new Float32Array(rows * 5);
    for (let row = 0; row < rows; row++) {
      const [a, b, c] = x.subarray(row * 3, row * 3 + 3);
      wide.set([a, b, 0, c, a], row * 5);
    }
    const plain = await computeConditionMoments(
      pair(rows, 3, 2, x, y.values),
      centered,
    );
    const doubled = await computeConditionMoments(
      pair(rows, 5, 2, wide, y.values),
      centered,
    );
    expect(doubled.condition.inputRank).toBe(3);
    const bound = 1e3 * EPS * plain.condition.outputEnergy;
    plain.moments.matrix.forEach((value, i) => {
      expect(Math.abs(doubled.moments.matrix[i] - value)).toBeLessThan(bound);
    });
    // The pseudo-inverse shares a column's weight between its two copies and gives the dead one 0.
    for (let i = 0; i < 2; i++) {
      const row = doubled.condition.regression.subarray(i * 5, i * 5 + 5);
      expect(row[2]).toBe(0);
      expect(row[0]).toBeCloseTo(plain.condition.regression[i * 3] / 2, 10);
      expect(row[4]).toBeCloseTo(row[0], 10);
    }
  });
}

test("an x that is constant tells nothing", async () => {
  const y = gaussian(30 * 2, 9);
  const zero = pair(30, 2, 2, new Float64Array(60), y);
  for (const centered of [false, true]) {
    const { moments, condition } = await computeConditionMoments(
      zero,
      centered,
    );
    expect(condition.inputRank).toBe(0);
    expect(condition.regression.every((value) => value === 0)).toBe(true);
    expect(moments.energy).toBeCloseTo(condition.outputEnergy, 12);
  }
  const one = pair(30, 1, 2, new Float64Array(30).fill(0.1), y);
  expect((await computeConditionMoments(one, true)).condition.inputRank).toBe(
    0,
  );
});

const theta = [3, 2, 1.5, 1];
for (const rho of [[0], [0.9], [-0.6], [1], [-1], [1, 0.9, 0.5, 0]]) {
  test(`a pair of correlation ${rho.join(", ")} has the residual spectrum (1 - rho^2) theta^2`, async () => {
    const { moments, condition } = await computeConditionMoments(
      drawPair(theta, rho, 200, 7),
      false,
    );
    const expected = theta
      .map((value, i) => (1 - rho[i % rho.length] ** 2) * value * value)
      .sort((a, b) => b - a);
    const energy = theta.reduce((sum, value) => sum + value * value, 0);
    // Rounding x and y to float32 moves S_xx, S_xy and S_yy by 2 * 2^-24 of the traces' (geometric)
    // mean each, and E by at most the sum of what they do with |B| <= 3, |B_i| sqrt(tr S_xx) <= 6.
    const bound = 2 * FLOAT32 * (energy + 2 * 6 * Math.sqrt(energy) + 36);
    expected.forEach((value, i) => {
      expect(Math.abs(moments.eigenvalues[i] - value)).toBeLessThan(bound);
      if (value === 0) expect(moments.eigenvalues[i]).toBe(0);
    });
    condition.inputEigenvalues.forEach((value) => {
      expect(Math.abs(value - 1)).toBeLessThan(2 * FLOAT32 * 4);
    });
  });
}

test("an independent x leaves y's own moments", async () => {
  const { moments } = await computeConditionMoments(
    drawPair(theta, [0], 200, 7),
    false,
  );
  const alone = drawSpectrum(theta, 200, 7);
  const energy = theta.reduce((sum, value) => sum + value * value, 0);
  expect(Math.abs(moments.energy - energy)).toBeLessThan(4 * FLOAT32 * energy);
  expect(moments.columns).toBe(alone.columns);
});

test("progress rises from 0 to 1, and data without y are refused", async () => {
  const seen: number[] = [];
  const data = related(4000, 150, 150);
  await computeConditionMoments(data, true, (fraction) => {
    seen.push(fraction);
  });
  expect(seen[0]).toBe(0);
  expect(seen.at(-1)).toBe(1);
  expect(seen.length).toBeGreaterThan(4);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  const { y: _, ...alone } = data;
  await expect(computeConditionMoments(alone, true)).rejects.toThrow(/no y/);
});
