/** Rows cut in two for conditional models: a part that is given (x), the rest to predict (y). */
import type { Condition } from "../experiment/config.ts";
import { DataError } from "./data-error.ts";
import type { Dataset } from "./dataset.ts";

/**
 * The data set in pairs, with `parts` telling where their columns lie in the whole row. `image`
 * stays the whole row's.
 * @throws DataError "settings" when the rows are no images, or the columns are not there.
 */
export function splitDataset(dataset: Dataset, condition: Condition): Dataset {
  const parts = partsOf(dataset, condition);
  const { columns, rows, x } = dataset;
  return {
    ...dataset,
    columns: parts.x.length,
    x: take(x, rows, columns, parts.x),
    y: { outputs: parts.y.length, values: take(x, rows, columns, parts.y) },
    parts,
  };
}

function partsOf(
  dataset: Dataset,
  condition: Condition,
): { readonly x: number[]; readonly y: number[] } {
  const { columns } = dataset;
  const given = new Set(givenColumns(dataset, condition));
  const all = Array.from({ length: columns }, (_, column) => column);
  const y = all.filter((column) => !given.has(column));
  if (y.length === 0 || given.size === 0) {
    throw new DataError(
      "settings",
      `${dataset.name} has ${columns} columns and ${given.size} of them are given: at least one has ` +
        `to be given and one left to predict.`,
    );
  }
  return { x: all.filter((column) => given.has(column)), y };
}

function givenColumns(
  { name, columns, image }: Dataset,
  condition: Condition,
): readonly number[] {
  switch (condition.kind) {
    case "correlated":
      throw new DataError(
        "settings",
        `${name} holds what it holds: only a Gaussian of a chosen spectrum has a chosen correlation.`,
      );
    case "columns": {
      const beyond = condition.columns.find((column) => column >= columns);
      if (beyond === undefined) return condition.columns;
      throw new DataError(
        "settings",
        `${name} has ${columns} columns, and column ${beyond + 1} is to be given. ` +
          `Choose from columns 1 to ${columns}.`,
      );
    }
    case "quarter":
    case "half": {
      if (!image) {
        throw new DataError(
          "settings",
          `${name} holds a table of ${columns} columns and no images, so a part of an image cannot ` +
            `be given. Choose the columns that are.`,
        );
      }
      const { width, height } = image;
      // Of an odd size the middle belongs to what is predicted.
      const left = Math.floor(width / 2);
      const top =
        condition.kind === "half" ? 0 : height - Math.floor(height / 2);
      return Array.from({ length: columns }, (_, column) => column).filter(
        (column) => column % width < left && Math.floor(column / width) >= top,
      );
    }
  }
}

function take(
  x: Float32Array,
  rows: number,
  columns: number,
  chosen: readonly number[],
): Float32Array {
  const out = new Float32Array(rows * chosen.length);
  for (let row = 0, to = 0; row < rows; row++) {
    for (const column of chosen) out[to++] = x[row * columns + column];
  }
  return out;
}
