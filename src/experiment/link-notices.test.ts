import { expect, test } from "@playwright/test";
import type { ExperimentConfig } from "./config.ts";
import { parseLink, writeLink } from "./link.ts";
import { DEFAULT_CONFIG, defaultConfigOf } from "./schema.ts";
import { edited, editedFrom } from "./testing.ts";

const cvae = (...edits: readonly (readonly [string | RegExp, string])[]) =>
  editedFrom(writeLink(defaultConfigOf("cvae")), ...edits);
const mhvae = (...edits: readonly (readonly [string | RegExp, string])[]) =>
  editedFrom(writeLink(defaultConfigOf("mhvae")), ...edits);

interface Case {
  readonly name: string;
  readonly link: string;
  readonly notice: Readonly<Record<string, string>>;
  readonly get: (config: ExperimentConfig) => unknown;
  readonly value: unknown;
}

const cases: readonly Case[] = [
  {
    name: "out of range",
    link: edited(["&b=1&", "&b=20000&"]),
    notice: { code: "clamped", field: "beta", given: "20000", used: "10000" },
    get: ({ base }) => base.beta,
    value: 10000,
  },
  {
    name: "out of range in one lane",
    link: edited(["&b=1&", "&b=1~-3&"]),
    notice: { code: "clamped", field: "beta", given: "-3", used: "0.0001" },
    get: ({ lanes }) => lanes[1].beta,
    value: 0.0001,
  },
  {
    name: "beyond all numbers",
    link: edited(["t=1500", "t=1e999"]),
    notice: {
      code: "clamped",
      field: "steps",
      given: "1e999",
      used: "1000000",
    },
    get: ({ base }) => base.steps,
    value: 1e6,
  },
  {
    name: "not whole",
    link: edited(["k=8", "k=8.4"]),
    notice: { code: "clamped", field: "latents", given: "8.4", used: "8" },
    get: ({ base }) => base.latents,
    value: 8,
  },
  {
    name: "not a number",
    link: edited(["seed=7", "seed=seven"]),
    notice: { code: "invalid", field: "seed", given: "seven", used: "7" },
    get: ({ base }) => base.seed,
    value: 7,
  },
  {
    name: "a word of another kind",
    link: edited(["o=adam:0.02", "o=lion:0.1"]),
    notice: {
      code: "invalid",
      field: "optimizer",
      given: "lion:0.1",
      used: "adam:0.02",
    },
    get: ({ base }) => base.optimizer,
    value: { kind: "adam", learningRate: 0.02 },
  },
  {
    name: "an unsorted spectrum",
    link: edited([/spec:[^&]*/, "spec:1,3,2"]),
    notice: {
      code: "clamped",
      field: "data",
      given: "spec:1,3,2",
      used: "spec:3,2,1",
    },
    get: ({ base }) => base.data,
    value: { kind: "spectrum", theta: [3, 2, 1] },
  },
  {
    name: "a spectrum of nothing",
    link: edited([/spec:[^&]*/, "spec:0,0"]),
    notice: { code: "invalid", field: "data", given: "spec:0,0" },
    get: ({ base }) => base.data,
    value: DEFAULT_CONFIG.base.data,
  },
  {
    name: "a spectrum too long",
    link: edited([
      /spec:[^&]*/,
      `spec:${Array.from({ length: 129 }, () => "1").join(",")}`,
    ]),
    notice: { code: "clamped", field: "data" },
    get: ({ base }) => base.data,
    value: { kind: "spectrum", theta: Array.from({ length: 128 }, () => 1) },
  },
  {
    name: "stds fewer than latents",
    link: edited(["k=8", "k=3"], ["fix:1", "fix:0.5,2"]),
    notice: {
      code: "clamped",
      field: "encoderVariance",
      given: "fix:0.5,2",
      used: "fix:0.5,2,2",
    },
    get: ({ lanes }) => lanes[1].encoderVariance,
    value: { kind: "fixed", std: [0.5, 2, 2] },
  },
  {
    name: "stds more than latents",
    link: edited(["k=8", "k=2"], ["fix:1", "fix:1,2,3"]),
    notice: {
      code: "clamped",
      field: "encoderVariance",
      given: "fix:1,2,3",
      used: "fix:1,2",
    },
    get: ({ lanes }) => lanes[1].encoderVariance,
    value: { kind: "fixed", std: [1, 2] },
  },
  {
    name: "a spectrum of more entries than examples",
    link: edited(
      [/spec:[^&]*/, `spec:${Array.from({ length: 40 }, () => "1").join(",")}`],
      ["rows=4096", "rows=40"],
    ),
    notice: { code: "clamped", field: "rows", given: "40", used: "41" },
    get: ({ base }) => base.rows,
    value: 41,
  },
  {
    name: "a lane's value of no use",
    link: edited(["learn:1~fix:1", "learn:2~foo"]),
    notice: {
      code: "invalid",
      field: "encoderVariance",
      given: "foo",
      used: "fix:1",
    },
    get: ({ lanes }) => lanes[1].encoderVariance,
    value: { kind: "fixed", std: [1] },
  },
  {
    name: "a file without its hash",
    link: edited([/spec:[^&]*/, "file:a.csv:12:xyz"]),
    notice: { code: "invalid", field: "data", given: "file:a.csv:12:xyz" },
    get: ({ base }) => base.data,
    value: DEFAULT_CONFIG.base.data,
  },
  {
    name: "a shared setting given per lane",
    link: edited(["seed=7", "seed=1~2"]),
    notice: { code: "invalid", field: "seed", given: "1~2", used: "1" },
    get: ({ base, lanes }) => [base.seed, lanes.length],
    value: [1, 2],
  },
  {
    name: "fewer values than lanes",
    link: edited(["&b=1&", "&b=1~2~3&"]),
    notice: {
      code: "invalid",
      field: "encoderVariance",
      given: "learn:1~fix:1",
      used: "learn:1~fix:1~learn:1",
    },
    get: ({ lanes }) => lanes.length,
    value: 3,
  },
  {
    name: "too many lanes",
    link: edited([
      "learn:1~fix:1",
      "fix:1~fix:2~fix:3~fix:4~fix:5~fix:6~fix:7",
    ]),
    notice: { code: "clamped", field: "lanes", given: "7", used: "6" },
    get: ({ lanes }) => lanes.length,
    value: 6,
  },
  {
    name: "a key twice",
    link: edited(["&k=8", "&k=8&k=9"]),
    notice: { code: "invalid", field: "latents", given: "9", used: "8" },
    get: ({ base }) => base.latents,
    value: 8,
  },
  {
    name: "a key not there",
    link: edited(["&init=0.1", ""]),
    notice: { code: "missing", field: "initScale", used: "0.1" },
    get: ({ base }) => base.initScale,
    value: 0.1,
  },
  {
    name: "no version",
    link: edited(["v=1&", ""]),
    notice: { code: "missing", field: "v", used: "1" },
    get: (config) => config,
    value: DEFAULT_CONFIG,
  },
  {
    name: "a version that is none",
    link: edited(["v=1&", "v=one&"]),
    notice: { code: "invalid", field: "v", given: "one", used: "1" },
    get: (config) => config,
    value: DEFAULT_CONFIG,
  },
  {
    name: "a setting of another model",
    link: edited(["&b=1&", "&b=1&b2=3&"]),
    notice: { code: "unknown", field: "b2", given: "3" },
    get: (config) => config,
    value: DEFAULT_CONFIG,
  },
  {
    name: "a setting that one lane's model does not have",
    link: cvae(["m=cvae", "m=cvae~lin"], ["rho=0.9~0", "rho=0.9"]),
    notice: { code: "clamped", field: "correlation" },
    get: ({ lanes }) => lanes.length,
    value: 2,
  },
  {
    name: "a correlation beyond one",
    link: cvae(["rho=0.9~0", "rho=0.9~-1.5"]),
    notice: {
      code: "clamped",
      field: "correlation",
      given: "-1.5",
      used: "-1",
    },
    get: ({ lanes }) => lanes[1].correlation,
    value: [-1],
  },
  {
    name: "correlations fewer than spectrum entries",
    link: cvae(["rho=0.9~0", "rho=1,0.5~0"], [/spec:[^&]*/, "spec:3,2,1"]),
    notice: {
      code: "clamped",
      field: "correlation",
      given: "1,0.5",
      used: "1,0.5,0.5",
    },
    get: ({ base }) => base.correlation,
    value: [1, 0.5, 0.5],
  },
  {
    name: "a correlation that is no number",
    link: cvae(["rho=0.9~0", "rho=high~0"]),
    notice: {
      code: "invalid",
      field: "correlation",
      given: "high",
      used: "0.9",
    },
    get: ({ base }) => base.correlation,
    value: [0.9],
  },
  {
    name: "a part of an image that is none",
    link: cvae(["cond=rho", "cond=quarter"]),
    notice: {
      code: "clamped",
      field: "condition",
      given: "quarter",
      used: "rho",
    },
    get: ({ base }) => base.condition,
    value: { kind: "correlated" },
  },
  {
    name: "columns of digits",
    link: cvae(
      ["cond=rho", "cond=cols:1-5"],
      [/spec:[^&]*/, "digits8"],
      ["rho=0.9~0", "rho=0"],
    ),
    notice: {
      code: "clamped",
      field: "condition",
      given: "cols:1-5",
      used: "quarter",
    },
    get: ({ base }) => base.condition,
    value: { kind: "quarter" },
  },
  {
    name: "a correlation of digits",
    link: cvae(
      ["cond=rho", "cond=half"],
      [/spec:[^&]*/, "digits8"],
      ["rho=0.9~0", "rho=0.5"],
    ),
    notice: {
      code: "clamped",
      field: "correlation",
      given: "0.5",
      used: "0",
    },
    get: ({ base }) => base.correlation,
    value: [0],
  },
  {
    name: "columns out of order",
    link: cvae(
      ["cond=rho", "cond=cols:8,1-3,2"],
      [/spec:[^&]*/, "file:a.csv:12:0123456789abcdef"],
      ["rho=0.9~0", "rho=0"],
    ),
    notice: {
      code: "clamped",
      field: "condition",
      given: "cols:8,1-3,2",
      used: "cols:1-3,8",
    },
    get: ({ base }) => base.condition,
    value: { kind: "columns", columns: [0, 1, 2, 7] },
  },
  {
    name: "too few examples for a pair",
    link: cvae(
      [/spec:[^&]*/, `spec:${Array.from({ length: 20 }, () => "1").join(",")}`],
      ["rows=4096", "rows=40"],
    ),
    notice: { code: "clamped", field: "rows", given: "40", used: "41" },
    get: ({ base }) => base.rows,
    value: 41,
  },
  {
    name: "stds of the second level more than its latents",
    link: mhvae(["k2=5", "k2=2"], ["learn:1~fix:1", "learn:1~fix:1,2,3"]),
    notice: {
      code: "clamped",
      field: "encoderVariance2",
      given: "fix:1,2,3",
      used: "fix:1,2",
    },
    get: ({ lanes }) => lanes[1].encoderVariance2,
    value: { kind: "fixed", std: [1, 2] },
  },
  {
    name: "a note too long",
    link: writeLink(DEFAULT_CONFIG, { note: "é".repeat(141) }),
    notice: { code: "clamped", field: "note", used: "é".repeat(140) },
    get: (config) => config,
    value: DEFAULT_CONFIG,
  },
];

for (const { name, link, notice, get, value } of cases) {
  test(`one notice for ${name}`, () => {
    const { config, notices } = parseLink(link);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject(notice);
    expect(notices[0].message).toMatch(/^.{10,300}\.$/);
    expect(get(config)).toEqual(value);
  });
}
