/**
 * Float64 matrices that know how far a float32 computation of them may be off: a running error
 * analysis of first order (products of two errors are left out).
 *
 * Each operation spreads the errors of what goes in by the absolute values it meets, and adds
 * 2^-24 times the length of the longest chain of roundings times the sum of the absolute terms.
 */
export const UNIT = 2 ** -24;

export class Tracked {
  readonly rows: number;
  readonly columns: number;
  readonly value: Float64Array;
  readonly error: Float64Array;

  constructor(
    rows: number,
    columns: number,
    value: ArrayLike<number> = new Float64Array(rows * columns),
    error: ArrayLike<number> = new Float64Array(rows * columns),
  ) {
    if (value.length !== rows * columns)
      throw new Error(
        `tracked: ${value.length} values for ${rows} x ${columns}`,
      );
    this.rows = rows;
    this.columns = columns;
    this.value = Float64Array.from(value);
    this.error = Float64Array.from(error);
  }

  /** As float32 holds them; exact from then on. */
  static rounded(
    rows: number,
    columns: number,
    value: readonly number[],
  ): Tracked {
    return new Tracked(rows, columns, value.map(Math.fround));
  }

  #map(
    make: (n: number) => readonly [value: number, error: number],
    rows = this.rows,
    columns = this.columns,
  ): Tracked {
    const out = new Tracked(rows, columns);
    for (let n = 0; n < out.value.length; n++)
      [out.value[n], out.error[n]] = make(n);
    return out;
  }

  get transposed(): Tracked {
    const at = (n: number): number =>
      (n % this.rows) * this.columns + Math.floor(n / this.rows);
    return this.#map(
      (n) => [this.value[at(n)], this.error[at(n)]],
      this.columns,
      this.rows,
    );
  }

  /** this other, its sums in any order. */
  times(other: Tracked): Tracked {
    const inner = this.columns;
    if (inner !== other.rows)
      throw new Error(`tracked: inner sizes ${inner} and ${other.rows}`);
    const chain = (inner + 8) * UNIT;
    return this.#map(
      (n) => {
        const [i, l] = [Math.floor(n / other.columns), n % other.columns];
        let [sum, spread, size] = [0, 0, 0];
        for (let m = 0; m < inner; m++) {
          const [x, y] = [i * inner + m, m * other.columns + l];
          const [a, b] = [this.value[x], other.value[y]];
          sum += a * b;
          spread += Math.abs(a) * other.error[y] + this.error[x] * Math.abs(b);
          size += Math.abs(a * b);
        }
        return [sum, spread + chain * size];
      },
      this.rows,
      other.columns,
    );
  }

  /** this + scale other; the scale itself is rounded a few times. */
  plus(other: Tracked, scale = 1): Tracked {
    return this.#map((n) => {
      const moved = scale * other.value[n];
      const spread = this.error[n] + Math.abs(scale) * other.error[n];
      const size = Math.abs(this.value[n]) + Math.abs(moved);
      return [this.value[n] + moved, spread + 6 * UNIT * size];
    });
  }

  scaled(scale: number): Tracked {
    return this.#map((n) => {
      const value = scale * this.value[n];
      const spread = Math.abs(scale) * this.error[n];
      return [value, spread + 4 * UNIT * Math.abs(value)];
    });
  }

  /** Row by row, or column by column, times an entry of `by`. */
  weighed(by: Tracked, axis: "rows" | "columns"): Tracked {
    return this.#map((n) => {
      const at =
        axis === "rows" ? Math.floor(n / this.columns) : n % this.columns;
      const [a, b] = [this.value[n], by.value[at]];
      const spread = Math.abs(a) * by.error[at] + this.error[n] * Math.abs(b);
      return [a * b, spread + 2 * UNIT * Math.abs(a * b)];
    });
  }

  /** exp may be off by 3 + 2|x| units in the last place. */
  get exp(): Tracked {
    return this.#map((n) => {
      const [x, value] = [this.value[n], Math.exp(this.value[n])];
      const own = 2 * UNIT * (3 + 2 * Math.abs(x));
      return [value, value * (this.error[n] + own)];
    });
  }

  /** The diagonal as a row. */
  get diagonal(): Tracked {
    return this.#map(
      (n) => [
        this.value[n * this.columns + n],
        this.error[n * this.columns + n],
      ],
      1,
      Math.min(this.rows, this.columns),
    );
  }

  /** With a row added to the diagonal. */
  plusDiagonal(row: Tracked): Tracked {
    const square = new Tracked(this.rows, this.columns);
    row.value.forEach((value, i) => {
      square.value[i * this.columns + i] = value;
      square.error[i * this.columns + i] = row.error[i];
    });
    return this.plus(square);
  }

  /** Sum of all products, and of their absolute values. */
  dot(other: Tracked): Sum {
    return this.value.reduce(
      (sum, a, n) => {
        const b = other.value[n];
        sum.value += a * b;
        sum.error += Math.abs(a) * other.error[n] + this.error[n] * Math.abs(b);
        sum.size += Math.abs(a * b);
        return sum;
      },
      { value: 0, error: 0, size: 0 },
    );
  }

  get sum(): Sum {
    return this.dot(
      new Tracked(
        this.rows,
        this.columns,
        new Float64Array(this.value.length).fill(1),
      ),
    );
  }
}

/** A sum, its error so far, and the sum of the absolute terms. */
export interface Sum {
  value: number;
  error: number;
  size: number;
}

/** sum scale_n sums_n */
export function combine(parts: readonly (readonly [number, Sum])[]): Sum {
  const all = { value: 0, error: 0, size: 0 };
  for (const [scale, { value, error, size }] of parts) {
    all.value += scale * value;
    all.error += Math.abs(scale) * error;
    all.size += Math.abs(scale) * size;
  }
  return all;
}

export function constant(value: number): Sum {
  return { value, error: 0, size: Math.abs(value) };
}
