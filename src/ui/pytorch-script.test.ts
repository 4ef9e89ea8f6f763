import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import type { ExperimentConfig, Settings } from "../experiment/config.ts";
import { changeSettings, defaultConfigOf } from "../experiment/schema.ts";
import { MODELS } from "../model/models.ts";
import type { WeightsReadout } from "../session/weights-protocol.ts";
import { exportOf } from "./export-fixture.ts";
import { python, pytorchScript, whyNoScript } from "./pytorch-script.ts";
import type { RunExport } from "./export-series.ts";

function weightsOf({ state }: RunExport): WeightsReadout {
  return {
    step: 3,
    lanes: state.lanes.map(({ settings }) =>
      MODELS[settings.model]
        .params(settings, { columns: 16, outputs: 16 })
        .map(({ name, shape, trained, init }) => ({
          name,
          shape: [shape[0], shape[1]],
          values: new Float32Array(shape[0] * shape[1]),
          trained,
          start: init,
        })),
    ),
  };
}

function with_(config: ExperimentConfig, change: Partial<Settings>) {
  let next = config;
  for (const key of Object.keys(change) as (keyof Settings)[])
    next = changeSettings(next, key, change[key] as never);
  return next;
}

const DENSE: Partial<Settings> = {
  network: { kind: "dense", hidden: [32, 16] },
  activation: "gelu",
  biases: true,
  klSchedule: {
    kind: "points",
    points: [
      [0, 0],
      [500, 1],
    ],
  },
  freeBits: 0.1,
};

const cases: readonly (readonly [
  string,
  ExperimentConfig,
  readonly string[],
])[] = [
  [
    "VAE",
    defaultConfigOf("vae"),
    ['("encW", 8, 16, True, ("normal", "rows", False))', '("decU", ['],
  ],
  [
    "VAE, exact",
    with_(defaultConfigOf("vae"), { estimator: "exact" }),
    ["return expected_loss(lane, params, data)"],
  ],
  ["conditional", defaultConfigOf("cvae"), ['"encWx"', '"decUz"', '"rho": [0']],
  [
    "hierarchical",
    defaultConfigOf("mhvae"),
    ['"decU2"', '"beta2": ', "kl1 + kl2"],
  ],
  [
    "network",
    with_(defaultConfigOf("vae"), DENSE),
    [
      '("enc.1.W", 32, 16, True, ("fan-in", ',
      "points = [[0, 0], [500, 1]]",
      '"free_bits": 0.1',
    ],
  ],
];

const hasPython = spawnSync("python3", ["--version"]).status === 0;

for (const [name, config, parts] of cases) {
  test(`the script of a ${name} says all of the run`, () => {
    const run = exportOf(config);
    const script = pytorchScript(run, weightsOf(run));
    for (const part of parts) expect(script).toContain(part);
    expect(script).toContain(run.link);
    expect(script).toContain("STEPS = 3");
    // Every name that is called is defined or imported, in this order of parts.
    const defined = [...script.matchAll(/^def (\w+)|^(\w+) = /gm)].map(
      ([, fn, value]) => fn || value,
    );
    for (const needed of [
      "draw_data",
      "start_of",
      "encode",
      "decode",
      "expected_loss",
      "step_loss",
      "kl_factor",
      "train",
      "report",
      "main",
    ])
      expect(defined).toContain(needed);
    expect(new Set(defined).size).toBe(defined.length);
    expect(script).not.toMatch(/undefined|\bNaN\b|\[object/);
    if (hasPython) {
      const file = join(mkdtempSync(join(tmpdir(), "collapse-")), "run.py");
      writeFileSync(file, script);
      const compiled = spawnSync("python3", ["-m", "py_compile", file]);
      expect(compiled.stderr.toString()).toBe("");
      expect(compiled.status).toBe(0);
    }
  });
}

test("values are written as Python has them", () => {
  expect(python({ a: [1, 1e-7, true], b: null, c: 'x"y' })).toBe(
    '{"a": [1, 1e-7, True], "b": None, "c": "x\\"y"}',
  );
  expect(python([NaN, -Infinity])).toBe('[float("nan"), float("-inf")]');
});

test("what has no script says why", () => {
  const conv = with_(defaultConfigOf("vae"), {
    data: { kind: "digits8" },
    network: { kind: "conv", channels: [8], hidden: [] },
  });
  expect(whyNoScript(exportOf(conv).state.lanes)).toContain("convolutions");
  expect(whyNoScript(exportOf(defaultConfigOf("vae")).state.lanes)).toBeNull();
});
