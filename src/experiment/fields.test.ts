import { isDeepStrictEqual } from "node:util";
import { expect, test } from "@playwright/test";
import { allLanes } from "./config.ts";
import {
  describeValue,
  FIELDS,
  fieldOf,
  formatValue,
  parseValue,
  sliderPosition,
  sliderValue,
} from "./fields.ts";
import { DEFAULT_CONFIG } from "./schema.ts";
import { randomConfig, randomSource } from "./testing.ts";

const { base } = DEFAULT_CONFIG;

function numberField(
  key: "beta" | "latents" | "pace" | "seed",
): ReturnType<typeof find> {
  return find(key);
}
function find(key: string) {
  const field = fieldOf(key as "beta");
  if (field.type !== "number") throw new Error(`${key} is not a number`);
  return field;
}

test("each setting has exactly one row, with its own link key", () => {
  expect(FIELDS.map((field) => field.key).sort()).toEqual(
    Object.keys(base).sort(),
  );
  expect(new Set(FIELDS.map((field) => field.link)).size).toBe(FIELDS.length);
  for (const field of FIELDS) expect(field.help).toMatch(/^[A-Z].*\.$/);
});

test("only seed, steps and pace are shared, only some settings are live", () => {
  const keys = (test: (field: (typeof FIELDS)[number]) => boolean): string[] =>
    FIELDS.filter(test).map((field) => field.key);
  expect(keys((field) => !field.perLane)).toEqual(["seed", "steps", "pace"]);
  expect(keys((field) => field.live !== false)).toEqual([
    "klSchedule",
    "freeBits",
    "beta",
    "beta2",
    "etaDec",
    "optimizer",
    "pace",
  ]);
});

test("every value's text parses back to it", () => {
  const random = randomSource(3);
  const failures: string[] = [];
  for (let count = 0; count < 200; count++) {
    for (const lane of allLanes(randomConfig(random))) {
      for (const field of FIELDS) {
        const text = formatValue(field, lane[field.key]);
        const parsed = parseValue(field, ` ${text} `);
        if (!isDeepStrictEqual(parsed, { value: lane[field.key] }))
          failures.push(text);
      }
    }
  }
  expect(failures).toEqual([]);
});

test("a number box takes what is allowed and says what else it expects", () => {
  const beta = numberField("beta");
  expect(parseValue(beta, "2.5e-1")).toEqual({ value: 0.25 });
  expect(parseValue(beta, "1e4")).toEqual({ value: 1e4 });
  expect(parseValue(beta, "0,5")).toEqual({
    message:
      "KL weight takes a number from 0.0001 to 10000. Write 0.5 with a point.",
  });
  expect(parseValue(beta, "10001")).toEqual({
    message: "KL weight takes a number from 0.0001 to 10000; 10001 is not one.",
  });
  for (const text of [
    "",
    "abc",
    "NaN",
    "Infinity",
    "0x10",
    "1 2",
    "--1",
    "1e999",
  ]) {
    expect(parseValue(beta, text), text).toHaveProperty("message");
  }
  expect(parseValue(numberField("latents"), "8.5")).toHaveProperty("message");
  expect(parseValue(numberField("seed"), "4294967295")).toEqual({
    value: 4294967295,
  });
  expect(parseValue(numberField("seed"), "4294967296")).toHaveProperty(
    "message",
  );
});

test("boxes of other settings refuse what would have to be repaired", () => {
  expect(parseValue(fieldOf("data"), "spec:1,2")).toEqual({
    message: "Data: a spectrum runs from large to small; it was sorted.",
  });
  expect(parseValue(fieldOf("encoderVariance"), "fix:")).toHaveProperty(
    "message",
  );
  expect(parseValue(fieldOf("optimizer"), "adam:-1")).toHaveProperty("message");
  expect(parseValue(fieldOf("estimator"), "exact")).toEqual({ value: "exact" });
});

test("sliders run from end to end, evenly in decades, and come back to where they are set", () => {
  const beta = numberField("beta");
  expect([0, 0.25, 0.5, 1].map((at) => sliderValue(beta, at))).toEqual([
    0.01, 0.1, 1, 100,
  ]);
  expect(
    [0.01, 1, 100, 1e4].map((value) => sliderPosition(beta, value)),
  ).toEqual([0, 0.5, 1, 1]);
  const latents = numberField("latents");
  expect([0, 0.5, 1].map((at) => sliderValue(latents, at))).toEqual([
    1, 17, 32,
  ]);
  expect(sliderPosition(numberField("pace"), 0)).toBe(0);
  for (const field of FIELDS) {
    if (field.type !== "number") continue;
    for (let tick = 0; tick <= 100; tick++) {
      const value = sliderValue(field, tick / 100);
      expect(sliderValue(field, sliderPosition(field, value)), field.key).toBe(
        value,
      );
      expect(parseValue(field, String(value))).toEqual({ value });
    }
  }
});

test("values have words", () => {
  expect(describeValue("optimizer", base)).toBe("Adam 0.02");
  expect(describeValue("data", base)).toBe("spectrum, 16 columns");
  expect(describeValue("pace", { pace: 0 })).toBe("as fast as possible");
  expect(describeValue("biases", base)).toBe("off");
  expect(describeValue("model", base)).toBe("Linear VAE");
  expect(
    describeValue("encoderVariance", {
      encoderVariance: { kind: "fixed", std: [0.5, 1] },
    }),
  ).toBe("fixed, σ = 0.5, 1");
});

test("settings without effect are left out", () => {
  const shown = (settings: typeof base): string[] =>
    FIELDS.filter((field) => field.when?.(settings) ?? true).map(
      (field) => field.key,
    );
  const others = ["latents2", "beta2", "encoderVariance2"];
  const conditional = ["condition", "correlation"];
  const networks = ["activation", "maps", "likelihood"];
  expect(shown(base)).toEqual(
    FIELDS.map((field) => field.key).filter(
      (key) => ![...others, ...conditional, ...networks].includes(key),
    ),
  );
  expect(shown({ ...base, model: "mhvae" })).toEqual(
    FIELDS.map((field) => field.key).filter(
      (key) => ![...conditional, ...networks].includes(key),
    ),
  );
  const network = { kind: "dense", hidden: [8] } as const;
  expect(shown({ ...base, network })).toContain("activation");
  expect(shown({ ...base, network })).not.toContain("maps");
  expect(shown({ ...base, network })).not.toContain("estimator");
  expect(shown({ ...base, network, model: "cvae" })).toContain("maps");
  const pixels = { ...base, data: { kind: "digits8" } } as const;
  expect(shown(pixels)).toContain("likelihood");
  const likelihood = "bernoulli";
  expect(shown({ ...pixels, likelihood })).not.toContain("etaDec");
  expect(shown({ ...pixels, likelihood, model: "mhvae" })).toContain("etaDec");
  expect(shown({ ...base, model: "cvae" })).not.toContain("condition");
  expect(shown({ ...base, model: "cvae" })).toContain("correlation");
  expect(shown({ ...base, estimator: "exact" })).not.toContain("batchSize");
  const data = {
    kind: "file",
    name: "a",
    bytes: 1,
    hash: "0123456789abcdef",
  } as const;
  expect(shown({ ...base, data })).not.toContain("rows");
});
