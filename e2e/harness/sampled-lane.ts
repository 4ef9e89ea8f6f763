/** A sampled lane that passes to a page as JSON and builds there as here. */
import type { Dataset, Moments } from "../../src/data/dataset.ts";
import type { LaneInput } from "../../src/engine/stepper.ts";
import type { Settings } from "../../src/experiment/config.ts";

/** A lane in numbers that pass to a page. */
export interface SampledLane {
  readonly settings: Settings;
  readonly rows: number;
  readonly columns: number;
  readonly x: readonly number[];
  /** Of a conditional model. */
  readonly y?: { readonly outputs: number; readonly values: readonly number[] };
  /** Of a whole row, and which of its columns x and y are. */
  readonly image?: { readonly width: number; readonly height: number };
  readonly parts?: {
    readonly x: readonly number[];
    readonly y: readonly number[];
  };
  readonly energy: number;
  readonly initial: Readonly<Record<string, readonly number[]>>;
}

/** Its data; lanes that share one object share it on the GPU. */
export function sampledData({
  rows,
  columns,
  x,
  y,
  image,
  parts,
}: SampledLane): Dataset {
  return {
    name: "test",
    rows,
    columns,
    x: new Float32Array(x),
    ...(y
      ? {
          y: { outputs: y.outputs, values: new Float32Array(y.values) },
        }
      : {}),
    ...(image && { image }),
    ...(parts && { parts }),
  };
}

/** The lane as the engines take it; sampled training reads nothing but the energy of moments. */
export function sampledInput(lane: SampledLane, data: Dataset): LaneInput {
  const { rows, columns, energy } = lane;
  const none = new Float64Array(0);
  const moments: Moments = {
    rows,
    columns,
    centered: false,
    mean: none,
    matrix: none,
    eigenvalues: none,
    eigenvectors: none,
    rank: columns,
    energy,
  };
  const initial = Object.fromEntries(
    Object.entries(lane.initial).map(([name, values]) => [
      name,
      new Float32Array(values),
    ]),
  );
  return { settings: lane.settings, data, moments, initial };
}
