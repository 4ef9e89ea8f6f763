import { expect, test } from "@playwright/test";
import { FIGURES, type FigureOptions } from "./paper.ts";
import { sweepCells } from "./sweep-plan.ts";

const OPTIONS: FigureOptions = { full: false, seeds: [1, 2], samples: 0 };
const FILE = {
  kind: "file",
  name: "images.idx",
  bytes: 1,
  hash: "0123456789abcdef",
} as const;

for (const { name, panels } of FIGURES) {
  for (const full of [false, true]) {
    test(`${name}${full ? ", full," : ""} is made of sweeps that can be run`, () => {
      for (const { spec } of panels({ ...OPTIONS, full })) {
        const cells = sweepCells(spec);
        const grid = spec.axes.reduce((n, { values }) => n * values.length, 1);
        expect(cells.length).toBe(2 * grid);
        for (const { values, settings } of cells) {
          spec.axes.forEach(({ field }, axis) => {
            if (field === "correlation")
              expect(settings.correlation).toEqual([values[axis]]);
            else if (
              field === "beta" ||
              field === "beta2" ||
              field === "etaDec"
            )
              expect(settings[field]).toBe(values[axis]);
          });
        }
      }
    });
  }
}

test("a file takes the digits' place, and nothing else's", () => {
  for (const { name, panels } of FIGURES) {
    for (const { spec } of panels({ ...OPTIONS, data: FILE })) {
      expect(spec.config.base.data.kind).toBe(
        name === "cvae-correlation" ? "spectrum" : "file",
      );
    }
  }
});

test("what the figures promise of a linear model is what they set", () => {
  const [correlation] = FIGURES.filter(
    ({ name }) => name === "cvae-correlation",
  );
  const [{ spec }] = correlation.panels(OPTIONS);
  const { data, beta, etaDec, etaEnc } = spec.config.base;
  expect([beta, etaDec, etaEnc]).toEqual([1, 1, 1]);
  const theta = data.kind === "spectrum" ? data.theta : [];
  expect(theta.length).toBe(128);
  expect(theta.filter((value) => value ** 2 > 1).length).toBe(61);
});
