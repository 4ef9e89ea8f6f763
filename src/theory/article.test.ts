/**
 * The article's numbers are this program's: each sentence with a number is written again from the
 * theory and must be found, and no other number may be left in the text.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { allLanes, type Settings } from "../experiment/config.ts";
import { fixedAt } from "../experiment/preset.ts";
import { PRESETS } from "../experiment/presets.ts";
import type { Spectrum } from "./modes.ts";
import { predict } from "./predict.ts";
import type { Prediction } from "./prediction.ts";
import { TOLERANCE } from "./verdict.ts";

const SOURCE = readFileSync(
  new URL("../../www/article/article.html", import.meta.url),
  "utf8",
);

/** Text as read, TeX without its commands' slashes and braces; spaces are single. */
function plain(html: string): string {
  return html
    .replace(/<tex[^>]*>([^]*?)<\/tex\s*>/g, (_, tex: string) =>
      tex.trim().replace(/[\\{}]/g, ""),
    )
    .replace(/<\/(?:p|li|h\d|dd|dt|figcaption)>/g, " ¶ ")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replace(/\s+/g, " ");
}

const without = (html: string, ...elements: RegExp[]): string =>
  elements.reduce((text, element) => text.replace(element, ""), html);
const PROSE = without(
  SOURCE.slice(0, SOURCE.indexOf('<h3 id="glossary">')),
  /<nav[^]*?<\/nav>/,
  /<noscript>[^]*?<\/noscript>/,
);

function lanes(id: string): Settings[] {
  const preset = PRESETS.find((one) => one.id === id);
  if (!preset) throw new Error(`no preset "${id}"`);
  return [...allLanes(preset.config)];
}

function thetaOf({ data }: Settings): readonly number[] {
  if (data.kind !== "spectrum") throw new Error("expected a spectrum");
  return data.theta;
}

function optimum(settings: Settings): Prediction {
  const { model, correlation } = settings;
  const theta = thetaOf(settings)
    .map((value, i) => {
      const rho = model === "cvae" ? correlation[i % correlation.length] : 0;
      return Math.sqrt(1 - rho * rho) * value;
    })
    .sort((a, b) => b - a);
  const energy = theta.reduce((sum, value) => sum + value * value, 0);
  const spectrum: Spectrum = { theta, energy, columns: theta.length };
  const prediction = predict(settings, spectrum);
  if (!prediction) throw new Error("expected a theorem");
  return prediction;
}

const list = (values: readonly number[]): string =>
  `${values.slice(0, -1).join(", ")} and ${String(values[values.length - 1])}`;
const kept = (prediction: Prediction, level: 1 | 2 = 1): number =>
  prediction.levels[level - 1].activeUnits;

/** Where the answer changes from `before`, to ten digits. */
function threshold(
  low: number,
  high: number,
  changed: (at: number) => boolean,
): number {
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (changed(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Every passage of the article that has a number in it, written from the theory. */
function passages(): string[] {
  const [a, b] = lanes("dead-or-diluted");
  const [learned, fixed] = [optimum(a), optimum(b)];
  const half = optimum({ ...b, encoderVariance: fixedAt(0.5) });
  const edge = lanes("on-the-edge")[0];
  const one: Settings = {
    ...edge,
    data: { kind: "spectrum", theta: [2] },
    latents: 1,
  };
  const merged = threshold(
    1,
    20,
    (beta) => kept(optimum({ ...one, beta })) === 0,
  );
  const lost = [a, b].map((lane) =>
    threshold(1, 20, (beta) => kept(optimum({ ...lane, beta })) === 0),
  );
  expect(lost[0]).toBeCloseTo(lost[1], 8);
  const [told, untold] = lanes("told-or-not");
  const flat = lanes("x-says-it-all")[0];
  const silent = threshold(
    0,
    1,
    (rho) => kept(optimum({ ...flat, correlation: [rho] })) === 0,
  );
  const raised = lanes("top-dies-first");
  const tops = raised.map((lane) => kept(optimum(lane), 2));
  const firsts = new Set(raised.map((lane) => kept(optimum(lane))));
  expect(firsts.size).toBe(1);
  const sharp = { ...raised[0], encoderVariance: fixedAt(0.05) };
  const rescue = lanes("rescue-below");
  const [before, after] = [rescue[0], rescue[2]];
  const s = String;
  return [
    `let the prior have width ${s(a.etaEnc)}.`,
    `opens with theta = ${list(thetaOf(a).slice(0, a.latents))}, and betaeta^2 = ${s(a.beta * a.etaDec ** 2)}: ${s(kept(learned))} of ${s(a.latents)} modes stand above it.`,
    `${learned.klPerUnit[0].toFixed(2)} for the first and ${learned.klPerUnit[4].toFixed(2)} for the fifth.`,
    `One mode, theta = ${s(thetaOf(one)[0])}, eta = ${s(one.etaDec)};`,
    `at u = ±${optimum(one).omega[0].toFixed(2)} for beta = ${s(one.beta)} and meet at zero when beta = ${merged.toFixed(0)}.`,
    `theta = ${s(thetaOf(edge)[1])}, is learned at strength ${optimum(edge).omega[1].toFixed(2)}:`,
    `${s(learned.activeUnits)} active, ${s(learned.collapsedUnits)} dead.`,
    `At sigma = ${s(fixed.std[0])} the same ${s(kept(fixed))} modes survive, but spread over all ${s(b.latents)} units;`,
    `${fixed.loss.toFixed(2)} nats at its optimum against ${learned.loss.toFixed(2)}, as its first mode has strength ${fixed.omega[0].toFixed(2)} instead of ${learned.omega[0].toFixed(2)}.`,
    `so sigma = ${s(half.std[0])} keeps ${s(kept(half))} modes. That costs ${half.loss.toFixed(2)} nats:`,
    `From beta = ${lost[0].toFixed(0)} on, both have lost everything.`,
    `rho = ${s(untold.correlation[0])} keeps ${s(kept(optimum(untold)))} modes and rho = ${s(told.correlation[0])} keeps ${s(kept(optimum(told)))}.`,
    `With theta = ${s(thetaOf(flat)[0])} and eta = ${s(flat.etaDec)} throughout, every latent dies from |rho| = ${silent.toFixed(3)} on.`,
    `Then, what rho = ${s(told.correlation[0])} leaves of each mode.`,
    `With eta = sigma_1 = ${s(raised[0].etaDec)} and beta_1 = ${s(raised[0].beta)}, raising beta_2 over ${list(raised.map(({ beta2 }) => beta2))} leaves the top ${list(tops)} of ${s(raised[0].latents2)} modes; the first level keeps ${s([...firsts][0])} throughout.`,
    `at beta_2 = ${s(sharp.beta2)} and sigma_1 = ${s(sharp.encoderVariance.std[0])}, the top keeps ${s(kept(optimum(sharp), 2))}.`,
    `over sigma_1 at beta_2 = ${s(raised[0].beta2)}: the sharper`,
    `at beta_2 = ${s(before.beta2)}, going from beta_1 = ${s(before.beta)} to ${s(after.beta)} brings the top from ${s(kept(optimum(before), 2))} to ${s(kept(optimum(after), 2))} modes and costs the first level ${s(kept(optimum(before)) - kept(optimum(after)))} of ${s(before.latents)}.`,
    `within ${s(TOLERANCE.sampled)} of its prediction (${s(TOLERANCE.exact)} with the exact estimator).`,
  ];
}

test("every number of the article is what theory gives", () => {
  let text = plain(PROSE);
  for (const passage of passages()) {
    expect(text).toContain(passage);
    text = text.replace(passage, "…");
  }
  // What is left is formulas, years and the numbers of theorems.
  const left = text
    .replace(/[_^]\d/g, "")
    .replace(/\(1 - rho_i\)/g, "")
    .replace(/\(?\b20\d\d\)?/g, "")
    .replace("Theorems 1 and 2 of Dang", "")
    .replace("Theorem 3;", "");
  expect(left.match(/.{0,30}\d.{0,20}/g) ?? []).toEqual([]);
  expect(
    left.match(
      /\b(?:three|four|five|six|seven|eight|nine|ten|twice|half)\b/gi,
    ) ?? [],
  ).toEqual([]);
});

test("what it says in words holds too", () => {
  const [a] = lanes("dead-or-diluted");
  // Halving eta does what quartering beta does.
  const quarter = optimum({ ...a, beta: a.beta / 4 });
  const half = optimum({ ...a, etaDec: a.etaDec / 2 });
  expect(half.omega).toEqual(quarter.omega);
  // More survivors, and still a higher loss.
  const narrow = optimum({ ...a, encoderVariance: fixedAt(0.5) });
  expect(kept(narrow)).toBeGreaterThan(kept(optimum(a)));
  expect(narrow.loss).toBeGreaterThan(optimum(a).loss);
  // Both variances learnable and beta2 > beta1: the top dies whatever the data are.
  const both = lanes("both-learnable")[0];
  expect(both.beta2).toBeGreaterThan(both.beta);
  expect(kept(optimum(both), 2)).toBe(0);
  // The strongest mode dies first if x tells it best.
  const [, told] = lanes("strongest-first");
  expect(told.correlation[0]).toBe(1);
  expect(kept(optimum(told))).toBe(3);
  // KL of a mode, and the condition of the top level, as the formulas have them.
  const learned = optimum(a);
  learned.klPerUnit.forEach((kl, i) => {
    const ratio = thetaOf(a)[i] ** 2 / (a.beta * a.etaDec ** 2);
    expect(kl).toBeCloseTo(Math.max(0, Math.log(ratio) / 2), 12);
  });
  for (const lane of lanes("top-dies-first")) {
    const { beta, beta2, etaDec, encoderVariance } = lane;
    const noise = encoderVariance.kind === "fixed" ? encoderVariance.std[0] : 0;
    expect(beta * noise ** 2).toBeLessThanOrEqual(beta2 * etaDec ** 2);
    const bar = (beta2 * etaDec ** 2) / (Math.sqrt(beta) * noise);
    expect(kept(optimum(lane), 2)).toBe(
      thetaOf(lane).filter((theta) => theta > bar).length,
    );
  }
  // The theorems it names.
  expect(learned.source).toContain("Theorem 1 ");
  expect(optimum(lanes("told-or-not")[0]).source).toContain("Theorem 2 ");
  expect(optimum(lanes("top-dies-first")[0]).source).toContain("Theorem 3 ");
  expect(optimum({ ...a, encoderVariance: fixedAt(1) }).source).toContain(
    "Derived in this project",
  );
});

test("it is about 900 words long, without captions, glossary and references", () => {
  const words = plain(without(PROSE, /<figcaption>[^]*?<\/figcaption>/g))
    .split(" ")
    .filter((word) => /[\p{L}\d]/u.test(word));
  expect(words.length).toBeGreaterThan(800);
  expect(words.length).toBeLessThan(1000);
});

test("every term has a definition, and every definition a term in the text", () => {
  const terms = [...PROSE.matchAll(/href="#term-([\w-]+)"/g)].map(
    ([, id]) => id,
  );
  const defined = [...SOURCE.matchAll(/<dt id="term-([\w-]+)"/g)].map(
    ([, id]) => id,
  );
  expect(new Set(terms)).toEqual(new Set(defined));
  expect(defined).toHaveLength(13);
});
