import { expect, test } from "@playwright/test";
import { DEFAULT_CONFIG } from "./schema.ts";
import { randomConfig, randomSource } from "./testing.ts";
import { validateConfig } from "./validate.ts";

/** The default experiment as parsed JSON, open to damage. */
function json(): {
  base: Record<string, unknown>;
  lanes: Record<string, unknown>[];
} {
  return JSON.parse(JSON.stringify(DEFAULT_CONFIG)) as ReturnType<typeof json>;
}

test("valid experiments pass unchanged, through JSON too", () => {
  const random = randomSource(5);
  for (let count = 0; count < 300; count++) {
    const config = randomConfig(random);
    const raw: unknown = JSON.parse(JSON.stringify(config));
    expect(validateConfig(raw)).toEqual({ config, notices: [] });
  }
});

test("what is not an experiment is the default one, with a notice", () => {
  for (const raw of [
    null,
    undefined,
    3,
    "x",
    [],
    {},
    { base: 1 },
    { lanes: [] },
  ]) {
    const { config, notices } = validateConfig(raw);
    expect(config).toEqual(DEFAULT_CONFIG);
    expect(notices.map((notice) => notice.code)).toEqual(["invalid"]);
  }
});

test("each damage is one notice that names field, given and used", () => {
  const raw = json();
  delete raw.base.rows;
  Object.assign(raw.base, {
    beta: 1e9,
    latents: "8",
    estimator: "guess",
    colour: "red",
    optimizer: { kind: "adam", learningRate: 0.02, momentum: 0.9 },
  });
  raw.lanes[1].seed = 9;
  raw.lanes[1].etaDec = null;
  const { config, notices } = validateConfig(raw);
  expect(
    notices
      .map(({ code, field, given, used }) => [code, field, given, used])
      .sort(),
  ).toEqual(
    [
      ["clamped", "beta", "1000000000", "10000"],
      ["invalid", "latents", "8", "8"],
      ["invalid", "estimator", "guess", "sampled"],
      ["unknown", "colour", undefined, undefined],
      [
        "unknown",
        "optimizer",
        '{"kind":"adam","learningRate":0.02,"momentum":0.9}',
        "adam:0.02",
      ],
      ["missing", "rows", undefined, "4096"],
      ["invalid", "seed", "9", undefined],
      ["invalid", "etaDec", "null", "the base's"],
    ].sort(),
  );
  expect(config).toEqual({
    ...DEFAULT_CONFIG,
    base: { ...DEFAULT_CONFIG.base, beta: 10000 },
  });
});

test("lanes that are none, too many, or at odds with themselves", () => {
  const { base } = json();
  expect(validateConfig({ base })).toMatchObject({
    config: { lanes: [{}] },
    notices: [{ code: "missing", field: "lanes" }],
  });
  expect(
    validateConfig({ base, lanes: Array.from({ length: 7 }, () => ({})) }),
  ).toMatchObject({
    config: { lanes: [{}, {}, {}, {}, {}, {}] },
    notices: [{ code: "clamped", field: "lanes", given: "7", used: "6" }],
  });
  const lanes = [
    {},
    { latents: 3, encoderVariance: { kind: "fixed", std: [1, 2] } },
  ];
  expect(validateConfig({ base, lanes })).toMatchObject({
    config: {
      lanes: [{}, { encoderVariance: { kind: "fixed", std: [1, 2, 2] } }],
    },
    notices: [
      {
        code: "clamped",
        field: "encoderVariance",
        given: "fix:1,2",
        used: "fix:1,2,2",
      },
    ],
  });
});

test("objects that bite are refused without a throw", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const raw = { base: { ...json().base, data: cycle, seed: 7n }, lanes: [{}] };
  const { config, notices } = validateConfig(raw);
  expect(config.base).toEqual(DEFAULT_CONFIG.base);
  expect(notices.map((notice) => notice.field)).toEqual(["data", "seed"]);
});
