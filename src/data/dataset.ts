/** Data sets as arrays and their moments. Types only. */

/** Examples in rows, row-major float32, already scaled as the settings ask. */
export interface Dataset {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly x: Float32Array;
  /** What a conditional model predicts, [rows, outputs]; absent where y = x. `columns` counts x. */
  readonly y?: { readonly outputs: number; readonly values: Float32Array };
  /** Where x and y lie in the whole row (image or table), for showing them together: column indices. */
  readonly parts?: {
    readonly x: readonly number[];
    readonly y: readonly number[];
  };
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

/**
 * Moments of a conditional model's data: y regressed on x. The lane's `Moments` are then those of
 * the residual r = y - B x, i.e. of E = S_yy - B S_xy (Schur complement), so that theory
 * is the VAE's of r.
 */
export interface ConditionMoments {
  /** Columns of x and of y. */
  readonly inputs: number;
  readonly outputs: number;
  /** Means of x [inputs] and y [outputs] (used with biases). */
  readonly inputMean: Float64Array;
  readonly outputMean: Float64Array;
  /** S_xx [inputs, inputs], about the mean when centered, its eigenvalues (descending) and eigenvectors (columns). */
  readonly inputMatrix: Float64Array;
  readonly inputEigenvalues: Float64Array;
  readonly inputEigenvectors: Float64Array;
  /** Eigenvalues of S_xx above 1e-12 of the largest; B uses the pseudo-inverse of these. */
  readonly inputRank: number;
  /** B = S_yx S_xx^+, [outputs, inputs]. */
  readonly regression: Float64Array;
  /** tr S_yy. */
  readonly outputEnergy: number;
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
