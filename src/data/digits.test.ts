import { expect, test } from "@playwright/test";
import { drawDigits } from "./digits.ts";
import { computeMoments } from "./moments.ts";

const KINDS = ["digits8", "digits28"] as const;

for (const kind of KINDS) {
  const side = kind === "digits8" ? 8 : 28;

  test(`${kind}: sizes, range, labels`, () => {
    const data = drawDigits(kind, 500, 7);
    expect(data.image).toEqual({ width: side, height: side });
    expect([data.rows, data.columns, data.x.length]).toEqual([
      500,
      side * side,
      500 * side * side,
    ]);
    expect(data.x.every((value) => value >= 0 && value <= 1)).toBe(true);
    for (let row = 0; row < 500; row += 10) {
      const ten = Array.from(data.labels.slice(row, row + 10));
      expect([...ten].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    // Shuffled: the chance that two blocks of ten agree is 1 in 3.6 million.
    expect(data.labels.slice(0, 10)).not.toEqual(data.labels.slice(10, 20));
  });

  test(`${kind}: a row depends on seed and row alone`, () => {
    const long = drawDigits(kind, 60, 7);
    const short = drawDigits(kind, 23, 7);
    expect(short.x).toEqual(long.x.slice(0, short.x.length));
    expect(short.labels).toEqual(long.labels.slice(0, 23));
    expect(drawDigits(kind, 23, 8).x).not.toEqual(short.x);
  });

  test(`${kind}: every image has ink, none is alike`, () => {
    const { x, columns } = drawDigits(kind, 400, 3);
    const seen = new Set<string>();
    for (let start = 0; start < x.length; start += columns) {
      const image = x.slice(start, start + columns);
      expect(Math.max(...image)).toBeGreaterThan(0.5);
      const ink = image.reduce((sum, value) => sum + value, 0) / columns;
      // The thinnest 1 to the boldest 0: a stroke of one pixel in 28 to two thirds of the image.
      expect(ink).toBeGreaterThan(0.015);
      expect(ink).toBeLessThan(0.66);
      seen.add(image.join());
    }
    expect(seen.size).toBe(400);
  });

  test(`${kind}: images look like their labels`, () => {
    // Nearest class mean, with means from the first half: 0.1 if labels were unrelated, and about
    // 0.82 on MNIST.
    const { x, columns, labels } = drawDigits(kind, 2000, 7);
    const means = Array.from({ length: 10 }, () => new Float64Array(columns));
    for (let row = 0; row < 1000; row++) {
      for (let j = 0; j < columns; j++)
        means[labels[row]][j] += x[row * columns + j] / 100;
    }
    let right = 0;
    for (let row = 1000; row < 2000; row++) {
      const distances = means.map((mean) =>
        mean.reduce(
          (sum, value, j) => sum + (value - x[row * columns + j]) ** 2,
          0,
        ),
      );
      if (distances.indexOf(Math.min(...distances)) === labels[row]) right++;
    }
    expect(right / 1000).toBeGreaterThan(0.7);
    expect(right / 1000).toBeLessThan(0.95);
  });
}

test("digits28 sits in the middle: the mean image's center of mass is the image's", () => {
  const { x, columns } = drawDigits("digits28", 1000, 7);
  let [total, across, down] = [0, 0, 0];
  x.forEach((value, i) => {
    total += value;
    across += value * ((i % 28) + 0.5);
    down += value * (Math.floor((i % columns) / 28) + 0.5);
  });
  // The line's center is exact; pressure moves the ink's by a small part of a pixel.
  expect(Math.abs(across / total - 14)).toBeLessThan(0.25);
  expect(Math.abs(down / total - 14)).toBeLessThan(0.25);
});

test("digits28 decays like handwriting", async () => {
  const moments = await computeMoments(drawDigits("digits28", 3000, 7), true);
  const share = (count: number): number =>
    moments.eigenvalues.slice(0, count).reduce((sum, value) => sum + value, 0) /
    moments.energy;
  // Percent of the centered variance in the leading directions of the MNIST test images.
  for (const [count, mnist] of [
    [1, 10.0],
    [5, 34.2],
    [10, 49.7],
    [20, 65.3],
    [50, 83.2],
    [100, 91.8],
    [200, 96.8],
  ]) {
    expect(Math.abs(100 * share(count) - mnist)).toBeLessThan(3);
  }
  expect(Math.abs(moments.energy - 52.8)).toBeLessThan(0.1 * 52.8);
});
