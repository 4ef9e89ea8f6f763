/** A KL schedule as a line over the run: its corners, and a small picture of them. */
import { svg, type SVGTemplateResult } from "lit";
import type { KlSchedule } from "../experiment/config.ts";
import { setting } from "./format.ts";
import { text } from "./strings.ts";

export type Corner = readonly [step: number, factor: number];

/** More periods than this are too narrow to draw apart. */
const MOST_PERIODS = 60;

/** Corners of the factor over `steps` steps, in order; a jump is two corners at one step. */
export function corners(schedule: KlSchedule, steps: number): Corner[] {
  switch (schedule.kind) {
    case "constant":
      return [
        [0, 1],
        [steps, 1],
      ];
    case "warmup":
      return [
        [0, 0],
        [schedule.steps, 1],
        [Math.max(steps, schedule.steps), 1],
      ];
    case "cyclical": {
      const { period, ramp } = schedule;
      const count = Math.min(
        MOST_PERIODS,
        Math.max(1, Math.ceil(steps / period)),
      );
      return Array.from({ length: count }, (_, i): Corner[] => [
        [i * period, ramp === 0 ? 1 : 0],
        [(i + ramp) * period, 1],
        [(i + 1) * period, 1],
      ]).flat();
    }
    case "points": {
      const { points } = schedule;
      const last = points.at(-1);
      if (!last) return [];
      return [
        ...(points[0][0] > 0 ? [[0, points[0][1]] as const] : []),
        ...points,
        ...(last[0] < steps ? [[steps, last[1]] as const] : []),
      ];
    }
  }
}

/** The line in a box of `width` by `height` pixels over `steps` steps. */
export function curvePath(
  schedule: KlSchedule,
  steps: number,
  width: number,
  height: number,
  most?: number,
): string {
  const all = corners(schedule, steps);
  const top = most ?? Math.max(1, ...all.map(([, factor]) => factor));
  const [high, low] = [3, height - 3];
  return all
    .map(([step, factor], i) => {
      const x = (step / steps) * width;
      const y = low - (factor / top) * (low - high);
      return `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

/** The first corners in words. */
export function curveWords(schedule: KlSchedule, steps: number): string {
  const said = corners(schedule, steps)
    .slice(0, 6)
    .map(([step, factor]) => text.schedule.at(setting(step), setting(factor)));
  return text.schedule.curve(text.schedule.through(said.join(", ")));
}

export function curvePicture(
  schedule: KlSchedule,
  steps: number,
  width: number,
  height: number,
): SVGTemplateResult {
  const low = height - 2.5;
  return svg`<line class="axis-line" x1="0" x2=${width} y1=${low} y2=${low} />
    <path class="factor" d=${curvePath(schedule, steps, width, height)} />`;
}
