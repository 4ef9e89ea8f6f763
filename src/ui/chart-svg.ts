/** A time series of all lanes as an SVG of its own: axes, theory, lines of 600 points at most. Pure. */
import { niceTicks, quantity, setting } from "./format.ts";
import { escapeMarkup } from "./share-snippets.ts";

export interface SvgLine {
  readonly name: string;
  readonly color: string;
  readonly dashed: boolean;
  readonly step: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  /** Entries of both that count. */
  readonly length: number;
  /** Predicted level, or null. */
  readonly theory: number | null;
}

export interface SvgChart {
  readonly unit: string;
  /** End of the step axis. */
  readonly steps: number;
  readonly log: boolean;
  readonly lines: readonly SvgLine[];
}

export interface SvgColors {
  readonly ink: string;
  readonly soft: string;
  readonly rule: string;
  readonly background: string;
}

const WIDTH = 640;
const HEIGHT = 360;
const BOX = { left: 64, top: 44, right: 16, bottom: 44 } as const;
const COLUMNS = 600;

const at = (x: number): string => String(Number(x.toFixed(2)));

/** Entries to draw: the last of each of so many columns, and the first and last of all. */
function thinned(length: number): number[] {
  if (length <= COLUMNS) return Array.from({ length }, (_, i) => i);
  const chosen = Array.from({ length: COLUMNS }, (_, column) =>
    Math.floor(((column + 1) * length) / COLUMNS - 1),
  );
  return [0, ...chosen];
}

/** Range of the value axis: theory's levels, and what was measured but for its first tenth if that is far above. */
function rangeOf({ lines, log }: SvgChart): readonly [number, number] {
  const values = lines.flatMap(({ value, length, theory }) => {
    const late = thinned(length)
      .filter((i) => log || i >= length / 20)
      .map((i) => value[i]);
    return theory === null ? late : [...late, theory];
  });
  const usable = values.filter((v) => Number.isFinite(v) && (!log || v > 0));
  if (usable.length === 0) return log ? [0.01, 1] : [0, 1];
  const low = usable.reduce((a, b) => Math.min(a, b));
  const high = usable.reduce((a, b) => Math.max(a, b));
  if (log)
    return [
      10 ** Math.floor(Math.log10(low)),
      10 **
        Math.max(Math.floor(Math.log10(low)) + 1, Math.ceil(Math.log10(high))),
    ];
  const pad = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - pad, high + pad];
}

function ticksOf(low: number, high: number, log: boolean): number[] {
  if (!log) return niceTicks(low, high, 5).filter((t) => t >= low && t <= high);
  const ticks: number[] = [];
  for (let t = low; t <= high * 1.001; t *= 10) ticks.push(t);
  return ticks;
}

/** The chart's marks, without an `<svg>` around them, and its size. */
export function chartMarkup(
  chart: SvgChart,
  colors: SvgColors,
): { readonly width: number; readonly height: number; readonly body: string } {
  const [low, high] = rangeOf(chart);
  const scale = (v: number) => (chart.log ? Math.log10(v) : v);
  const [bottom, right] = [HEIGHT - BOX.bottom, WIDTH - BOX.right];
  const x = (step: number) =>
    BOX.left + (step / Math.max(1, chart.steps)) * (right - BOX.left);
  const y = (v: number) =>
    bottom -
    ((scale(v) - scale(low)) / (scale(high) - scale(low))) * (bottom - BOX.top);
  const parts: string[] = [];
  const text = (
    words: string,
    px: number,
    py: number,
    more = "",
    fill = colors.soft,
  ) =>
    parts.push(
      `<text x="${at(px)}" y="${at(py)}" fill="${fill}" ${more}>${escapeMarkup(words)}</text>`,
    );
  text(chart.unit, WIDTH - 16, 16, 'text-anchor="end"');
  for (const tick of ticksOf(low, high, chart.log)) {
    parts.push(
      `<path d="M${at(BOX.left)} ${at(y(tick))}H${at(right)}" stroke="${colors.rule}"/>`,
    );
    text(
      chart.log ? quantity(tick) : setting(tick),
      BOX.left - 8,
      y(tick) + 4,
      'text-anchor="end"',
    );
  }
  for (const tick of niceTicks(0, chart.steps, 5).filter(
    (t) => t <= chart.steps,
  ))
    text(String(tick), x(tick), bottom + 18, 'text-anchor="middle"');
  text("step", right, bottom + 36, 'text-anchor="end"');
  let legend = 0;
  for (const line of chart.lines) {
    const points = thinned(line.length)
      .filter(
        (i) =>
          Number.isFinite(line.value[i]) && (!chart.log || line.value[i] > 0),
      )
      .map((i) => {
        const inside = Math.min(high, Math.max(low, line.value[i]));
        return `${at(x(line.step[i]))} ${at(y(inside))}`;
      });
    const dash = line.dashed ? ' stroke-dasharray="5 2"' : "";
    if (points.length > 0)
      parts.push(
        `<path d="M${points.join("L")}" fill="none" stroke="${line.color}" stroke-width="1.5"${dash}/>`,
      );
    if (line.theory !== null && line.theory >= low && line.theory <= high)
      parts.push(
        `<path d="M${at(BOX.left)} ${at(y(line.theory))}H${at(right)}" stroke="${colors.ink}" stroke-width="1"/><text x="${at(right)}" y="${at(y(line.theory) - 5)}" fill="${colors.soft}" text-anchor="end">theory ${escapeMarkup(line.name)}</text>`,
      );
    parts.push(
      `<path d="M${at(legend)} 12h18" stroke="${line.color}" stroke-width="2"${dash}/>`,
    );
    const last = line.length > 0 ? line.value[line.length - 1] : NaN;
    const said = `${line.name} ${quantity(last)}${line.theory === null ? "" : `, theory ${quantity(line.theory)}`}`;
    text(said, legend + 24, 16);
    legend += 44 + 6.6 * said.length;
  }
  return { width: WIDTH, height: HEIGHT, body: parts.join("") };
}
