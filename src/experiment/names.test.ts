import { expect, test } from "@playwright/test";
import { allLanes, type ExperimentConfig, type Settings } from "./config.ts";
import { describeLane, laneName } from "./names.ts";
import { configOf, DEFAULT_CONFIG, defaultConfigOf } from "./schema.ts";

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

test("levels have indices, and a correlation its letter", () => {
  expect(titles(defaultConfigOf("cvae"))).toEqual(["ρ = 0.9", "ρ = 0"]);
  expect(titles(defaultConfigOf("mhvae"))).toEqual([
    "Learnable Σ₂",
    "Fixed Σ₂, σ₂ = 1",
  ]);
  const mhvae = defaultConfigOf("mhvae").base;
  expect(titles(configOf([mhvae]))).toEqual([
    "Fixed Σ₁, σ₁ = 0.5; Learnable Σ₂",
  ]);
  expect(
    titles(configOf([mhvae, { ...mhvae, beta: 4, beta2: 2, latents: 3 }])),
  ).toEqual(["k₁ = 5; β₁ = 1; β₂ = 1", "k₁ = 3; β₁ = 4; β₂ = 2"]);
  const cvae = defaultConfigOf("cvae").base;
  const rho = (...correlation: readonly number[]) => ({ ...cvae, correlation });
  const ramp = Array.from({ length: 16 }, (_, i) => i / 16);
  expect(titles(configOf([rho(0.5), rho(...ramp)]))).toEqual([
    "ρ = 0.5",
    "ρ = 0 to 0.9375 (16 values)",
  ]);
});

test("a lane is not called by what its model does not have", () => {
  const cvae = defaultConfigOf("cvae").base;
  expect(titles(configOf([cvae, base]))).toEqual([
    "Conditional VAE; ρ = 0.9; Exact (expected loss, all data)",
    "Linear VAE; Sampled (minibatches and noise)",
  ]);
});
