import { isDeepStrictEqual } from "node:util";
import { expect, test } from "@playwright/test";
import { checkValue } from "./check-value.ts";
import { allLanes } from "./config.ts";
import golden from "./golden-links.json" with { type: "json" };
import { parseLink, writeLink } from "./link.ts";
import {
  changeSettings,
  configOf,
  DEFAULT_CONFIG,
  defaultConfigOf,
} from "./schema.ts";
import type { View } from "./view.ts";
import { DEFAULT_LINK, edited, randomConfig, randomSource } from "./testing.ts";

test("the check value is CRC-16/CCITT-FALSE", () => {
  // The catalogue's check input.
  expect(checkValue("123456789")).toBe("29b1");
  expect(checkValue("")).toBe("ffff");
});

test("the default experiment has a known link", () => {
  expect(writeLink(DEFAULT_CONFIG)).toBe(DEFAULT_LINK);
});

/** What a link of the first models holds of settings that came with later ones. */
const LATER = {
  latents2: 8,
  beta2: 1,
  encoderVariance2: { kind: "learnable", std: 1 },
  condition: { kind: "correlated" },
  correlation: [0],
  testShare: 0,
  network: { kind: "dense", hidden: [] },
  activation: "relu",
  maps: "joint",
  likelihood: "gaussian",
  klSchedule: { kind: "constant" },
  freeBits: 0,
};

// Links that are out in the world: an entry may be added, never changed or removed.
for (const [index, entry] of golden.entries()) {
  const { link, config } = entry;
  const view: View = "view" in entry ? entry.view : {};
  test(`published link ${String(index + 1)} parses for ever and is written as it was`, () => {
    const parsed = parseLink(link);
    expect(parsed.notices).toEqual([]);
    expect(parsed.config).toEqual({
      ...config,
      base: { ...LATER, ...config.base },
    });
    expect(parsed.read).toBe(parsed.expected);
    expect(parsed.view).toEqual(view);
    expect(writeLink(parsed.config, view)).toBe(link);
  });
}

test("golden links cover every key of a classroom, a receipt and an embed", () => {
  const keys = golden.flatMap(({ link }) => Object.keys(parseLink(link).view));
  for (const key of [
    "hide",
    "ask",
    "lock",
    "note",
    "r",
    "embed",
    "lens",
    "map",
  ])
    expect(keys).toContain(key);
});

test("golden links cover every data source and lanes from one to six", () => {
  const configs = golden.map(({ link }) => parseLink(link).config);
  const kinds = new Set(
    configs.flatMap(allLanes).map((lane) => lane.data.kind),
  );
  expect([...kinds].sort()).toEqual([
    "digits28",
    "digits8",
    "file",
    "spectrum",
  ]);
  const lanes = configs.flatMap(allLanes);
  expect([...new Set(lanes.map((lane) => lane.model))].sort()).toEqual([
    "cvae",
    "mhvae",
    "vae",
  ]);
  const conditional = lanes.filter((lane) => lane.model === "cvae");
  expect(new Set(conditional.map((lane) => lane.condition.kind)).size).toBe(4);
  expect(Math.min(...configs.map((config) => config.lanes.length))).toBe(1);
  expect(Math.max(...configs.map((config) => config.lanes.length))).toBe(6);
  expect(golden.length).toBeGreaterThanOrEqual(12);
});

// One assertion for all cases: thousands of them would cost a millisecond each.
test("2000 random experiments survive their link", () => {
  const random = randomSource(1);
  const failures: unknown[] = [];
  for (let count = 0; count < 2000; count++) {
    const config = randomConfig(random);
    const link = writeLink(config);
    const parsed = parseLink(link);
    const same =
      isDeepStrictEqual(parsed.config, config) &&
      parsed.read === parsed.expected;
    const printable = /^#[\x21-\x7e]+&x=[0-9a-f]{4}$/.test(link);
    if (!same || !printable || parsed.notices.length > 0)
      failures.push({ link, parsed });
  }
  expect(failures).toEqual([]);
});

test("5000 damaged links never throw, and no damage passes unnoticed", () => {
  const random = randomSource(2);
  const junk = [
    "~",
    ":",
    ",",
    "&",
    "=",
    "#",
    "%",
    "%zz",
    "x=",
    "NaN",
    "-",
    "1e999",
    "é",
    "\u0000",
    "{}",
    "",
  ];
  const failures: unknown[] = [];
  let damaged = 0;
  let quiet = 0;
  for (let count = 0; count < 5000; count++) {
    const whole = writeLink(randomConfig(random));
    let link = whole;
    for (let edits = random.int(1, 4); edits > 0; edits--) {
      const at = random.int(0, link.length);
      const removed = random.int(0, 12);
      link = link.slice(0, at) + random.pick(junk) + link.slice(at + removed);
    }
    const { config, notices, read, expected } = parseLink(link);
    const again = parseLink(writeLink(config));
    const usable =
      isDeepStrictEqual(again.config, config) && again.notices.length === 0;
    if (!usable || read > expected) failures.push(link);
    if (writeLink(config) === whole) continue;
    damaged++;
    if (notices.length === 0) quiet++;
  }
  expect(failures).toEqual([]);
  expect(damaged).toBeGreaterThan(2500);
  // A 16-bit check misses 1 damage in 65536: 5 or more of 5000 have odds below 1e-7.
  expect(quiet).toBeLessThan(5);
});

test("garbage is the default experiment with notices", () => {
  for (const text of [
    "hello",
    "#=",
    "#&&&",
    "#x=0000",
    "#%",
    "#v=1&m=lin&d=",
    "?",
    "__proto__=1",
  ]) {
    const { config, read, notices } = parseLink(text);
    expect(config.base.data, text).toEqual(DEFAULT_CONFIG.base.data);
    expect(read, text).toBeLessThanOrEqual(1);
    expect(notices[0].code, text).toMatch(/cut|invalid/);
  }
});

test("no link is the default experiment, without notices", () => {
  for (const text of [
    "",
    "#",
    "  ",
    "https://example.org/lab/",
    "https://example.org/lab/?a=b#",
  ]) {
    expect(parseLink(text), text).toMatchObject({
      config: DEFAULT_CONFIG,
      notices: [],
    });
  }
});

test("a link may be whole, bare, escaped, wrapped or followed by punctuation", () => {
  const bare = DEFAULT_LINK.slice(1);
  const escaped = bare
    .replaceAll(",", "%2C")
    .replaceAll(":", "%3A")
    .replaceAll("~", "%7e");
  for (const text of [
    `https://example.org/lab/?x=1${DEFAULT_LINK}`,
    bare,
    ` ${DEFAULT_LINK}\n`,
    `${DEFAULT_LINK.slice(0, 70)}\r\n${DEFAULT_LINK.slice(70)}`,
    `${DEFAULT_LINK}).`,
    DEFAULT_LINK.replaceAll("&", "&amp;"),
    `#${escaped}`,
    `#${encodeURIComponent(bare)}`,
    `#${bare.slice(0, -4)}6EA2`,
  ]) {
    expect(parseLink(text), text).toMatchObject({
      config: DEFAULT_CONFIG,
      notices: [],
    });
  }
});

/** Keys of a link, without version and check value. */
function keysOf(link: string): string[] {
  return link
    .slice(1)
    .split("&")
    .map((pair) => pair.slice(0, pair.indexOf("=")))
    .slice(1, -1);
}

test("a link has every setting of its model and no other", () => {
  const all = "m d rows sc k b ed ee s1 bias est o n init seed t pace".split(
    " ",
  );
  const keys = (model: "vae" | "cvae" | "mhvae"): string[] =>
    keysOf(writeLink(defaultConfigOf(model)));
  expect(keys("vae")).toEqual(all);
  expect(keys("cvae").sort()).toEqual([...all, "cond", "rho"].sort());
  expect(keys("mhvae").sort()).toEqual([...all, "k2", "b2", "s2"].sort());
  for (const [model, expected] of [
    ["vae", 17],
    ["cvae", 19],
    ["mhvae", 20],
  ] as const) {
    const link = writeLink(defaultConfigOf(model));
    expect(parseLink(link)).toMatchObject({
      config: defaultConfigOf(model),
      notices: [],
      read: expected,
      expected,
    });
    expect(
      parseLink(link.slice(0, link.indexOf("&seed"))).notices[0].message,
    ).toBe(
      `This link looks cut off; ${String(expected - 3)} of ${String(expected)} settings were read. The last one, Initial scale, may be incomplete.`,
    );
  }
});

test("lanes of several models share a link", () => {
  const mixed = changeSettings(defaultConfigOf("cvae"), "model", "vae", 1);
  const link = writeLink(mixed);
  expect(link).toContain("&m=cvae~lin&");
  expect(link).toContain("&cond=rho&rho=0.9~0&");
  expect(link).not.toContain("k2=");
  expect(parseLink(link)).toMatchObject({ config: mixed, notices: [] });
});

test("settings missing from a link are the model's own defaults", () => {
  const link = writeLink(defaultConfigOf("mhvae"));
  const body = link.slice(1, link.indexOf("&x="));
  const cut = body.replace(/&(k2|s2|s1)=[^&]*/g, "");
  const { config, notices } = parseLink(`#${cut}&x=${checkValue(cut)}`);
  expect(config).toEqual(defaultConfigOf("mhvae"));
  expect(notices.map(({ code, field, used }) => [code, field, used])).toEqual([
    ["missing", "latents2", "5"],
    ["missing", "encoderVariance", "fix:0.5"],
    ["missing", "encoderVariance2", "learn:1~fix:1"],
  ]);
});

test("a cut link says how much was read and what is used instead", () => {
  const { config, notices, read, expected } = parseLink(
    DEFAULT_LINK.slice(0, DEFAULT_LINK.indexOf("&o=")),
  );
  expect([read, expected]).toEqual([11, 17]);
  expect(notices[0]).toEqual({
    code: "cut",
    field: "x",
    message:
      "This link looks cut off; 11 of 17 settings were read. The last one, Loss, may be incomplete.",
  });
  expect(
    notices.slice(1).map(({ code, field, used }) => [code, field, used]),
  ).toEqual([
    ["missing", "optimizer", "adam:0.02"],
    ["missing", "batchSize", "256"],
    ["missing", "initScale", "0.1"],
    ["missing", "seed", "7"],
    ["missing", "steps", "1500"],
    ["missing", "pace", "150"],
  ]);
  expect(config).toEqual(DEFAULT_CONFIG);
});

test("every cut of a link is noticed", () => {
  const cuts = Array.from(DEFAULT_LINK, (_, length) =>
    DEFAULT_LINK.slice(0, length),
  ).slice(2);
  expect(
    cuts.filter((link) => parseLink(link).notices[0].code !== "cut"),
  ).toEqual([]);
});

test("an edited link is used as it reads, and says so", () => {
  const { config, notices } = parseLink(DEFAULT_LINK.replace("k=8", "k=9"));
  expect(config.base.latents).toBe(9);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatchObject({
    code: "invalid",
    field: "x",
    given: "6ea2",
  });
});

test("a newer link is read as far as it is known", () => {
  const { config, notices, version, unknown } = parseLink(
    edited(["v=1", "v=2"], ["k=8", "k=9&rho=0.6"]),
  );
  expect(version).toBe(2);
  expect(config.base.latents).toBe(9);
  expect(unknown).toEqual([["rho", "0.6"]]);
  expect(notices.map(({ code, field, given }) => [code, field, given])).toEqual(
    [
      ["newer", "v", "2"],
      ["unknown", "rho", "0.6"],
    ],
  );
});

test("view keys are handed on and covered by the check value", () => {
  const view = { view: "runs", note: "2 ~ 3: a,b & #c (ok)?" };
  const link = writeLink(DEFAULT_CONFIG, view);
  expect(parseLink(link)).toMatchObject({
    config: DEFAULT_CONFIG,
    notices: [],
    view,
  });
  expect(parseLink(link.replace("runs", "rows")).notices).toHaveLength(1);
});

test("any file name survives, even with its separators escaped on the way", () => {
  const names = [
    "a.csv",
    "my data (1)~v2, 50%:é.csv",
    "%3A%7E",
    "文件.npy",
    "😀",
    "file:x~spec:1",
  ];
  for (const name of names) {
    const data = {
      kind: "file",
      name,
      bytes: 7840016,
      hash: "00ff00ff00ff00ff",
    } as const;
    const config = configOf([{ ...DEFAULT_CONFIG.base, data }]);
    expect(parseLink(writeLink(config)), name).toMatchObject({
      config,
      notices: [],
    });
  }
  const plain = {
    kind: "file",
    name: "my data.csv",
    bytes: 12,
    hash: "0123456789abcdef",
  } as const;
  const config = configOf([{ ...DEFAULT_CONFIG.base, data: plain }]);
  const escaped = writeLink(config)
    .replaceAll(":", "%3A")
    .replaceAll(",", "%2c");
  expect(parseLink(escaped)).toMatchObject({ config, notices: [] });
});

test("a huge text is read without delay", () => {
  const { notices } = parseLink(`#${"a=b&".repeat(1e6)}`);
  expect(notices[0].code).toBe("cut");
  expect(notices.length).toBeLessThan(65536);
});
