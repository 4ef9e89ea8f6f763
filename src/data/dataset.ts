/** Data sets as arrays and their moments. Types only. */

/** Examples in rows, row-major float32, already scaled as the settings ask. */
export interface Dataset {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly x: Float32Array;
  /** One label per row (0 to 9 for digits), if known. */
  readonly labels?: Uint8Array;
  /** Width and height of a row drawn as an image, if it is one; values then lie mostly in [0, 1]. */
  readonly image?: { readonly width: number; readonly height: number };
}

/**
 * Second moments over the training set (average over rows, no small-sample correction)
 * and their eigenbasis, in float64.
 */
export interface Moments {
  readonly rows: number;
  readonly columns: number;
  /** True: about the mean (models with biases); false: raw second moments. */
  readonly centered: boolean;
  /** Column means, [columns]. */
  readonly mean: Float64Array;
  /** A, [columns, columns]. */
  readonly matrix: Float64Array;
  /** Eigenvalues of A, descending, clamped to >= 0, [columns]. */
  readonly eigenvalues: Float64Array;
  /** P, [columns, columns] row-major; column i is the eigenvector of eigenvalue i. A = P diag P^T. */
  readonly eigenvectors: Float64Array;
  /** Eigenvalues above 1e-12 of the largest. */
  readonly rank: number;
  /** tr A = E||x||^2 (about the mean when centered). */
  readonly energy: number;
}

/** What reading a file found, for people. */
export interface DatasetReport {
  readonly name: string;
  readonly format: "idx" | "csv" | "npy";
  readonly bytes: number;
  readonly hash: string;
  readonly rows: number;
  readonly columns: number;
  /** Rows left out because a cell in them was not a number. */
  readonly droppedRows: number;
  /** Cells that were not finite numbers. */
  readonly nonNumericCells: number;
  /** Columns left out because most of their cells are text (CSV), by title. */
  readonly droppedColumns: readonly string[];
  /** Columns whose value never changes. */
  readonly constantColumns: number;
  readonly labels: boolean;
  readonly image?: { readonly width: number; readonly height: number };
}
