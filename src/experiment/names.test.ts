import { expect, test } from "@playwright/test";
import { allLanes, type ExperimentConfig, type Settings } from "./config.ts";
import { describeLane, laneName } from "./names.ts";
import { configOf, DEFAULT_CONFIG } from "./schema.ts";

const { base } = DEFAULT_CONFIG;
const titles = (config: ExperimentConfig): string[] =>
  allLanes(config).map((lane) => describeLane(lane, config));
const pair = (change: Partial<Settings>): string[] =>
  titles(configOf([base, { ...base, ...change }]));

test("lanes are letters", () => {
  expect([0, 1, 5].map(laneName)).toEqual(["A", "B", "F"]);
});

test("a lane is called by its variance, or by what tells it apart", () => {
  expect(titles(DEFAULT_CONFIG)).toEqual([
    "Learnable variance",
    "Fixed variance, σ = 1",
  ]);
  expect(titles(configOf([base]))).toEqual(["Learnable variance"]);
  expect(pair({ beta: 4 })).toEqual(["β = 1", "β = 4"]);
  expect(pair({ biases: true })).toEqual(["Biases off", "Biases on"]);
  expect(pair({ optimizer: { kind: "sgd", learningRate: 0.1 } })).toEqual([
    "Adam 0.02",
    "SGD 0.1",
  ]);
  expect(
    pair({ beta: 4, encoderVariance: { kind: "fixed", std: [0.5, 1] } }),
  ).toEqual(["Learnable variance; β = 1", "Fixed variance, σ = 0.5, 1; β = 4"]);
});
