/** Posterior means of two units as points: drawing them, and their averages by label. */
import type { ScatterReadout } from "../session/protocol.ts";

export interface ScatterColors {
  readonly background: string;
  readonly ink: string;
  readonly mute: string;
  readonly rule: string;
  readonly lane: string;
  /** Of labels 0 to 9; further labels begin again. */
  readonly labels: readonly string[];
  readonly font: string;
}

export interface ScatterPlot {
  /** [examples, 2] */
  readonly points: Float32Array;
  readonly labels: Uint8Array | undefined;
  /** Half the side of the plot, in units of z. */
  readonly reach: number;
  readonly priorStd: number;
  /** Label that is drawn over the others, or null. */
  readonly only: number | null;
}

/** One end of axes for all lanes: covers every point and two prior stds. */
export function reachOf(readout: ScatterReadout, priorStd: number): number {
  let most = 2.2 * priorStd;
  for (const points of readout.points)
    for (const value of points)
      if (Number.isFinite(value)) most = Math.max(most, 1.04 * Math.abs(value));
  const grain = most > 8 * priorStd ? priorStd : priorStd / 2;
  return Math.ceil(most / grain) * grain;
}

/** Draws on a square canvas of `size` CSS pixels: prior rings, axes, and each point as its label's number. */
export function drawScatter(
  canvas: HTMLCanvasElement,
  size: number,
  plot: ScatterPlot,
  colors: ScatterColors,
): void {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(size * ratio);
  canvas.height = canvas.width;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(ratio, ratio);
  const { points, labels, reach, priorStd, only } = plot;
  const middle = size / 2;
  const scale = middle / reach;
  context.lineWidth = 1;
  context.strokeStyle = colors.rule;
  context.beginPath();
  context.moveTo(0, middle);
  context.lineTo(size, middle);
  context.moveTo(middle, 0);
  context.lineTo(middle, size);
  context.stroke();
  context.strokeStyle = colors.mute;
  context.setLineDash([3, 3]);
  for (const std of [1, 2]) {
    context.beginPath();
    context.arc(middle, middle, std * priorStd * scale, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
  context.font = `600 10px ${colors.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const draw = (i: number, faint: boolean) => {
    const x = middle + points[2 * i] * scale;
    const y = middle - points[2 * i + 1] * scale;
    context.globalAlpha = faint ? 0.25 : 1;
    if (labels) {
      const label = labels[i];
      context.fillStyle = colors.labels[label % colors.labels.length];
      context.fillText(String(label), x, y);
    } else {
      context.fillStyle = colors.lane;
      context.beginPath();
      context.arc(x, y, 1.8, 0, 2 * Math.PI);
      context.fill();
    }
  };
  const count = points.length / 2;
  const chosen = (i: number) => only === null || labels?.[i] === only;
  for (let i = 0; i < count; i += 1) if (!chosen(i)) draw(i, true);
  for (let i = 0; i < count; i += 1) if (chosen(i)) draw(i, false);
  context.globalAlpha = 1;
}

/** Count, mean and standard deviation of two units over the examples of one label, or of all. */
export interface LabelRow {
  /** Null: all examples. */
  readonly label: number | null;
  readonly count: number;
  readonly mean: readonly [number, number];
  readonly std: readonly [number, number];
}

export function labelsIn(labels: Uint8Array | undefined): number[] {
  return labels ? [...new Set(labels)].sort((a, b) => a - b) : [];
}

/** The plot as numbers: a row for each label, and one for all. */
export function labelRows(
  points: Float32Array,
  labels: Uint8Array | undefined,
): LabelRow[] {
  const row = (label: number | null): LabelRow => {
    const at: number[] = [];
    for (let i = 0; i < points.length / 2; i += 1)
      if (label === null || labels?.[i] === label) at.push(i);
    const n = at.length;
    const mean = ([0, 1] as const).map(
      (axis) => at.reduce((sum, i) => sum + points[2 * i + axis], 0) / n,
    );
    const std = ([0, 1] as const).map((axis) =>
      Math.sqrt(
        at.reduce(
          (sum, i) => sum + (points[2 * i + axis] - mean[axis]) ** 2,
          0,
        ) / n,
      ),
    );
    return { label, count: n, mean: [mean[0], mean[1]], std: [std[0], std[1]] };
  };
  return [...labelsIn(labels), null].map(row);
}
