/** A run as a PyTorch script that repeats it: same model, data, start, batches, noise, loss and optimizer. Pure. */
import {
  laneSettings,
  type EncoderVariance,
  type Settings,
} from "../experiment/config.ts";
import { heldOut } from "../experiment/held-out.ts";
import { describeLane } from "../experiment/names.ts";
import { isHidden } from "../experiment/network-text.ts";
import type {
  WeightTensor,
  WeightsReadout,
} from "../session/weights-protocol.ts";
import type { LaneState } from "../session/store.ts";
import type { RunExport } from "./export-series.ts";
import {
  PY_DATA,
  PY_LOSS,
  PY_MODEL,
  PY_RANDOM,
  PY_RUN,
  PY_START,
  PY_TERMS,
} from "./pytorch-parts.ts";

/** A value as Python writes it. */
export function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number")
    return Number.isFinite(value)
      ? String(value)
      : Number.isNaN(value)
        ? 'float("nan")'
        : `float("${value > 0 ? "" : "-"}inf")`;
  if (typeof value === "string")
    return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (c) => c);
  if (Array.isArray(value)) {
    const entries = value.map(python);
    return `[${entries.join(", ")}]`;
  }
  const entries = Object.entries(value as Record<string, unknown>);
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}: ${python(entry)}`).join(", ")}}`;
}

/** Why there is no script of a run, in one sentence; null where there is one. */
export function whyNoScript(lanes: readonly LaneState[]): string | null {
  if (lanes.some(({ settings }) => settings.network.kind === "conv"))
    return "There is no script of convolutions yet; dense and linear models have one.";
  const kinds = new Set(lanes.map(({ settings }) => settings.model));
  if (kinds.size > 1)
    return "These lanes are different models; a script holds one kind.";
  const shared = (settings: Settings): string =>
    JSON.stringify([
      settings.data,
      settings.rows,
      settings.scaling,
      settings.testShare,
      settings.estimator,
      settings.klSchedule,
      settings.condition,
    ]);
  const all = new Set(lanes.map(({ settings }) => shared(settings)));
  return all.size > 1
    ? "These lanes differ in their data, estimator or KL schedule; a script has one of each."
    : null;
}

const stdOf = ({ std }: EncoderVariance): readonly number[] =>
  typeof std === "number" ? [std] : std;

function startOf(start: WeightTensor["start"]): string {
  switch (start.kind) {
    case "zero":
      return `("zero",)`;
    case "logVar":
      return `("log-variance", "${String(start.level)}")`;
    case "fan-in":
      return `("fan-in", ${python(start.gain)}, ${String(start.fanIn)})`;
    case "normal":
      return `("normal", "${start.units}", ${python(start.between ?? false)})`;
  }
}

/** Of a data set that is not drawn here, what x does not tell of y is drawn, beside an x that tells nothing. */
function rhoOf({
  model,
  data,
  correlation,
}: Settings): readonly number[] | null {
  if (model !== "cvae") return null;
  return data.kind === "spectrum" ? correlation : [0];
}

/** Singular values to look at, and what theory says of them. */
function compared({ settings, prediction }: LaneState): string {
  const usual = settings.network.hidden.length === 0;
  if (!usual) return "[]";
  const entry = (name: string, values: readonly number[] | undefined) => {
    const known = values?.every(Number.isFinite) ? values : null;
    return `("${name}", ${python(known)})`;
  };
  if (settings.model === "mhvae")
    return `[${entry("decU1", prediction?.levels[0].decoder)}, ${entry("decU2", prediction?.levels.at(1)?.decoder)}]`;
  const name = settings.model === "cvae" ? "decUz" : "decU";
  return `[${entry(name, prediction?.omega)}]`;
}

function laneDict(
  { state }: RunExport,
  weights: WeightsReadout,
  index: number,
): string {
  const lane = state.lanes[index];
  const { settings, prediction, readout } = lane;
  const linear =
    !isHidden(settings.network) &&
    settings.encoderVariance.kind !== "predicted" &&
    (settings.model !== "mhvae" ||
      settings.encoderVariance2.kind !== "predicted") &&
    settings.likelihood === "gaussian";
  const theory =
    prediction && Number.isFinite(prediction.loss)
      ? { loss: [prediction.loss, prediction.reconstruction] }
      : null;
  const entries: readonly (readonly [string, string])[] = [
    ["name", python(lane.name)],
    [
      "about",
      python(describeLane(laneSettings(state.config, index), state.config)),
    ],
    ["seed", python(settings.seed)],
    // Correlation of each direction of x with y's; None where there is no x and y.
    ["rho", python(rhoOf(settings))],
    ["beta", python(settings.beta)],
    ...(settings.model === "mhvae"
      ? ([["beta2", python(settings.beta2)]] as const)
      : []),
    ["eta_dec", python(settings.etaDec)],
    ["eta_enc", python(settings.etaEnc)],
    ["std1", python(stdOf(settings.encoderVariance))],
    ["std2", python(stdOf(settings.encoderVariance2))],
    ["likelihood", python(settings.likelihood)],
    ["hidden", python(settings.network.hidden)],
    ["activation", python(settings.activation)],
    ["maps", python(settings.maps)],
    ["free_bits", python(settings.freeBits)],
    ["batch", python(settings.batchSize)],
    [
      "optimizer",
      `(${python(settings.optimizer.kind)}, ${python(settings.optimizer.learningRate)})`,
    ],
    ["init", python(settings.initScale)],
    ["linear", python(linear)],
    ["theory", python(theory)],
    ["compare", compared(lane)],
    [
      "page",
      readout && readout.step > 0
        ? python([readout.step, readout.loss])
        : "None",
    ],
  ];
  const params = weights.lanes[index].map(
    ({ name, shape, trained, start }) =>
      `            (${python(name)}, ${String(shape[0])}, ${String(shape[1])}, ${python(trained)}, ${startOf(start)}),`,
  );
  return [
    "    {",
    ...entries.map(([key, value]) => `        "${key}": ${value},`),
    '        "params": [',
    ...params,
    "        ],",
    "    },",
  ].join("\n");
}

function scheduleOf({ klSchedule: schedule }: Settings): string {
  const head = `
def kl_factor(step):
    """What the KL weights are multiplied with."""
`;
  switch (schedule.kind) {
    case "constant":
      return `${head}    return 1.0\n`;
    case "warmup":
      return `${head}    return min(1.0, step / ${python(schedule.steps)})\n`;
    case "cyclical":
      return schedule.ramp === 0
        ? `${head}    return 1.0\n`
        : `${head}    return min(1.0, (step % ${python(schedule.period)}) / ${python(schedule.period)} / ${python(schedule.ramp)})\n`;
    case "points":
      return `${head}    points = ${python(schedule.points)}
    if step < points[0][0]:
        return points[0][1]
    for (a, low), (b, high) in zip(points, points[1:]):
        if step < b:
            return low + (high - low) * (step - a) / (b - a)
    return points[-1][1]
`;
  }
}

/** What is said of the data at the top. */
function dataNote({ settings, data }: LaneState): string {
  if (settings.data.kind === "spectrum")
    return "The data are drawn here exactly as the page draws them.";
  const what =
    settings.data.kind === "file"
      ? `the file ${settings.data.name}`
      : "digits that the page draws";
  return `The page trained on ${what}${data ? ` (${String(data.rows)} rows)` : ""}. Without --x the script draws Gaussian examples with
the same spectrum instead: enough for linear theory, not the same run. Give it the data as tables
with --x${settings.model === "cvae" ? " and --y" : ""} for that.`;
}

/**
 * The script. Throws what `whyNoScript` says if there is none.
 *
 * @param weights names, shapes and starts of every tensor
 */
export function pytorchScript(run: RunExport, weights: WeightsReadout): string {
  const { state, link } = run;
  const why = whyNoScript(state.lanes);
  if (why !== null) throw new Error(why);
  const [first] = state.lanes;
  const { settings, data } = first;
  const drawn = settings.data.kind === "spectrum";
  const theta =
    settings.data.kind === "spectrum" ? settings.data.theta : data?.theta;
  if (!theta) throw new Error("The data are not read yet.");
  const width = drawn
    ? theta.length
    : (data?.outputs ?? data?.columns ?? theta.length);
  const full = Array.from({ length: width }, (_, i) => theta[i] ?? 0);
  const rows = drawn ? settings.rows : Math.max(data?.rows ?? 0, 2 * width + 2);
  const exact = settings.estimator === "exact";
  const losses = PY_LOSS[settings.model];
  const steps = state.step > 0 ? state.step : settings.steps;
  const about = exact
    ? `It minimizes the expected loss, as the page does; the page does so in the data's eigenbasis, so Adam takes another
path to the same optimum.`
    : `Start, minibatches and noise come from the page's own generator, so the losses are the page's to rounding (the
page's GPU computes in float32, this in float64).`;
  return `"""A run of Collapse Lab in plain PyTorch: pip install torch; python3 this_file.py

${link}

${dataNote(first)}
${about}
Losses are true nats per example, factor 1/2 and constants included.
"""

import argparse
import math

import torch

torch.set_default_dtype(torch.float64)

LINK = ${python(link)}
STEPS = ${String(steps)}
# Singular values of the data${settings.model === "cvae" ? " (of y)" : ""}, and the examples drawn.
THETA = ${python(full)}
ROWS = ${String(rows)}
HELD_OUT = ${String(heldOut(rows, settings.testShare))}
SCALING = ${python(drawn ? settings.scaling : "none")}

LANES = [
${state.lanes.map((_, i) => laneDict(run, weights, i)).join("\n")}
]

${[
  PY_RANDOM,
  PY_DATA,
  PY_START,
  PY_MODEL,
  PY_TERMS,
  scheduleOf(settings),
  exact ? "" : losses.sampled,
  losses.exact,
  exact ? stepExact : stepSampled,
  PY_RUN,
]
  .map((part) => part.trim())
  .filter(Boolean)
  .join("\n\n\n")}
`;
}

const stepExact = `
def step_loss(lane, params, step, data):
    return expected_loss(lane, params, data)
`;
const stepSampled = `
step_loss = loss_of
`;
