/** Which axes a map has if nothing is said, and where axes of a number begin and end. */
import type { ExperimentConfig } from "../experiment/config.ts";
import type { MapAxis, MapSpec } from "../session/map-protocol.ts";
import {
  canBeExact,
  cellCount,
  MAP_STEPS,
  mapBase,
  settingsAt,
} from "../session/map-plan.ts";
import type { EngineInfo } from "../session/protocol.ts";
import type { SweepField } from "../session/sweep-protocol.ts";
import { sweepChoices, type SweepChoice } from "./sweep-fields.ts";

type Range = readonly [from: number, to: number, scale: MapAxis["scale"]];

const RANGES: Readonly<Partial<Record<SweepField, Range>>> = {
  beta: [0.1, 10, "log"],
  beta2: [0.1, 10, "log"],
  etaDec: [0.2, 2, "log"],
  etaEnc: [0.2, 2, "log"],
  std: [0.1, 2, "log"],
  std2: [0.1, 2, "log"],
  correlation: [0, 0.95, "linear"],
  latents: [1, 16, "linear"],
  latents2: [1, 16, "linear"],
  learningRate: [0.001, 0.1, "log"],
};

/** Numbers of lane A that a map can vary. */
export function mapChoices(config: ExperimentConfig): SweepChoice[] {
  return sweepChoices(config).filter(({ field }) => RANGES[field]);
}

/** Whether a map of lane A can vary all of these. */
export function areUsable(
  config: ExperimentConfig,
  axes: readonly MapAxis[],
): boolean {
  const fields = mapChoices(config).map(({ field }) => field);
  return axes.every(({ field }) => fields.includes(field));
}

export function axisOf(field: SweepField, count: number): MapAxis {
  const [from, to, scale] = RANGES[field] ?? [0.1, 1, "linear"];
  const whole = field === "latents" || field === "latents2";
  return { field, from, to, scale, count: whole ? 16 : count };
}

/** A map that a link brings trains by itself up to so many models, fewer on software adapters. */
const SMALL = { exact: 1024, sampled: 256 } as const;

/** Whether a map that a link brings trains at once. */
export function trainsItself(
  spec: MapSpec,
  engine: EngineInfo | null,
): boolean {
  if (engine?.kind !== "webgpu") return false;
  const most = SMALL[mapBase(spec).estimator];
  return cellCount(spec) <= (engine.tier === "hardware" ? most : most / 4);
}

/** Cells a side if nothing is said: what the engine trains while one watches. */
export function usualCells(
  config: ExperimentConfig,
  engine: EngineInfo | null,
): number {
  const { base } = config;
  if (!canBeExact({ config })) return engine?.tier === "hardware" ? 16 : 8;
  if (engine?.tier === "cpu") return 16;
  return engine?.tier === "software" && base.model !== "vae" ? 16 : 32;
}

/** What is varied first: two weights, or the correlation where there is one. */
export function usualAxes(config: ExperimentConfig, count: number): MapAxis[] {
  const { model } = config.base;
  const fields = mapChoices(config).map(({ field }) => field);
  const wanted: SweepField[] =
    model === "mhvae"
      ? ["beta", "beta2"]
      : model === "cvae" && fields.includes("correlation")
        ? ["correlation", "beta"]
        : ["beta", "etaDec"];
  return wanted.map((field) => axisOf(field, count));
}

/** Equal for specs of the same models, whatever lane A has where the axes say otherwise. */
export function specKey(spec: MapSpec): string {
  const { axes, steps = MAP_STEPS } = spec;
  const base = settingsAt(
    mapBase(spec),
    axes,
    axes.map(({ from }) => from),
  );
  return JSON.stringify([
    {
      ...base,
      steps: 0,
      pace: 0,
      batchSize: base.estimator === "exact" ? 0 : base.batchSize,
    },
    axes,
    steps,
  ]);
}
