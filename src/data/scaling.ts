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
 * ("center"), or about their means in units of their standard deviations ("standardize");
 * computed in float64, rounded once. A constant column becomes 0. Returns the same object for
 * "none".
 */
export function applyScaling(
  dataset: Dataset,
  scaling: Settings["scaling"],
): Dataset {
  if (scaling === "none") return dataset;
  const { rows, columns, x, y } = dataset;
  return {
    ...dataset,
    x: scaledColumns(x, rows, columns, scaling),
    ...(y && {
      y: { ...y, values: scaledColumns(y.values, rows, y.outputs, scaling) },
    }),
  };
}

function scaledColumns(
  x: Float32Array,
  rows: number,
  columns: number,
  scaling: "center" | "standardize",
): Float32Array {
  const { mean, std } = columnStatistics(x, rows, columns);
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
