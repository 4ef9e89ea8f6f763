/**
 * Each setting as one short text: the words of a link.
 *
 * `writeSetting` is canonical (equal settings, equal texts) and complete; `readSetting` undoes it
 * without judging: what it cannot read it hands on as the text, for `check.ts` to refuse by name.
 */
import { readCondition, writeCondition } from "./condition-text.ts";
import type {
  DataSource,
  EncoderVariance,
  Optimizer,
  Settings,
} from "./config.ts";
import {
  readNetwork,
  readSchedule,
  writeNetwork,
  writeSchedule,
} from "./network-text.ts";
import { formatNumber, numberIn } from "./numbers.ts";
import {
  CHOICES,
  type ChoiceKey,
  DATA_KINDS,
  OPTIMIZERS,
  VARIANCE_KINDS,
} from "./ranges.ts";

export type SettingKey = keyof Settings;

/** Percent-encodes everything that means something in a link or that messengers cut at. */
export function escapeText(text: string): string {
  const wellFormed = text.replace(/\p{Surrogate}/gu, "\uFFFD");
  return encodeURIComponent(wellFormed).replace(
    /[!'()*~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Undoes percent-encoding; text that is not validly encoded is returned as it is. */
export function unescapeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function choiceText<K extends ChoiceKey>(
  key: K,
): (value: Settings[K]) => string {
  return (value) =>
    CHOICES[key].find((option) => option.value === value)?.text ?? value;
}

function writeData(data: DataSource): string {
  switch (data.kind) {
    case "spectrum":
      return `spec:${data.theta.map(formatNumber).join(",")}`;
    case "digits8":
    case "digits28":
      return data.kind;
    case "file":
      return `file:${escapeText(data.name)}:${formatNumber(data.bytes)}:${data.hash}`;
  }
}

function writeVariance(variance: EncoderVariance): string {
  switch (variance.kind) {
    case "learnable":
      return `learn:${formatNumber(variance.std)}`;
    case "predicted":
      return `pred:${formatNumber(variance.std)}`;
    case "fixed":
      return `fix:${variance.std.map(formatNumber).join(",")}`;
  }
}

const WRITERS: { readonly [K in SettingKey]: (value: Settings[K]) => string } =
  {
    model: choiceText("model"),
    data: writeData,
    rows: formatNumber,
    scaling: choiceText("scaling"),
    testShare: formatNumber,
    network: writeNetwork,
    activation: choiceText("activation"),
    maps: choiceText("maps"),
    likelihood: choiceText("likelihood"),
    klSchedule: writeSchedule,
    freeBits: formatNumber,
    condition: writeCondition,
    correlation: (value) => value.map(formatNumber).join(","),
    latents: formatNumber,
    latents2: formatNumber,
    beta: formatNumber,
    beta2: formatNumber,
    etaDec: formatNumber,
    etaEnc: formatNumber,
    encoderVariance: writeVariance,
    encoderVariance2: writeVariance,
    biases: (value) => (value ? "1" : "0"),
    estimator: choiceText("estimator"),
    optimizer: (value) => `${value.kind}:${formatNumber(value.learningRate)}`,
    batchSize: formatNumber,
    initScale: formatNumber,
    seed: formatNumber,
    steps: formatNumber,
    pace: formatNumber,
  };

/** Canonical text of a setting, as a link writes it: "8", "spec:3,2.4", "fix:0.5", "adam:0.02". */
export function writeSetting<K extends SettingKey>(
  key: K,
  value: Settings[K],
): string {
  return WRITERS[key](value);
}

const number = (text: string): number | string => numberIn(text) ?? text;

function choice(key: ChoiceKey): (text: string) => string {
  return (text) =>
    CHOICES[key].find((option) => option.text === text)?.value ?? text;
}

function readData(text: string): unknown {
  const [word, ...rest] = text.split(":");
  const kind = DATA_KINDS.find((option) => option.text === word)?.value;
  if (kind === "spectrum" && rest.length === 1) {
    return { kind, theta: rest[0].split(",").map(number) };
  }
  if (kind === "file" && rest.length === 3) {
    return {
      kind,
      name: unescapeText(rest[0]),
      bytes: number(rest[1]),
      hash: rest[2],
    };
  }
  if ((kind === "digits8" || kind === "digits28") && rest.length === 0)
    return { kind };
  return text;
}

function readVariance(text: string): unknown {
  const [word, ...rest] = text.split(":");
  const kind = VARIANCE_KINDS.find((option) => option.text === word)?.value;
  if (kind === undefined || rest.length !== 1) return text;
  return {
    kind,
    std: kind === "fixed" ? rest[0].split(",").map(number) : number(rest[0]),
  };
}

function readOptimizer(text: string): unknown {
  const [word, ...rest] = text.split(":");
  const kind = OPTIMIZERS.find((option) => option.text === word)?.value;
  if (kind === undefined || rest.length !== 1) return text;
  return { kind, learningRate: number(rest[0]) } satisfies Record<
    keyof Optimizer,
    unknown
  >;
}

const READERS: Readonly<Record<SettingKey, (text: string) => unknown>> = {
  model: choice("model"),
  data: readData,
  rows: number,
  scaling: choice("scaling"),
  testShare: number,
  network: readNetwork,
  activation: choice("activation"),
  maps: choice("maps"),
  likelihood: choice("likelihood"),
  klSchedule: readSchedule,
  freeBits: number,
  condition: readCondition,
  correlation: (text) => text.split(",").map(number),
  latents: number,
  latents2: number,
  beta: number,
  beta2: number,
  etaDec: number,
  etaEnc: number,
  encoderVariance: readVariance,
  encoderVariance2: readVariance,
  biases: (text) => (text === "1" ? true : text === "0" ? false : text),
  estimator: choice("estimator"),
  optimizer: readOptimizer,
  batchSize: number,
  initScale: number,
  seed: number,
  steps: number,
  pace: number,
};

/** The plain value a text stands for, unchecked; the text itself where it cannot be read. */
export function readSetting(key: SettingKey, text: string): unknown {
  return READERS[key](text);
}
