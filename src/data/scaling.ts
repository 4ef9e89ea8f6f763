/** What is done to the columns before anything else. */
import type { Settings } from "../experiment/config.ts";
import type { Dataset } from "./dataset.ts";

export interface ColumnStatistics {
  /** [columns] */
  readonly mean: Float64Array;
  /** Standard deviation over rows (divided by their number), [columns]; 0 exactly when constant. */
  readonly std: Float64Array;
}

/**
 * Means and standard deviations, two-pass in float64. Deviations are taken from the first row, so
 * a constant column's mean is its value and its std 0, without rounding.
 */
export function columnStatistics(
  x: Float32Array,
  rows: number,
  columns: number,
): ColumnStatistics {
  const mean = new Float64Array(columns);
  const std = new Float64Array(columns);
  for (let start = 0; start < x.length; start += columns) {
    for (let j = 0; j < columns; j++) mean[j] += x[start + j] - x[j];
  }
  for (let j = 0; j < columns; j++) mean[j] = x[j] + mean[j] / rows;
  for (let start = 0; start < x.length; start += columns) {
    for (let j = 0; j < columns; j++) std[j] += (x[start + j] - mean[j]) ** 2;
  }
  for (let j = 0; j < columns; j++) std[j] = Math.sqrt(std[j] / rows);
  return { mean, std };
}

/**
 * The data set with its columns (those of y too) as they are ("none"), about their means
 * ("center"), about their means in units of their standard deviations ("standardize"), or 1 where
 * they are above 0.5 and 0 elsewhere ("binarize"); computed in float64, rounded once. A constant
 * column becomes 0 when standardized. Returns the same object for "none".
 *
 * @param learnt the examples whose means and standard deviations are used: those trained on
 */
export function applyScaling(
  dataset: Dataset,
  scaling: Settings["scaling"],
  learnt: Dataset = dataset,
): Dataset {
  if (scaling === "none") return dataset;
  const { columns, x, y } = dataset;
  const scaled = (
    values: Float32Array,
    from: Float32Array,
    width: number,
  ): Float32Array =>
    scaling === "binarize"
      ? values.map((value) => (value > 0.5 ? 1 : 0))
      : scaledColumns(
          values,
          columnStatistics(from, learnt.rows, width),
          scaling,
        );
  return {
    ...dataset,
    x: scaled(x, learnt.x, columns),
    ...(y && {
      y: {
        ...y,
        values: scaled(y.values, (learnt.y ?? y).values, y.outputs),
      },
    }),
  };
}

function scaledColumns(
  x: Float32Array,
  { mean, std }: ColumnStatistics,
  scaling: "center" | "standardize",
): Float32Array {
  const columns = mean.length;
  const factor = std.map((value) =>
    scaling === "center" ? 1 : value > 0 ? 1 / value : 0,
  );
  const scaled = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += columns) {
    for (let j = 0; j < columns; j++)
      scaled[start + j] = (x[start + j] - mean[j]) * factor[j];
  }
  return scaled;
}
