/** Some rows of a data set, as a pass through a model reads them. Worker side. */
import type { Dataset } from "../data/dataset.ts";
import { uniformInt } from "../math/rng.ts";

export interface Examples {
  readonly count: number;
  /** What a forward pass reads: x [count, columns], in a conditional model also y [count, outputs]. */
  readonly inputs: { readonly x: Float32Array; readonly y?: Float32Array };
  readonly labels?: Uint8Array;
}

/** Draws for choosing rows: a step that no training reaches. */
const CHOICE_STEP = 0xfffffffe;

/** `count` different rows, the same for one seed and number of rows; all, in order, if there are no more. */
export function chooseRows(
  rows: number,
  count: number,
  seed: number,
): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  if (rows <= count) return all;
  for (let at = 0; at < count; at++) {
    const other = at + uniformInt(seed, CHOICE_STEP, "batch", at, rows - at);
    [all[at], all[other]] = [all[other], all[at]];
  }
  return all.slice(0, count);
}

/** The rows side by side; one may be taken more than once. */
export function gather(data: Dataset, rows: ArrayLike<number>): Examples {
  const { x, columns, y, labels } = data;
  return {
    count: rows.length,
    inputs: {
      x: gatherRows(x, columns, rows),
      ...(y && { y: gatherRows(y.values, y.outputs, rows) }),
    },
    ...(labels && {
      labels: Uint8Array.from(rows, (row) => labels[row]),
    }),
  };
}

/** Rows of a row-major matrix. */
export function gatherRows(
  values: Float32Array,
  columns: number,
  rows: ArrayLike<number>,
): Float32Array {
  const out = new Float32Array(rows.length * columns);
  for (let at = 0; at < rows.length; at++) {
    const from = rows[at] * columns;
    out.set(values.subarray(from, from + columns), at * columns);
  }
  return out;
}

const kept = new WeakMap<Dataset, Map<string, Examples>>();

/** `count` rows of a data set, gathered once. */
export function someExamples(
  data: Dataset,
  count: number,
  seed: number,
): Examples {
  const known = kept.get(data) ?? new Map<string, Examples>();
  kept.set(data, known);
  const key = `${count} ${seed}`;
  const examples =
    known.get(key) ?? gather(data, chooseRows(data.rows, count, seed));
  known.set(key, examples);
  return examples;
}
