/** What a file reader hands on, and what becomes of it: whole numeric rows. */
import { MAX_COLUMNS } from "../experiment/ranges.ts";
import { DataError } from "./data-error.ts";
import type { Dataset, DatasetReport } from "./dataset.ts";

/** Most cells held: 800 MB as float32. */
export const MAX_CELLS = 2e8;

/** A file's cells as read; a cell that is no finite float32 number is NaN. */
export interface Table {
  readonly format: DatasetReport["format"];
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly x: Float32Array;
  readonly labels?: Uint8Array;
  readonly image?: { readonly width: number; readonly height: number };
  /** Titles of columns left out because most of their cells are text. */
  readonly droppedColumns?: readonly string[];
  /** Rows to leave out whatever their cells, and how many cells were wrong with them. */
  readonly ragged?: {
    readonly rows: ReadonlySet<number>;
    readonly cells: number;
  };
  /** Number of the file's first data row, for messages (2 after a CSV header). */
  readonly firstRow?: number;
}

/** A file as dropped. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type Cleaned = Pick<
  DatasetReport,
  "droppedRows" | "nonNumericCells" | "constantColumns" | "droppedColumns"
>;

/** @throws DataError "huge" or "empty" when a table of this size cannot be used. */
export function checkSize(name: string, rows: number, columns: number): void {
  if (rows < 1 || columns < 1) {
    throw new DataError(
      "empty",
      `${name} says that it holds ${rows} rows of ${columns} columns: there is nothing in it.`,
    );
  }
  if (columns > MAX_COLUMNS) {
    throw new DataError(
      "huge",
      `${name} has ${columns} columns; at most ${MAX_COLUMNS} can be decomposed here. ` +
        `Leave columns out or make the images smaller.`,
    );
  }
  if (rows * columns > MAX_CELLS) {
    throw new DataError(
      "huge",
      `${name} holds ${rows} rows x ${columns} columns = ${rows * columns} numbers; ` +
        `at most ${MAX_CELLS} fit. Take a part of its rows.`,
    );
  }
}

/**
 * Leaves out rows with a cell that is not a number.
 * @throws DataError "no-numbers" when no row is left.
 */
export function cleanTable(
  name: string,
  table: Table,
): { dataset: Dataset; cleaned: Cleaned } {
  const { rows, columns, ragged } = table;
  checkSize(name, rows, columns);
  const { kept, nonNumericCells } = wholeRows(table);
  if (kept.length === 0) {
    const first = table.firstRow ?? 1;
    throw new DataError(
      "no-numbers",
      `${name}: each of its ${rows} rows (from row ${first} on) has a cell that is not a number, ` +
        `so none can be used.`,
    );
  }
  const whole = kept.length === rows;
  const x = whole ? table.x : new Float32Array(kept.length * columns);
  if (!whole) {
    kept.forEach((from, to) => {
      x.set(
        table.x.subarray(from * columns, (from + 1) * columns),
        to * columns,
      );
    });
  }
  const labels = table.labels;
  return {
    dataset: {
      name,
      rows: kept.length,
      columns,
      x,
      ...(labels && {
        labels: whole ? labels : Uint8Array.from(kept, (row) => labels[row]),
      }),
      ...(table.image && { image: table.image }),
    },
    cleaned: {
      droppedRows: rows - kept.length,
      nonNumericCells: nonNumericCells + (ragged?.cells ?? 0),
      droppedColumns: table.droppedColumns ?? [],
      constantColumns: countConstant(x, columns),
    },
  };
}

function wholeRows({ rows, columns, x, ragged }: Table): {
  kept: number[];
  nonNumericCells: number;
} {
  const kept: number[] = [];
  let nonNumericCells = 0;
  for (let row = 0; row < rows; row++) {
    let bad = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++)
      if (!Number.isFinite(x[i])) bad++;
    nonNumericCells += bad;
    if (bad === 0 && !ragged?.rows.has(row)) kept.push(row);
  }
  return { kept, nonNumericCells };
}

function countConstant(x: Float32Array, columns: number): number {
  const varies = new Uint8Array(columns);
  for (let start = columns; start < x.length; start += columns) {
    for (let j = 0; j < columns; j++) if (x[start + j] !== x[j]) varies[j] = 1;
  }
  return varies.reduce((count, value) => count + (1 - value), 0);
}

/** Width and height of rows that may be square images of at least 8x8 pixels. */
export function squareImage(
  columns: number,
): { width: number; height: number } | undefined {
  const side = Math.round(Math.sqrt(columns));
  return side >= 8 && side * side === columns
    ? { width: side, height: side }
    : undefined;
}
