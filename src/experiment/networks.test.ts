import { expect, test } from "@playwright/test";
import { agree } from "./agree.ts";
import { checkSetting } from "./check.ts";
import type { DataSource, ExperimentConfig, Settings } from "./config.ts";
import { describeValue, fieldOf, parseValue } from "./fields.ts";
import { parseLink, writeLink } from "./link.ts";
import { describeLane } from "./names.ts";
import { NEUTRAL } from "./neutral.ts";
import {
  changeSettings,
  configOf,
  ConfigError,
  DEFAULT_CONFIG,
  defaultConfigOf,
  isLiveChange,
} from "./schema.ts";
import { DEFAULT_LINK, edited } from "./testing.ts";
import { readSetting, type SettingKey, writeSetting } from "./text.ts";
import { validateConfig } from "./validate.ts";

const { base } = DEFAULT_CONFIG;
const mlp = { kind: "dense", hidden: [256, 128] } as const;
const conv = { kind: "conv", channels: [16, 32], hidden: [128] } as const;
const digits: Settings = { ...base, data: { kind: "digits28" } };

const words: readonly (readonly [SettingKey, string, unknown])[] = [
  ["network", "lin", { kind: "dense", hidden: [] }],
  ["network", "mlp:256,128", mlp],
  ["network", "conv:16,32/128", conv],
  ["network", "conv:4", { kind: "conv", channels: [4], hidden: [] }],
  ["activation", "gelu", "gelu"],
  ["maps", "sep", "separate"],
  ["likelihood", "bern", "bernoulli"],
  ["scaling", "bin", "binarize"],
  ["encoderVariance", "pred:0.5", { kind: "predicted", std: 0.5 }],
  ["encoderVariance2", "pred:1", { kind: "predicted", std: 1 }],
  ["klSchedule", "const", { kind: "constant" }],
  ["klSchedule", "warm:500", { kind: "warmup", steps: 500 }],
  ["klSchedule", "cyc:400,0.5", { kind: "cyclical", period: 400, ramp: 0.5 }],
  [
    "klSchedule",
    "pts:0,0,500,1",
    {
      kind: "points",
      points: [
        [0, 0],
        [500, 1],
      ],
    },
  ],
  ["freeBits", "0.25", 0.25],
  ["testShare", "0.2", 0.2],
];

test("settings of networks have words", () => {
  for (const [key, text, value] of words) {
    expect(readSetting(key, text), text).toEqual(value);
    expect(writeSetting(key, value as never)).toBe(text);
    expect(checkSetting(key, value)).toEqual({ value, problems: [] });
  }
});

test("other words are refused by name", () => {
  const refused: readonly (readonly [SettingKey, string])[] = [
    ["network", "mlp"],
    ["network", "mlp:"],
    ["network", "mlp:a"],
    ["network", "lin:3"],
    ["network", "conv:/128"],
    ["network", "conv:16/8/4"],
    ["network", "conv"],
    ["network", "rnn:5"],
    ["klSchedule", "const:1"],
    ["klSchedule", "warm:1,2"],
    ["klSchedule", "warm"],
    ["klSchedule", "cyc:400"],
    ["klSchedule", "pts:0"],
    ["klSchedule", "pts:0,0,5"],
    ["klSchedule", "sometimes"],
    ["encoderVariance", "pred:1,2"],
    ["maps", "apart"],
  ];
  for (const [key, text] of refused) {
    const parsed = parseValue(fieldOf(key), text);
    expect("message" in parsed && parsed.message, text).toMatch(
      new RegExp(`^${fieldOf(key).label}: expected `),
    );
  }
});

const repaired = (key: SettingKey, text: string): [string, string] => {
  const { value, problems } = checkSetting(key, readSetting(key, text));
  return [
    value === undefined ? "" : writeSetting(key, value),
    problems.map(({ message }) => message).join("; "),
  ];
};

test("what is out of range is brought into it, and told", () => {
  expect(repaired("network", "mlp:8.4,4000")).toEqual([
    "mlp:8,2048",
    "the width of a layer takes a whole number from 1 to 2048",
  ]);
  expect(repaired("network", "mlp:1,2,3,4,5,6,7")).toEqual([
    "mlp:1,2,3,4,5,6",
    "at most 6 hidden layers; the first ones are used",
  ]);
  expect(repaired("network", "conv:1,6,255,300,8")).toEqual([
    "conv:4,8,256,256",
    "at most 4 convolutions; the first ones are used; a number of channels takes a whole number from 4 to 256; " +
      "channels come in fours, a whole number from 4 to 256",
  ]);
  expect(repaired("klSchedule", "warm:0")[0]).toBe("warm:1");
  expect(repaired("klSchedule", "cyc:0,2")[0]).toBe("cyc:1,1");
  expect(repaired("klSchedule", "pts:9,1,3,0.5,9,2")).toEqual([
    "pts:3,0.5,9,2",
    "points have steps of their own, in order; they were sorted",
  ]);
  expect(repaired("freeBits", "-1")[0]).toBe("0");
  expect(repaired("testShare", "0.9")[0]).toBe("0.5");
});

test("links have settings of networks only where they are not neutral", () => {
  expect(writeLink(DEFAULT_CONFIG)).toBe(DEFAULT_LINK);
  const change: Partial<Settings> = {
    network: mlp,
    klSchedule: { kind: "warmup", steps: 500 },
  };
  const config = configOf([digits, { ...digits, ...change }]);
  const link = writeLink(config);
  expect(link).toContain("&net=lin~mlp:256,128&klw=const~warm:500&");
  for (const key of ["test", "act", "maps", "lik", "fb"])
    expect(link).not.toContain(`&${key}=`);
  const parsed = parseLink(link);
  expect(parsed).toMatchObject({ config, notices: [] });
  expect(parsed.read).toBe(parsed.expected);
  expect(parsed.expected).toBe(parseLink(DEFAULT_LINK).expected + 2);
});

test("a neutral value in a link is read, and left out when the link is written again", () => {
  const parsed = parseLink(edited(["&k=8&", "&net=lin&fb=0&k=8&"]));
  expect(parsed).toMatchObject({ config: DEFAULT_CONFIG, notices: [] });
  expect(parsed.read).toBe(parsed.expected);
  expect(writeLink(parsed.config)).toBe(DEFAULT_LINK);
});

test("an experiment in a file needs none of them either", () => {
  const old = Object.fromEntries(
    Object.entries(base).filter(
      ([key]) => !(key in NEUTRAL) || key === "scaling",
    ),
  );
  expect(validateConfig({ base: old, lanes: [{}] })).toEqual({
    config: configOf([base]),
    notices: [],
  });
  const bad = validateConfig({
    base: { ...base, network: { kind: "dense", hidden: "256" } },
    lanes: [{}],
  });
  expect(bad.config).toEqual(configOf([base]));
  expect(bad.notices.map(({ code, field }) => [code, field])).toEqual([
    ["invalid", "network"],
  ]);
});

/** What `agree` makes of a setting, and what it says. */
function agreed(
  settings: Partial<Settings>,
  ...keys: readonly SettingKey[]
): readonly string[] {
  const { settings: used, repairs } = agree({ ...base, ...settings });
  const told = repairs.map(({ key, problem }) => `${key}: ${problem.message}`);
  return [...keys.map((key) => writeSetting(key, used[key])), ...told];
}

test("convolutions halve images, or are none", () => {
  const long = { kind: "conv", channels: [4, 4, 4, 4], hidden: [8] } as const;
  const on = (data: DataSource) => agreed({ data, network: long }, "network");
  expect(on({ kind: "digits28" })).toEqual(["conv:4,4,4,4/8"]);
  expect(on({ kind: "digits8" })).toEqual([
    "conv:4,4,4/8",
    "network: images of this size can be halved 3 times; the first convolutions are used",
  ]);
  expect(on({ kind: "spectrum", theta: [1] })).toEqual([
    "mlp:8",
    "network: convolutions need images",
  ]);
});

test("what has no exact loss is sampled", () => {
  const exact = { ...digits, estimator: "exact" } as const;
  const cases: readonly (readonly [Partial<Settings>, string])[] = [
    [{ network: mlp }, "the exact loss is that of linear models"],
    [
      { encoderVariance: { kind: "predicted", std: 1 } },
      "there is no exact loss for a variance predicted from each example",
    ],
    [
      { likelihood: "bernoulli" },
      "there is no exact loss for a Bernoulli likelihood",
    ],
    [
      { klSchedule: { kind: "warmup", steps: 5 } },
      "a KL schedule is for the sampled loss",
    ],
    [{ freeBits: 0.1 }, "free bits are for the sampled loss"],
  ];
  for (const [change, why] of cases) {
    expect(agreed({ ...exact, ...change }, "estimator")).toEqual([
      "sampled",
      `estimator: ${why}`,
    ]);
  }
  expect(agreed({ ...exact, testShare: 0.2 }, "estimator")).toEqual(["exact"]);
  // The second level's variance is none of a VAE's.
  const second = { kind: "predicted", std: 1 } as const;
  expect(agreed({ ...exact, encoderVariance2: second }, "estimator")[0]).toBe(
    "exact",
  );
});

test("Bernoulli is for pixels as given or binary", () => {
  const likelihood = "bernoulli";
  const none = { ...digits, likelihood, scaling: "none" } as const;
  expect(agreed(none, "likelihood", "scaling")).toEqual(["bern", "none"]);
  expect(agreed({ ...none, scaling: "binarize" }, "scaling")).toEqual(["bin"]);
  expect(
    agreed({ ...none, scaling: "center" }, "likelihood", "scaling"),
  ).toEqual([
    "bern",
    "none",
    "scaling: a Bernoulli likelihood needs pixels from 0 to 1",
  ]);
  expect(
    agreed({ likelihood, scaling: "binarize" }, "likelihood", "scaling"),
  ).toEqual([
    "gauss",
    "none",
    "likelihood: Bernoulli is for pixels from 0 to 1, and a chosen spectrum has none",
    "scaling: a Gaussian of a chosen spectrum stays as it is",
  ]);
});

test("settings without effect are neutral, so that equal experiments have equal links", () => {
  expect(agreed({ activation: "tanh" }, "activation")).toEqual([
    "relu",
    "activation: it is for networks with hidden layers",
  ]);
  const separate = { network: mlp, maps: "separate" } as const;
  expect(agreed(separate, "maps")).toEqual(["joint", "maps: a VAE has none"]);
  expect(agreed({ ...separate, model: "cvae" }, "maps")).toEqual(["sep"]);
  const idle = { activation: "gelu", maps: "separate" } as const;
  expect(configOf([{ ...base, ...idle }])).toEqual(configOf([base]));
  expect(
    configOf([{ ...base, network: mlp, activation: "gelu" }]).base.activation,
  ).toBe("gelu");
});

test("a held-out share leaves a spectrum enough examples", () => {
  const theta = Array.from({ length: 100 }, () => 1);
  const data = { kind: "spectrum", theta } as const;
  expect(agreed({ data, rows: 190, testShare: 0.5 }, "rows")).toEqual([
    "202",
    "rows: a spectrum of 100 entries needs more than 100 examples to train on",
  ]);
});

test("to agree once is to agree", () => {
  for (const settings of [
    { ...digits, network: conv, estimator: "exact", likelihood: "bernoulli" },
    { ...base, network: conv, estimator: "exact", activation: "tanh" },
    {
      ...base,
      network: { kind: "conv", channels: [4], hidden: [] },
      maps: "separate",
    },
  ] as Settings[]) {
    const once = agree(settings).settings;
    expect(agree(once)).toEqual({ settings: once, repairs: [] });
  }
});

test("a schedule and more or fewer free bits are live, the first and the last are not", () => {
  const after = <K extends SettingKey>(
    config: ExperimentConfig,
    key: K,
    value: Settings[K],
  ): ExperimentConfig => changeSettings(config, key, value);
  const live = <K extends SettingKey>(
    config: ExperimentConfig,
    key: K,
    value: Settings[K],
  ): boolean => isLiveChange(config, after(config, key, value));
  const warm = { kind: "warmup", steps: 300 } as const;
  expect(live(DEFAULT_CONFIG, "klSchedule", warm)).toBe(true);
  expect(live(defaultConfigOf("cvae"), "klSchedule", warm)).toBe(false);
  expect(live(DEFAULT_CONFIG, "freeBits", 0.1)).toBe(false);
  const some = after(DEFAULT_CONFIG, "freeBits", 0.1);
  expect(live(some, "freeBits", 0.2)).toBe(true);
  expect(live(some, "freeBits", 0)).toBe(false);
  expect(live(some, "beta", 2)).toBe(true);
  for (const [key, value] of [
    ["network", mlp],
    ["testShare", 0.2],
    ["encoderVariance", { kind: "predicted", std: 1 }],
  ] as const)
    expect(live(DEFAULT_CONFIG, key, value), key).toBe(false);
});

test("the first hidden layers bring what suits networks, and leave what was set", () => {
  const fresh = changeSettings(DEFAULT_CONFIG, "network", mlp);
  expect(fresh.base).toMatchObject({
    network: mlp,
    estimator: "sampled",
    biases: true,
    optimizer: { kind: "adam", learningRate: 0.001 },
    batchSize: 128,
    initScale: 0.05,
    pace: 0,
    beta: 1,
    steps: 1500,
    likelihood: "gaussian",
  });
  expect(fresh.lanes[1]).toEqual(DEFAULT_CONFIG.lanes[1]);
  const own = changeSettings(
    changeSettings(DEFAULT_CONFIG, "batchSize", 64),
    "optimizer",
    { kind: "sgd", learningRate: 0.01 },
  );
  expect(changeSettings(own, "network", mlp).base).toMatchObject({
    batchSize: 64,
    optimizer: { kind: "sgd", learningRate: 0.01 },
    biases: true,
  });
  // Further layers bring nothing.
  const off = changeSettings(fresh, "biases", false);
  const more = changeSettings(off, "network", { kind: "dense", hidden: [9] });
  expect(more.base.biases).toBe(false);
});

test("a network in one lane leaves it the only difference", () => {
  const alike = configOf([base, base]);
  const compared = changeSettings(alike, "network", mlp, 1);
  expect(compared.lanes).toEqual([{}, { network: mlp }]);
  expect(compared.base).toMatchObject({ biases: true, batchSize: 128 });
  expect(() =>
    changeSettings(
      alike,
      "network",
      { kind: "conv", channels: [], hidden: [] },
      1,
    ),
  ).toThrow(ConfigError);
});

test("models and lanes are called linear only where they are", () => {
  expect(describeValue("model", base)).toBe("Linear VAE");
  const network: Settings = { ...base, network: mlp };
  expect(describeValue("model", network)).toBe("VAE");
  const titles = (...lanes: readonly Settings[]): string[] => {
    const config = configOf(lanes);
    return lanes.map((lane) => describeLane(lane, config));
  };
  expect(titles({ ...digits, network: conv })).toEqual([
    "Conv 16, 32, then 128; Learnable variance",
  ]);
  expect(titles(digits, { ...digits, network: mlp })).toEqual([
    "Linear",
    "MLP 256, 128",
  ]);
  const predicted = { kind: "predicted", std: 1 } as const;
  expect(titles(base, { ...base, encoderVariance: predicted })).toEqual([
    "Learnable variance",
    "Predicted variance",
  ]);
  expect(
    titles(
      { ...base, klSchedule: { kind: "warmup", steps: 500 } },
      { ...base, klSchedule: { kind: "cyclical", period: 400, ramp: 0.5 } },
      { ...base, freeBits: 0.5 },
    ),
  ).toEqual([
    "KL warm-up over 500 steps; Free bits = 0",
    "KL cycles of 400 steps, ramp 0.5; Free bits = 0",
    "Constant KL weight; Free bits = 0.5",
  ]);
});
