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
  /** vec4s per row. */
  readonly stride: number;
  /** Bytes. */
  readonly offset: number;
  readonly trained: boolean;
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

/** Lays out the tensors of a model. */
export function layOut(specs: readonly ParamSpec[]): ArenaLayout {
  const regions = new Map<string, Region>();
  let offset = 0;
  let trainedBytes = 0;
  const ordered = [
    ...specs.filter((spec) => spec.trained),
    ...specs.filter((spec) => !spec.trained),
  ];
  for (const { name, shape, trained } of ordered) {
    const [rows, columns] = shape;
    const stride = rowStride(columns);
    regions.set(name, { name, rows, columns, stride, offset, trained });
    if (trained) trainedBytes = offset + matrixBytes(rows, columns);
    offset = align(offset + matrixBytes(rows, columns));
  }
  return { regions, bytes: offset, trainedBytes };
}

/** Writes a row-major matrix into `out` (floats) with padded rows, from float `at` on. */
export function packMatrix(
  values: Float32Array,
  rows: number,
  columns: number,
  out: Float32Array,
  at = 0,
): void {
  const width = 4 * rowStride(columns);
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    out.set(values.subarray(from, from + columns), at + row * width);
  }
}

/** Reads a row-major matrix out of padded rows. */
export function unpackMatrix(
  from: Float32Array,
  rows: number,
  columns: number,
  at = 0,
): Float32Array {
  const width = 4 * rowStride(columns);
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = at + row * width;
    values.set(from.subarray(start, start + columns), row * columns);
  }
  return values;
}
