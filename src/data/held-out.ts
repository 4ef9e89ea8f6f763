/** Examples held out of training. */
import { heldOut } from "../experiment/held-out.ts";
import { uniformInt } from "../math/rng.ts";
import type { Dataset } from "./dataset.ts";

export interface Split {
  readonly train: Dataset;
  /** Examples held out; absent where none are. */
  readonly test?: Dataset;
}

/** A step that no other draw of the "basis" stream has. */
const STEP = 0xffffffff;

/**
 * The data set in two, without a common row: a share of the rows, chosen by the seed, is held
 * out (at least one row if the share is above zero, never all). Both keep the order of their rows.
 */
export function splitTest(
  dataset: Dataset,
  share: number,
  seed: number,
): Split {
  const { rows } = dataset;
  const count = heldOut(rows, share);
  if (count === 0) return { train: dataset };
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  // The first draws of a Fisher-Yates shuffle.
  for (let i = 0; i < count; i++) {
    const j = i + uniformInt(seed, STEP, "basis", i, rows - i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return {
    train: takeRows(dataset, order.subarray(count).toSorted()),
    test: takeRows(dataset, order.subarray(0, count).toSorted()),
  };
}

/** The last `count` rows held out: for rows that the program draws one independently of another. */
export function splitLast(dataset: Dataset, count: number): Split {
  if (count === 0) return { train: dataset };
  const all = Uint32Array.from({ length: dataset.rows }, (_, row) => row);
  const kept = dataset.rows - count;
  return {
    train: takeRows(dataset, all.subarray(0, kept)),
    test: takeRows(dataset, all.subarray(kept)),
  };
}

function takeRows(dataset: Dataset, chosen: Uint32Array): Dataset {
  const { columns, x, y, labels } = dataset;
  return {
    ...dataset,
    rows: chosen.length,
    x: take(x, columns, chosen),
    ...(y && { y: { ...y, values: take(y.values, y.outputs, chosen) } }),
    ...(labels && { labels: Uint8Array.from(chosen, (row) => labels[row]) }),
  };
}

function take(
  values: Float32Array,
  columns: number,
  chosen: Uint32Array,
): Float32Array {
  const out = new Float32Array(chosen.length * columns);
  chosen.forEach((row, at) => {
    out.set(values.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  return out;
}
