/** Row-major float64 matrices with room for a gradient. */

export interface Tensor {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly value: Float64Array;
  /** Gradient of the loss, [rows, columns]; null for data, which needs none. */
  readonly grad: Float64Array | null;
}

/** A tensor of zeros, or of `value`; with `grad` false its gradient is never formed. */
export function tensor(
  rows: number,
  columns: number,
  value: ArrayLike<number> = new Float64Array(rows * columns),
  grad = true,
): Tensor {
  if (value.length !== rows * columns) {
    throw new Error(
      `tensor: got ${value.length} numbers, expected ${rows} x ${columns}`,
    );
  }
  return {
    rows,
    columns,
    value: value instanceof Float64Array ? value : Float64Array.from(value),
    grad: grad ? new Float64Array(rows * columns) : null,
  };
}
