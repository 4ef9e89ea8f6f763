/** Plain float64 matrices for formulas written as in the theory: clear and slow, for small sizes. */

/** A row-major matrix; operations give new ones. */
export class Dense {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly values: Float64Array;

  constructor(rows: number, columns: number, values: ArrayLike<number>) {
    if (values.length !== rows * columns) {
      throw new Error(
        `matrix: got ${values.length} numbers, expected ${rows} x ${columns}`,
      );
    }
    this.rows = rows;
    this.columns = columns;
    this.values =
      values instanceof Float64Array ? values : Float64Array.from(values);
  }

  static zeros(rows: number, columns: number): Dense {
    return new Dense(rows, columns, new Float64Array(rows * columns));
  }

  static identity(size: number): Dense {
    return Dense.diagonal(new Float64Array(size).fill(1));
  }

  static diagonal(values: ArrayLike<number>): Dense {
    const n = values.length;
    const out = Dense.zeros(n, n);
    for (let i = 0; i < n; i++) out.values[i * n + i] = values[i];
    return out;
  }

  static column(values: ArrayLike<number>): Dense {
    return new Dense(values.length, 1, values);
  }

  get transposed(): Dense {
    const { rows, columns, values } = this;
    return new Dense(
      columns,
      rows,
      values.map(
        (_, at) => values[(at % rows) * columns + Math.floor(at / rows)],
      ),
    );
  }

  times(right: Dense): Dense {
    if (this.columns !== right.rows) {
      throw new Error(
        `product of [${this.rows}, ${this.columns}] and [${right.rows}, ${right.columns}]: inner ${this.columns} != ${right.rows}`,
      );
    }
    const out = Dense.zeros(this.rows, right.columns);
    for (let i = 0; i < this.rows; i++) {
      for (let j = 0; j < this.columns; j++) {
        const scale = this.values[i * this.columns + j];
        if (scale === 0) continue;
        for (let c = 0; c < right.columns; c++) {
          out.values[i * right.columns + c] +=
            scale * right.values[j * right.columns + c];
        }
      }
    }
    return out;
  }

  /** this + scale * other. */
  plus(other: Dense, scale = 1): Dense {
    if (this.rows !== other.rows || this.columns !== other.columns) {
      throw new Error(
        `sum of [${this.rows}, ${this.columns}] and [${other.rows}, ${other.columns}]`,
      );
    }
    return new Dense(
      this.rows,
      this.columns,
      this.values.map((value, i) => value + scale * other.values[i]),
    );
  }

  scaled(scale: number): Dense {
    return new Dense(
      this.rows,
      this.columns,
      this.values.map((value) => scale * value),
    );
  }

  /** Sum of products of equal entries: tr(this other^T). */
  dot(other: Dense): number {
    return this.values.reduce((sum, v, i) => sum + v * other.values[i], 0);
  }

  /** Rows [from, to) and columns [first, last). */
  block(from: number, to: number, first: number, last: number): Dense {
    const out = Dense.zeros(to - from, last - first);
    for (let i = from; i < to; i++) {
      for (let j = first; j < last; j++) {
        out.values[(i - from) * out.columns + j - first] =
          this.values[i * this.columns + j];
      }
    }
    return out;
  }

  /** [this | other] */
  beside(other: Dense): Dense {
    const columns = this.columns + other.columns;
    const out = Dense.zeros(this.rows, columns);
    for (let i = 0; i < this.rows; i++) {
      out.values.set(
        this.values.subarray(i * this.columns, (i + 1) * this.columns),
        i * columns,
      );
      out.values.set(
        other.values.subarray(i * other.columns, (i + 1) * other.columns),
        i * columns + this.columns,
      );
    }
    return out;
  }

  /** The diagonal of a square matrix. */
  get diagonalValues(): Float64Array {
    return Float64Array.from(
      { length: this.rows },
      (_, i) => this.values[i * (this.columns + 1)],
    );
  }

  get trace(): number {
    return this.diagonalValues.reduce((sum, value) => sum + value, 0);
  }
}
