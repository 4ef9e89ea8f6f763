/**
 * Text tables: any separator, with or without a header, some cells or columns not numbers.
 *
 * Papaparse splits the cells; here they become numbers, and what is not a number is told apart: a
 * header, a column of text, a cell or two missing.
 */
import Papa from "papaparse";
import { DataError } from "./data-error.ts";
import { MAX_CELLS, checkSize, squareImage } from "./table.ts";
import type { Table } from "./table.ts";

/** Longest text decoded at once; engines hold no strings much longer. */
const MAX_TEXT_BYTES = 4e8;
/** Rows looked at to tell a header and the number of columns. */
const HEAD_ROWS = 20;
const LABEL_TITLE = /^(label|labels|class|target|digit)$/i;
const PIXEL_TITLE = /^(pixel|px)[\s_-]?\d+$|^\d+x\d+$/i;

/**
 * Rows of numbers. A column titled label, class, target or digit that holds 0 to 255 becomes the
 * labels; columns titled as pixels (pixel0, 1x1, ...) that hold 0 to 255 are divided by 255. With
 * semicolons between cells, 1,5 is read as 1.5.
 * @throws DataError naming the row that cannot be read.
 */
export function readCsv(name: string, bytes: Uint8Array): Table {
  if (bytes.length > MAX_TEXT_BYTES) {
    throw new DataError(
      "huge",
      `${name} is a text of ${bytes.length} bytes; at most ${MAX_TEXT_BYTES} can be read. ` +
        `Take a part of its rows, or save it as float32 NPY.`,
    );
  }
  const cells = new CellCollector(name);
  let text = decodeText(bytes);
  const spaced = isSpaced(text);
  if (spaced) text = text.replace(/^ +| +$/gm, "").replace(/ {2,}/g, " ");
  let row = 0;
  const { meta } = Papa.parse<string[]>(text, {
    delimiter: spaced ? " " : "",
    delimitersToGuess: [",", "\t", ";", "|"],
    step: ({ data, errors, meta: { delimiter } }) => {
      row++;
      const quote = errors.find(({ type }) => type === "Quotes");
      if (quote) {
        throw new DataError(
          "mislabelled",
          `${name}: row ${row} opens a quotation mark that is not closed as it should be, so its ` +
            `cells cannot be told apart.`,
        );
      }
      if (data.length > 1 || data[0].trim() !== "")
        cells.add(data, row, delimiter === ";");
    },
  });
  return cells.finish(meta.delimiter === ";");
}

/** UTF-8, or UTF-16 where a byte order mark says so. */
export function decodeText(bytes: Uint8Array): string {
  const [a, b] = bytes;
  const encoding =
    a === 0xff && b === 0xfe
      ? "utf-16le"
      : a === 0xfe && b === 0xff
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** Whether only spaces separate cells; runs of them then count as one. */
function isSpaced(text: string): boolean {
  const start = text.slice(0, 4096);
  return !/[,;|\t"]/.test(start) && /\S +\S/.test(start);
}

/** The number in a cell, NaN if there is none that float32 can hold. */
function toNumber(cell: string, decimalComma: boolean): number {
  const text = cell.trim();
  if (text === "" || /^[+-]?0[xbo]/i.test(text)) return NaN;
  const value = Math.fround(
    Number(
      decimalComma && /^[+-]?\d*,\d+(e[+-]?\d+)?$/i.test(text)
        ? text.replace(",", ".")
        : text,
    ),
  );
  return Number.isFinite(value) ? value : NaN;
}

class CellCollector {
  readonly #name: string;
  /** First rows, held back until the columns are known. */
  #head: { cells: string[]; row: number }[] = [];
  #titles: string[] | null = null;
  #columns = 0;
  #rows = 0;
  #firstRow = 1;
  #x = new Float32Array(0);
  readonly #raggedRows = new Set<number>();
  #raggedCells = 0;

  constructor(name: string) {
    this.#name = name;
  }

  add(cells: string[], row: number, decimalComma: boolean): void {
    if (this.#columns > 0) {
      this.#store(cells, decimalComma);
      return;
    }
    this.#head.push({ cells, row });
    if (this.#head.length === HEAD_ROWS) this.#settle(decimalComma);
  }

  finish(decimalComma: boolean): Table {
    if (this.#columns === 0) this.#settle(decimalComma);
    const titles = this.#titles ?? [];
    const title = (column: number): string =>
      titles[column]?.trim() || `column ${column + 1}`;
    const [columns, rows] = [this.#columns, this.#rows];
    const all = this.#x.subarray(0, rows * columns);
    const missing = new Float64Array(columns);
    for (let i = 0; i < all.length; i++)
      if (Number.isNaN(all[i])) missing[i % columns]++;

    const isText = Array.from(missing, (count) => count > rows / 2);
    const kept = Array.from({ length: columns }, (_, j) => j).filter(
      (j) => !isText[j],
    );
    if (kept.length === 0) {
      throw new DataError(
        "no-numbers",
        `${this.#name} has no column of numbers: row ${this.#firstRow} is the first of ${rows} rows ` +
          `whose cells are mostly text or empty.`,
      );
    }
    const labelColumn = kept.find(
      (j) =>
        kept.length > 1 &&
        LABEL_TITLE.test(title(j)) &&
        isByteColumn(all, columns, j),
    );
    const used = kept.filter((j) => j !== labelColumn);
    checkSize(this.#name, rows, used.length);

    const pixels =
      used.every((j) => PIXEL_TITLE.test(titles[j]?.trim() ?? "")) &&
      used.every((j) => isByteColumn(all, columns, j));
    const square = squareImage(used.length);
    const unit = pixels && square && all.some((value) => value > 1) ? 255 : 1;
    const x = new Float32Array(rows * used.length);
    let inUnitRange = true;
    for (let row = 0, to = 0; row < rows; row++) {
      for (const j of used) {
        const value = all[row * columns + j] / unit;
        x[to++] = value;
        if (value < 0 || value > 1) inUnitRange = false;
      }
    }
    return {
      format: "csv",
      rows,
      columns: used.length,
      x,
      ...(labelColumn !== undefined && {
        labels: Uint8Array.from(
          { length: rows },
          (_, row) => all[row * columns + labelColumn],
        ),
      }),
      ...(square && inUnitRange && { image: square }),
      droppedColumns: isText.flatMap((text, j) => (text ? [title(j)] : [])),
      ragged: { rows: this.#raggedRows, cells: this.#raggedCells },
      firstRow: this.#firstRow,
    };
  }

  /** Tells the number of columns and whether the first row is a header. */
  #settle(decimalComma: boolean): void {
    if (this.#head.length === 0) {
      throw new DataError(
        "empty",
        `${this.#name} holds nothing but empty rows.`,
      );
    }
    const lengths = this.#head
      .map(({ cells }) => cells.length)
      .sort((a, b) => a - b);
    this.#columns = lengths[Math.floor(lengths.length / 2)];
    checkSize(this.#name, 1, this.#columns - 1 || 1);
    const [first, ...others] = this.#head;
    const numeric = (cell: string | undefined): boolean =>
      cell !== undefined && !Number.isNaN(toNumber(cell, decimalComma));
    // A header: some cell is text where at least half of the rows below hold a number, or no cell of any
    // row tells (then the file has no numbers, and the first row is as good as titles).
    const overNumbers =
      others.length > 0 &&
      first.cells.some(
        (cell, j) =>
          cell.trim() !== "" &&
          !numeric(cell) &&
          !MISSING.test(cell.trim()) &&
          others.filter(({ cells }) => numeric(cells[j])).length >=
            others.length / 2,
      );
    const header =
      overNumbers || (others.length === 0 && !first.cells.some(numeric));
    if (header) this.#titles = first.cells;
    const rows = header ? others : this.#head;
    if (rows.length === 0) {
      throw new DataError(
        "no-numbers",
        `${this.#name} holds a single row (row ${first.row}) and no number in it: ` +
          `"${first.cells.join(", ").slice(0, 60)}".`,
      );
    }
    this.#firstRow = rows[0].row;
    this.#head = [];
    for (const { cells } of rows) this.#store(cells, decimalComma);
  }

  #store(cells: string[], decimalComma: boolean): void {
    const start = this.#rows * this.#columns;
    if (start + this.#columns > this.#x.length)
      this.#grow(start + this.#columns);
    for (let j = 0; j < this.#columns; j++) {
      this.#x[start + j] =
        j < cells.length ? toNumber(cells[j], decimalComma) : NaN;
    }
    const surplus = cells
      .slice(this.#columns)
      .filter((cell) => cell.trim() !== "").length;
    if (surplus > 0) {
      this.#raggedRows.add(this.#rows);
      this.#raggedCells += surplus;
    }
    this.#rows++;
  }

  #grow(needed: number): void {
    if (needed > MAX_CELLS)
      checkSize(this.#name, this.#rows + 1, this.#columns);
    const larger = new Float32Array(
      Math.max(needed, Math.min(MAX_CELLS, 2 * this.#x.length), 1024),
    );
    larger.set(this.#x);
    this.#x = larger;
  }
}

/** How missing values are written; no title of a column. */
const MISSING = /^(na|n\/a|nan|null|none|inf|-inf|\?|-)$/i;

/** Whether a column holds whole numbers from 0 to 255 only (missing cells aside). */
function isByteColumn(
  x: Float32Array,
  columns: number,
  column: number,
): boolean {
  for (let i = column; i < x.length; i += columns) {
    const value = x[i];
    if (!(
      Number.isNaN(value) ||
      (Number.isInteger(value) && value >= 0 && value <= 255)
    )) {
      return false;
    }
  }
  return true;
}
