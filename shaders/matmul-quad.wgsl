// c = a b, c += a b or c -= a b; a is stored [m, k] (entry points nn*) or [k, m] (tn*)
//
// a: f32 [m, k] or [k, m], rows padded to vec4s; in *Gathered its batch rows are drawn rows
// b: f32 [k, n], padded
// c: f32 [m, n], padded; columns past n get what the padding of b gives, 0
// Strides and offsets are in vec4s: a, b and c may be parts of wider matrices.
//
// For adapters whose subgroups are quads (software ones): a workgroup of four threads makes a
// tile of 32 rows and 4 COLUMNS columns. Each thread keeps 8 rows of it in registers, loads
// what it alone needs, and a quarter of what all four need, which quadBroadcast hands round.
// No workgroup memory, no barriers. Written out by hand: nothing here unrolls loops.
// matmul-block.wgsl is the twin for adapters without subgroups.

enable subgroups;

struct Shape {
  m: u32,
  n: u32,
  k: u32,
  aStride: u32,
  bStride: u32,
  cStride: u32,
  aOffset: u32,
  bOffset: u32,
  cOffset: u32,
  rows: u32, // gathered: rows of a to draw from
}

override ACCUMULATE: u32 = 0; // 0: c =, 1: c +=, 2: c -=
override COLUMNS: u32 = 8; // vec4s of a row of the tile: 1, 2, 4, 5, 8 or 10
// Eight terms an iteration rather than four, k a multiple of eight: what an iteration carries over
// passes through memory here.
override DEEP: bool = false;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

struct Tile {
  c0: Column,
  c1: Column,
  c2: Column,
  c3: Column,
  c4: Column,
  c5: Column,
  c6: Column,
  c7: Column,
  c8: Column,
  c9: Column,
}

// Rows p .. p + 3 of one column of vec4s.
struct Four {
  y0: vec4f,
  y1: vec4f,
  y2: vec4f,
  y3: vec4f,
}

fn update(t: Column, x: Panel, y: Four) -> Column {
  return rank4(t, x, y.y0, y.y1, y.y2, y.y3);
}

fn load(starts: vec4u, column: u32) -> Four {
  return Four(b[starts.x + column], b[starts.y + column], b[starts.z + column], b[starts.w + column]);
}

fn swapX(y: Four) -> Four {
  return Four(quadSwapX(y.y0), quadSwapX(y.y1), quadSwapX(y.y2), quadSwapX(y.y3));
}

fn swapY(y: Four) -> Four {
  return Four(quadSwapY(y.y0), quadSwapY(y.y1), quadSwapY(y.y2), quadSwapY(y.y3));
}

fn swapDiagonal(y: Four) -> Four {
  return Four(
    quadSwapDiagonal(y.y0),
    quadSwapDiagonal(y.y1),
    quadSwapDiagonal(y.y2),
    quadSwapDiagonal(y.y3));
}

fn first(y: Four) -> Four {
  return Four(
    quadBroadcast(y.y0, 0u), quadBroadcast(y.y1, 0u), quadBroadcast(y.y2, 0u), quadBroadcast(y.y3, 0u));
}

fn second(y: Four) -> Four {
  return Four(
    quadBroadcast(y.y0, 1u), quadBroadcast(y.y1, 1u), quadBroadcast(y.y2, 1u), quadBroadcast(y.y3, 1u));
}

// tile += the outer products of four rows of a with the rows of b that begin at `starts`. Of four
// columns a thread loads its own and swaps for the others: c0 is column `lane` of them, c1 column
// lane ^ 1, c2 lane ^ 2, c3 lane ^ 3. One or two left over are handed round instead.
fn addRows(tile: ptr<function, Tile>, x: Panel, starts: vec4u, lane: u32) {
  let y0 = load(starts, lane);
  if (COLUMNS >= 4u) {
    (*tile).c0 = update((*tile).c0, x, y0);
    (*tile).c1 = update((*tile).c1, x, swapX(y0));
    (*tile).c2 = update((*tile).c2, x, swapY(y0));
    (*tile).c3 = update((*tile).c3, x, swapDiagonal(y0));
  } else {
    (*tile).c0 = update((*tile).c0, x, first(y0));
    if (COLUMNS > 1u) {
      (*tile).c1 = update((*tile).c1, x, second(y0));
    }
  }
  if (COLUMNS > 4u) {
    let y1 = load(starts, 4u + lane);
    if (COLUMNS >= 8u) {
      (*tile).c4 = update((*tile).c4, x, y1);
      (*tile).c5 = update((*tile).c5, x, swapX(y1));
      (*tile).c6 = update((*tile).c6, x, swapY(y1));
      (*tile).c7 = update((*tile).c7, x, swapDiagonal(y1));
    } else {
      (*tile).c4 = update((*tile).c4, x, first(y1));
    }
  }
  if (COLUMNS > 8u) {
    let y2 = load(starts, 8u + lane);
    (*tile).c8 = update((*tile).c8, x, first(y2));
    (*tile).c9 = update((*tile).c9, x, second(y2));
  }
}

fn storeRow(row: u32, column: u32, value: vec4f) {
  if (row < shape.m && column * 4u < shape.n) {
    let at = shape.cOffset + row * shape.cStride + column;
    // Inlined for every row of the tile: a product that only sets has no loads there.
    if (ACCUMULATE == 0u) {
      c[at] = value;
    } else {
      c[at] += select(value, -value, ACCUMULATE == 2u);
    }
  }
}

fn storeColumn(row: u32, column: u32, t: Column) {
  storeRow(row + 0u, column, t.r0);
  storeRow(row + 1u, column, t.r1);
  storeRow(row + 2u, column, t.r2);
  storeRow(row + 3u, column, t.r3);
  storeRow(row + 4u, column, t.r4);
  storeRow(row + 5u, column, t.r5);
  storeRow(row + 6u, column, t.r6);
  storeRow(row + 7u, column, t.r7);
}

// Where column i of four stands: as addRows swapped them, or in order where fewer are left.
fn place(i: u32, lane: u32) -> u32 {
  return select(i, i ^ lane, i / 4u < COLUMNS / 4u);
}

fn storeTile(row: u32, column: u32, tile: ptr<function, Tile>, lane: u32) {
  storeColumn(row, column + place(0u, lane), (*tile).c0);
  if (COLUMNS > 1u) {
    storeColumn(row, column + place(1u, lane), (*tile).c1);
  }
  if (COLUMNS > 2u) {
    storeColumn(row, column + place(2u, lane), (*tile).c2);
  }
  if (COLUMNS > 3u) {
    storeColumn(row, column + place(3u, lane), (*tile).c3);
  }
  if (COLUMNS > 4u) {
    storeColumn(row, column + place(4u, lane), (*tile).c4);
  }
  if (COLUMNS > 5u) {
    storeColumn(row, column + place(5u, lane), (*tile).c5);
  }
  if (COLUMNS > 6u) {
    storeColumn(row, column + place(6u, lane), (*tile).c6);
  }
  if (COLUMNS > 7u) {
    storeColumn(row, column + place(7u, lane), (*tile).c7);
  }
  if (COLUMNS > 8u) {
    storeColumn(row, column + place(8u, lane), (*tile).c8);
  }
  if (COLUMNS > 9u) {
    storeColumn(row, column + place(9u, lane), (*tile).c9);
  }
}

// Rows of a, as positions in it.
struct Rows {
  low: vec4u,
  high: vec4u,
}

// tile += columns p .. p + 3 of the rows of a times rows p .. p + 3 of b.
fn addInner(tile: ptr<function, Tile>, rows: Rows, p: u32, column: u32, lane: u32) {
  let at = p / 4u;
  let x0 = a[rows.low.x + at];
  let x1 = a[rows.low.y + at];
  let x2 = a[rows.low.z + at];
  let x3 = a[rows.low.w + at];
  let x4 = a[rows.high.x + at];
  let x5 = a[rows.high.y + at];
  let x6 = a[rows.high.z + at];
  let x7 = a[rows.high.w + at];
  let x = panel(x0, x1, x2, x3, x4, x5, x6, x7);
  // The padding of a is 0 and any row of b will do.
  let starts = shape.bOffset + min(vec4u(p) + vec4u(0u, 1u, 2u, 3u), vec4u(shape.k - 1u)) * shape.bStride + column;
  addRows(tile, x, starts, lane);
}

fn multiply(tile: ptr<function, Tile>, rows: Rows, column: u32, lane: u32) {
  for (var p = 0u; p < shape.k; p += select(4u, 8u, DEEP)) {
    addInner(tile, rows, p, column, lane);
    if (DEEP) {
      addInner(tile, rows, p + 4u, column, lane);
    }
  }
}

// The same for rows p .. p + 3 of a stored [k, m].
fn addOuter(tile: ptr<function, Tile>, rows: vec4u, p: u32, eight: u32, column: u32, lane: u32) {
  let last = vec4u(shape.k - 1u);
  let positions = vec4u(p) + vec4u(0u, 1u, 2u, 3u);
  let keep = select(vec4f(0.0), vec4f(1.0), positions <= last);
  let at = shape.aOffset + rows * shape.aStride + eight;
  let starts = shape.bOffset + min(positions, last) * shape.bStride + column;
  let x = Panel(
    keep.x * a[at.x], keep.x * a[at.x + 1u],
    keep.y * a[at.y], keep.y * a[at.y + 1u],
    keep.z * a[at.z], keep.z * a[at.z + 1u],
    keep.w * a[at.w], keep.w * a[at.w + 1u]);
  addRows(tile, x, starts, lane);
}

fn rowsAt(p: u32) -> vec4u {
  return min(vec4u(p) + vec4u(0u, 1u, 2u, 3u), vec4u(shape.k - 1u));
}

@compute @workgroup_size(4)
fn nn(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (group.y * 4u + lane) * 8u;
  let column = group.x * COLUMNS;
  let last = vec4u(shape.m - 1u);
  let low = min(vec4u(row) + vec4u(0u, 1u, 2u, 3u), last);
  let high = min(vec4u(row) + vec4u(4u, 5u, 6u, 7u), last);
  var tile: Tile;
  let rows = Rows(low * shape.aStride + shape.aOffset, high * shape.aStride + shape.aOffset);
  multiply(&tile, rows, column, lane);
  storeTile(row, column, &tile, lane);
}

@compute @workgroup_size(4)
fn nnGathered(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (group.y * 4u + lane) * 8u;
  let column = group.x * COLUMNS;
  let low = batchRows(step.seed, step.index, row / 4u, shape.rows);
  let high = batchRows(step.seed, step.index, row / 4u + 1u, shape.rows);
  var tile: Tile;
  let rows = Rows(low * shape.aStride + shape.aOffset, high * shape.aStride + shape.aOffset);
  multiply(&tile, rows, column, lane);
  storeTile(row, column, &tile, lane);
}

@compute @workgroup_size(4)
fn tn(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let eight = (group.y * 4u + lane) * 2u;
  let column = group.x * COLUMNS;
  var tile: Tile;
  for (var p = 0u; p < shape.k; p += select(4u, 8u, DEEP)) {
    addOuter(&tile, rowsAt(p), p, eight, column, lane);
    if (DEEP) {
      addOuter(&tile, rowsAt(p + 4u), p + 4u, eight, column, lane);
    }
  }
  storeTile(eight * 4u, column, &tile, lane);
}

@compute @workgroup_size(4)
fn tnGathered(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let eight = (group.y * 4u + lane) * 2u;
  let column = group.x * COLUMNS;
  var tile: Tile;
  for (var p = 0u; p < shape.k; p += 4u) {
    let rows = batchRows(step.seed, step.index, p / 4u, shape.rows);
    addOuter(&tile, rows, p, eight, column, lane);
  }
  storeTile(eight * 4u, column, &tile, lane);
}
