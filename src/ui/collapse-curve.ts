/** Share of collapsed units against epsilon, (epsilon, delta)-collapse, a line for each lane and level. */
import { svg, type SVGTemplateResult } from "lit";
import type { LevelMetrics } from "../session/protocol.ts";
import { setting } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { text } from "./strings.ts";

export interface Curve {
  readonly lane: number;
  readonly level: number;
  /** "A", or "A z₁". */
  readonly name: string;
  readonly metrics: LevelMetrics;
}

const half = (x: number) => Math.round(x) + 0.5;

/** Marks in a box of `width` by `height` pixels; epsilon on a log axis. */
export function curveMarks(
  curves: readonly Curve[],
  width: number,
  height: number,
): SVGTemplateResult | null {
  const epsilons = curves
    .flatMap(({ metrics }) => metrics.epsilon)
    .filter((e) => e > 0);
  if (epsilons.length === 0) return null;
  const low = Math.log10(Math.min(...epsilons));
  const high = Math.max(low + 1e-6, Math.log10(Math.max(...epsilons)));
  const [left, bottom, top] = [30, height - 18, 8];
  const x = (e: number) =>
    left + ((Math.log10(e) - low) / (high - low)) * (width - left - 4);
  const y = (share: number) => bottom - share * (bottom - top);
  const decades: number[] = [];
  for (let p = Math.ceil(low - 1e-9); p <= high + 1e-9; p += 1)
    decades.push(10 ** p);
  const every = Math.ceil((decades.length * 34) / Math.max(1, width - left));
  const lines = curves.map(({ lane, level, metrics }) => {
    const path = metrics.epsilon
      .map((e, i) => [e, metrics.collapsed[i]] as const)
      .filter(([e]) => e > 0)
      .map(([e, share], i) =>
        i === 0
          ? `M${x(e).toFixed(1)} ${y(share).toFixed(1)}`
          : `H${x(e).toFixed(1)}V${y(share).toFixed(1)}`,
      )
      .join("");
    return svg`<path class="curve ${laneClass(lane)} ${level ? "second" : ""}" d=${path} />`;
  });
  return svg`${[0, 0.5, 1].map(
    (share) => svg`
      <line class=${share ? "grid-line" : "axis-line"} x1=${left} x2=${width} y1=${half(y(share))} y2=${half(y(share))} />
      <text class="end" x=${left - 6} y=${y(share) + 4}>${100 * share}%</text>`,
  )}
    ${decades
      .filter((_, i) => i % every === 0)
      .map(
        (e) =>
          svg`<text class="middle" x=${Math.min(width - 12, Math.max(left + 8, x(e)))} y=${height - 4}>${setting(e)}</text>`,
      )}
    ${lines}`;
}

/** The curve in words: the share at each decade. */
export function curveSentence({ name, metrics }: Curve): string {
  const points = metrics.epsilon
    .map(
      (e, i) =>
        `${setting(e)}: ${String(Math.round(100 * metrics.collapsed[i]))}%`,
    )
    .filter((_, i, all) => i % Math.max(1, Math.ceil(all.length / 6)) === 0);
  return text.metrics.curve(name, points.join(", "));
}
