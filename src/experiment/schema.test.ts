import { expect, test } from "@playwright/test";
import { allLanes, laneSettings } from "./config.ts";
import {
  changeSettings,
  ConfigError,
  configOf,
  DEFAULT_CONFIG,
  defaultConfigOf,
  defaultOf,
  differences,
  freezeConfig,
  isLiveChange,
  sameConfig,
} from "./schema.ts";
import { writeLink } from "./link.ts";
import { randomConfig, randomSource } from "./testing.ts";

const { base } = DEFAULT_CONFIG;
const fixed = (...std: readonly number[]) => ({ kind: "fixed", std }) as const;

function deeplyFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(deeplyFrozen);
}

test("the default compares learnable and fixed variance, all else alike", () => {
  expect(differences(DEFAULT_CONFIG)).toEqual(["encoderVariance"]);
  expect(allLanes(DEFAULT_CONFIG).map((lane) => lane.encoderVariance)).toEqual([
    { kind: "learnable", std: 1 },
    { kind: "fixed", std: [1] },
  ]);
  expect(deeplyFrozen(DEFAULT_CONFIG)).toBe(true);
});

test("the canonical form keeps the lanes and is frozen, and the original is left alone", () => {
  const theta = [2, 1];
  const config = {
    base: { ...base, beta: 9 },
    lanes: [
      { beta: 1, data: { kind: "spectrum" as const, theta } },
      { beta: 1 },
      {},
    ],
  };
  const canonical = freezeConfig(config);
  expect(canonical.lanes[0]).toEqual({});
  expect(canonical.lanes[1]).toEqual({ data: base.data });
  expect(allLanes(canonical)).toEqual(allLanes(config));
  expect(deeplyFrozen(canonical)).toBe(true);
  expect(Object.isFrozen(theta)).toBe(false);
  expect(sameConfig(config, canonical)).toBe(true);
  expect(sameConfig(config, DEFAULT_CONFIG)).toBe(false);
});

test("the canonical form of random experiments is itself", () => {
  const random = randomSource(4);
  for (let count = 0; count < 300; count++) {
    const config = randomConfig(random);
    expect(freezeConfig(config)).toEqual(config);
    expect(sameConfig(config, config)).toBe(true);
  }
});

test("a change without a lane reaches every lane that shared the value", () => {
  const both = changeSettings(DEFAULT_CONFIG, "beta", 2);
  expect(allLanes(both).map((lane) => lane.beta)).toEqual([2, 2]);
  expect(differences(both)).toEqual(["encoderVariance"]);
  expect(DEFAULT_CONFIG.base.beta).toBe(1);
});

test("a change in a lane is a difference, and goes when the lanes agree again", () => {
  const inB = changeSettings(DEFAULT_CONFIG, "beta", 4, 1);
  expect(inB.lanes[1]).toEqual({ beta: 4, encoderVariance: fixed(1) });
  expect(differences(inB)).toEqual(["beta", "encoderVariance"]);
  expect(changeSettings(inB, "beta", 1, 1)).toEqual(DEFAULT_CONFIG);
  const inA = changeSettings(DEFAULT_CONFIG, "beta", 4, 0);
  expect(allLanes(inA).map((lane) => lane.beta)).toEqual([4, 1]);
  expect(changeSettings(inB, "beta", 4)).toEqual(
    changeSettings(DEFAULT_CONFIG, "beta", 4),
  );
});

test("shared settings change in all lanes at once", () => {
  const config = changeSettings(DEFAULT_CONFIG, "seed", 8, 1);
  expect(allLanes(config).map((lane) => lane.seed)).toEqual([8, 8]);
});

test("a fixed list follows the number of latents", () => {
  const listed = configOf([
    { ...base, latents: 3, encoderVariance: fixed(1, 2, 3) },
  ]);
  expect(changeSettings(listed, "latents", 2).base.encoderVariance).toEqual(
    fixed(1, 2),
  );
  expect(changeSettings(listed, "latents", 5).base.encoderVariance).toEqual(
    fixed(1, 2, 3, 3, 3),
  );
});

test("a change is brought into range, or refused by name", () => {
  const spectrum = { kind: "spectrum", theta: [1, 3, 2] } as const;
  expect(changeSettings(DEFAULT_CONFIG, "data", spectrum).base.data).toEqual({
    kind: "spectrum",
    theta: [3, 2, 1],
  });
  expect(changeSettings(DEFAULT_CONFIG, "latents", 100).base.latents).toBe(64);
  expect(() => changeSettings(DEFAULT_CONFIG, "beta", NaN)).toThrow(
    ConfigError,
  );
  expect(() => changeSettings(DEFAULT_CONFIG, "beta", 1, 2)).toThrow(
    /no lane 2 among 2/,
  );
  expect(() => configOf([])).toThrow(ConfigError);
});

test("beta, eta_dec, learning rate and pace change live, all else restarts", () => {
  const live = (next: typeof DEFAULT_CONFIG): boolean =>
    isLiveChange(DEFAULT_CONFIG, next);
  expect(live(changeSettings(DEFAULT_CONFIG, "beta", 2, 1))).toBe(true);
  expect(live(changeSettings(DEFAULT_CONFIG, "etaDec", 2))).toBe(true);
  expect(live(changeSettings(DEFAULT_CONFIG, "pace", 0))).toBe(true);
  expect(
    live(
      changeSettings(DEFAULT_CONFIG, "optimizer", {
        kind: "adam",
        learningRate: 0.1,
      }),
    ),
  ).toBe(true);
  expect(
    live(
      changeSettings(DEFAULT_CONFIG, "optimizer", {
        kind: "sgd",
        learningRate: 0.02,
      }),
    ),
  ).toBe(false);
  expect(live(changeSettings(DEFAULT_CONFIG, "etaEnc", 2))).toBe(false);
  expect(live(changeSettings(DEFAULT_CONFIG, "seed", 1))).toBe(false);
  expect(live(configOf([laneSettings(DEFAULT_CONFIG, 0)]))).toBe(false);
});

test("each model opens with its own comparison", () => {
  expect(defaultConfigOf("vae")).toBe(DEFAULT_CONFIG);
  expect(differences(defaultConfigOf("cvae"))).toEqual(["correlation"]);
  expect(
    allLanes(defaultConfigOf("cvae")).map((lane) => lane.correlation),
  ).toEqual([[0.9], [0]]);
  const [a, b] = allLanes(defaultConfigOf("mhvae"));
  expect(differences(defaultConfigOf("mhvae"))).toEqual(["encoderVariance2"]);
  expect([a.encoderVariance.kind, b.encoderVariance.kind]).toEqual([
    "fixed",
    "fixed",
  ]);
  expect([a.encoderVariance2.kind, b.encoderVariance2.kind]).toEqual([
    "learnable",
    "fixed",
  ]);
  for (const model of ["vae", "cvae", "mhvae"] as const) {
    expect(deeplyFrozen(defaultConfigOf(model))).toBe(true);
    expect(defaultOf("model", 1, model)).toBe(model);
  }
  expect(defaultOf("correlation", 0, "cvae")).toEqual([0.9]);
  expect(defaultOf("correlation", 0)).toEqual([0]);
});

test("another model brings its comparison and keeps what one has set up", () => {
  expect(changeSettings(DEFAULT_CONFIG, "model", "mhvae")).toEqual(
    defaultConfigOf("mhvae"),
  );
  expect(changeSettings(DEFAULT_CONFIG, "model", "vae")).toEqual(
    DEFAULT_CONFIG,
  );
  const data = { kind: "spectrum", theta: [5, 2] } as const;
  const own = changeSettings(
    changeSettings(DEFAULT_CONFIG, "data", data),
    "etaDec",
    0.5,
  );
  for (const model of ["cvae", "mhvae"] as const) {
    const there = changeSettings(own, "model", model);
    expect(differences(there)).toEqual(differences(defaultConfigOf(model)));
    expect(there.base).toMatchObject({ model, data, etaDec: 0.5, latents: 8 });
    const back = changeSettings(there, "model", "vae");
    expect(back).toEqual(own);
  }
});

test("another model in one lane is a lane of that model, and nothing of the others is left", () => {
  const cvae = defaultConfigOf("cvae");
  const mixed = changeSettings(cvae, "model", "vae", 1);
  expect(allLanes(mixed).map((lane) => lane.model)).toEqual(["cvae", "vae"]);
  expect(differences(mixed)).toEqual(["model", "correlation"]);
  expect(changeSettings(mixed, "model", "cvae", 1).base.correlation).toEqual([
    0.9,
  ]);
  const stray = configOf([{ ...base, latents2: 3, correlation: [0.4] }]);
  expect(stray).toEqual(configOf([base]));
});

test("what is predicted follows the data, and lanes stay apart", () => {
  const digits = changeSettings(defaultConfigOf("cvae"), "data", {
    kind: "digits28",
  });
  expect(digits.base).toMatchObject({
    condition: { kind: "quarter" },
    correlation: [0],
  });
  expect(differences(digits)).toEqual(["encoderVariance"]);
  const half = changeSettings(digits, "condition", { kind: "half" });
  expect(half.base.condition).toEqual({ kind: "half" });
  const table = changeSettings(half, "data", {
    kind: "file",
    name: "wine.csv",
    bytes: 1,
    hash: "0123456789abcdef",
  });
  expect(table.base.condition).toEqual({ kind: "half" });
  expect(
    changeSettings(table, "data", { kind: "spectrum", theta: [1] }).base
      .condition,
  ).toEqual({ kind: "correlated" });
  const fromSpectrum = changeSettings(defaultConfigOf("cvae"), "data", {
    ...{ kind: "file", bytes: 1, hash: "0123456789abcdef" },
    name: "wine.csv",
  } as const);
  expect(fromSpectrum.base.condition).toEqual({
    kind: "columns",
    columns: [0],
  });
});

test("a correlation that image data has no use for is in neither config nor link", () => {
  const { base: pair } = defaultConfigOf("cvae");
  const condition = { kind: "quarter" } as const;
  const images = (["digits8", "digits28"] as const).map((kind) => ({ kind }));
  const file = {
    kind: "file",
    name: "train.idx",
    bytes: 1,
    hash: "0123456789abcdef",
  } as const;
  for (const data of [...images, file]) {
    const plain = configOf([{ ...pair, data, condition, correlation: [0] }]);
    for (const correlation of [[0.9], [0, 0], [0.5, 0.25]]) {
      const lane = { ...pair, data, condition, correlation };
      const given = configOf([lane]);
      expect(given).toEqual(plain);
      expect(given.base.correlation).toEqual([0]);
      // Whoever did not ask for the canonical form gets the same link and experiment, too.
      const raw = { base: lane, lanes: [{}, { correlation: [0.1] }] };
      expect(writeLink(raw)).toBe(
        writeLink(configOf([plain.base, plain.base])),
      );
      expect(freezeConfig(raw)).toEqual(configOf([plain.base, plain.base]));
    }
  }
  const there = changeSettings(configOf([pair]), "data", images[0]);
  expect(there).toEqual(
    configOf([{ ...pair, data: images[0], condition, correlation: [0] }]),
  );
  // One of two lanes: the other keeps its own.
  const mixed = changeSettings(defaultConfigOf("cvae"), "data", images[1], 1);
  expect(allLanes(mixed).map((lane) => lane.correlation)).toEqual([[0.9], [0]]);
  // A Gaussian's correlation is a setting.
  expect(configOf([pair]).base.correlation).toEqual([0.9]);
});

test("lists follow what they are lists of", () => {
  const top = configOf([
    {
      ...defaultConfigOf("mhvae").base,
      latents2: 3,
      encoderVariance2: fixed(1, 2, 3),
    },
  ]);
  expect(changeSettings(top, "latents2", 4).base.encoderVariance2).toEqual(
    fixed(1, 2, 3, 3),
  );
  const listed = changeSettings(
    configOf([defaultConfigOf("cvae").base]),
    "correlation",
    [0.5, 0.25],
  ).base.correlation;
  expect(listed).toEqual([0.5, ...Array.from({ length: 15 }, () => 0.25)]);
  const short = configOf([
    {
      ...defaultConfigOf("cvae").base,
      data: { kind: "spectrum", theta: [3, 2, 1] },
      correlation: [0.9, 0.5, 0],
    },
  ]);
  const theta = [3, 2];
  expect(
    changeSettings(short, "data", { kind: "spectrum", theta }).base.correlation,
  ).toEqual([0.9, 0.5]);
  const long = Array.from({ length: 40 }, () => 1);
  expect(
    changeSettings(changeSettings(short, "rows", 32), "data", {
      kind: "spectrum",
      theta: long,
    }).base.rows,
  ).toBe(81);
});

test("beta2 changes live, the second level's size and variance restart", () => {
  const config = defaultConfigOf("mhvae");
  const live = (next: typeof config): boolean => isLiveChange(config, next);
  expect(live(changeSettings(config, "beta2", 2))).toBe(true);
  expect(live(changeSettings(config, "latents2", 2))).toBe(false);
  expect(live(changeSettings(config, "encoderVariance2", fixed(0.5), 1))).toBe(
    false,
  );
});
