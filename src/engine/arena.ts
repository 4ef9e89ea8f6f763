/**
 * Named tensors packed into one buffer, and the layout every matrix on the GPU has.
 *
 * Rows are padded to whole vec4s, padding holds zeros; tensors start at 256-byte boundaries, so
 * that each can be bound by itself. Copies of one layout (parameters, gradients, Adam's m and v)
 * have equal offsets.
 */
import type { ParamSpec } from "../model/ops.ts";

const ALIGNMENT = 256;

/** vec4s in a padded row of `columns` numbers. */
export function rowStride(columns: number): number {
  return Math.ceil(columns / 4);
}

/** Bytes of a padded [rows, columns] matrix. */
export function matrixBytes(rows: number, columns: number): number {
  return 16 * rows * rowStride(columns);
}

/** Where a tensor lies, relative to its copy of the layout. */
export interface Region {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** vec4s from a stored row to the next. */
  readonly stride: number;
  /** Stored [columns, rows]. */
  readonly transposed: boolean;
  /** Bytes to the first entry. */
  readonly offset: number;
  readonly trained: boolean;
}

/** Bytes of a tensor that lies by itself. */
export function regionBytes(region: Region): number {
  const { rows, columns, transposed, stride } = region;
  return 16 * (transposed ? columns : rows) * stride;
}

/** Trained tensors first, constants after them. */
export interface ArenaLayout {
  readonly regions: ReadonlyMap<string, Region>;
  /** Bytes of one copy, a multiple of 256. */
  readonly bytes: number;
  /** Bytes the optimizer must visit: all trained tensors, from 0. */
  readonly trainedBytes: number;
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Lays out the tensors of a model, those named in `transposed` as [columns, rows]. */
export function layOut(
  specs: readonly ParamSpec[],
  transposed: ReadonlySet<string> = new Set(),
): ArenaLayout {
  const regions = new Map<string, Region>();
  let offset = 0;
  let trainedBytes = 0;
  const ordered = [
    ...specs.filter((spec) => spec.trained),
    ...specs.filter((spec) => !spec.trained),
  ];
  for (const { name, shape, trained } of ordered) {
    const [rows, columns] = shape;
    const turned = transposed.has(name);
    const region: Region = {
      name,
      rows,
      columns,
      stride: rowStride(turned ? rows : columns),
      transposed: turned,
      offset,
      trained,
    };
    regions.set(name, region);
    const end = offset + regionBytes(region);
    if (trained) trainedBytes = end;
    offset = align(end);
  }
  return { regions, bytes: offset, trainedBytes };
}

/**
 * A linear VAE's tensors with encoder and decoder side by side: v = [encW^T | decU], [D, 2 k]
 * with each half padded to vec4s, so that X v gives both projections. Then logVar.
 */
export function layOutSideBySide(
  columns: number,
  latents: number,
  halfStride: number,
  logVarTrained: boolean,
): ArenaLayout {
  const stride = 2 * halfStride;
  const vBytes = 16 * columns * stride;
  const logVarOffset = align(vBytes);
  const logVarBytes = 16 * halfStride;
  const regions: Region[] = [
    {
      name: "encW",
      rows: latents,
      columns,
      stride,
      transposed: true,
      offset: 0,
      trained: true,
    },
    {
      name: "decU",
      rows: columns,
      columns: latents,
      stride,
      transposed: false,
      offset: 16 * halfStride,
      trained: true,
    },
    {
      name: "logVar",
      rows: 1,
      columns: latents,
      stride: halfStride,
      transposed: false,
      offset: logVarOffset,
      trained: logVarTrained,
    },
  ];
  return {
    regions: new Map(regions.map((region) => [region.name, region])),
    bytes: align(logVarOffset + logVarBytes),
    trainedBytes: logVarTrained ? logVarOffset + logVarBytes : vBytes,
  };
}

/** Writes a row-major matrix into padded rows, from float `at` on. */
export function packMatrix(
  values: Float32Array,
  rows: number,
  columns: number,
  out: Float32Array,
): void {
  const width = 4 * rowStride(columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    out.set(values.subarray(start, start + columns), row * width);
  }
}

/** Index of an entry in a copy of the arena, in floats from the copy's start. */
function place(region: Region, row: number, column: number): number {
  const [r, c] = region.transposed ? [column, row] : [row, column];
  return region.offset / 4 + 4 * region.stride * r + c;
}

/** Writes a row-major tensor to its region; `base`: floats to the copy's start. */
export function packRegion(
  values: Float32Array,
  region: Region,
  out: Float32Array,
  base: number,
): void {
  for (let row = 0; row < region.rows; row++) {
    for (let column = 0; column < region.columns; column++) {
      out[base + place(region, row, column)] =
        values[row * region.columns + column];
    }
  }
}

/** Reads a tensor out of its region, row-major. */
export function unpackRegion(
  from: Float32Array,
  region: Region,
  base: number,
): Float32Array {
  const values = new Float32Array(region.rows * region.columns);
  for (let row = 0; row < region.rows; row++) {
    for (let column = 0; column < region.columns; column++) {
      values[row * region.columns + column] =
        from[base + place(region, row, column)];
    }
  }
  return values;
}
