// c = a b, c += a b or c -= a b; a is stored [m, k] (entry points nn*) or [k, m] (tn*)
//
// a: f32 [m, k] or [k, m], rows padded to vec4s; in *Gathered its batch rows are drawn rows
// b: f32 [k, n], padded
// c: f32 [m, n], padded; columns past n get what the padding of b gives, 0
// Strides and offsets are in vec4s: a, b and c may be parts of wider matrices.
//
// For software adapters without subgroups, the twin of matmul-quad.wgsl: four threads make a
// tile of 32 rows and 4 COLUMNS columns, each keeps 8 rows of it in registers and loads all it
// needs itself. No workgroup memory, no barriers. Written out by hand: nothing here unrolls loops.

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
override COLUMNS: u32 = 8; // vec4s of a row of the tile, at most 10

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

// tile += the outer products of four rows of a with the rows of b that begin at `starts`.
fn addRows(tile: ptr<function, Tile>, x: Panel, starts: vec4u) {
  (*tile).c0 = rank4((*tile).c0, x,
    b[starts.x + 0u],
    b[starts.y + 0u],
    b[starts.z + 0u],
    b[starts.w + 0u]);
  if (COLUMNS > 1u) {
    (*tile).c1 = rank4((*tile).c1, x,
      b[starts.x + 1u],
      b[starts.y + 1u],
      b[starts.z + 1u],
      b[starts.w + 1u]);
  }
  if (COLUMNS > 2u) {
    (*tile).c2 = rank4((*tile).c2, x,
      b[starts.x + 2u],
      b[starts.y + 2u],
      b[starts.z + 2u],
      b[starts.w + 2u]);
  }
  if (COLUMNS > 3u) {
    (*tile).c3 = rank4((*tile).c3, x,
      b[starts.x + 3u],
      b[starts.y + 3u],
      b[starts.z + 3u],
      b[starts.w + 3u]);
  }
  if (COLUMNS > 4u) {
    (*tile).c4 = rank4((*tile).c4, x,
      b[starts.x + 4u],
      b[starts.y + 4u],
      b[starts.z + 4u],
      b[starts.w + 4u]);
  }
  if (COLUMNS > 5u) {
    (*tile).c5 = rank4((*tile).c5, x,
      b[starts.x + 5u],
      b[starts.y + 5u],
      b[starts.z + 5u],
      b[starts.w + 5u]);
  }
  if (COLUMNS > 6u) {
    (*tile).c6 = rank4((*tile).c6, x,
      b[starts.x + 6u],
      b[starts.y + 6u],
      b[starts.z + 6u],
      b[starts.w + 6u]);
  }
  if (COLUMNS > 7u) {
    (*tile).c7 = rank4((*tile).c7, x,
      b[starts.x + 7u],
      b[starts.y + 7u],
      b[starts.z + 7u],
      b[starts.w + 7u]);
  }
  if (COLUMNS > 8u) {
    (*tile).c8 = rank4((*tile).c8, x,
      b[starts.x + 8u],
      b[starts.y + 8u],
      b[starts.z + 8u],
      b[starts.w + 8u]);
  }
  if (COLUMNS > 9u) {
    (*tile).c9 = rank4((*tile).c9, x,
      b[starts.x + 9u],
      b[starts.y + 9u],
      b[starts.z + 9u],
      b[starts.w + 9u]);
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

fn storeTile(row: u32, column: u32, tile: ptr<function, Tile>) {
  storeColumn(row, column, (*tile).c0);
  if (COLUMNS > 1u) {
    storeColumn(row, column + 1u, (*tile).c1);
  }
  if (COLUMNS > 2u) {
    storeColumn(row, column + 2u, (*tile).c2);
  }
  if (COLUMNS > 3u) {
    storeColumn(row, column + 3u, (*tile).c3);
  }
  if (COLUMNS > 4u) {
    storeColumn(row, column + 4u, (*tile).c4);
  }
  if (COLUMNS > 5u) {
    storeColumn(row, column + 5u, (*tile).c5);
  }
  if (COLUMNS > 6u) {
    storeColumn(row, column + 6u, (*tile).c6);
  }
  if (COLUMNS > 7u) {
    storeColumn(row, column + 7u, (*tile).c7);
  }
  if (COLUMNS > 8u) {
    storeColumn(row, column + 8u, (*tile).c8);
  }
  if (COLUMNS > 9u) {
    storeColumn(row, column + 9u, (*tile).c9);
  }
}

// Rows of a, as positions in it.
struct Rows {
  low: vec4u,
  high: vec4u,
}

fn multiply(tile: ptr<function, Tile>, rows: Rows, column: u32) {
  let last = vec4u(shape.k - 1u);
  for (var p = 0u; p < shape.k; p += 4u) {
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
    // Past the end a is 0 and any row of b will do.
    let starts = shape.bOffset + min(vec4u(p) + vec4u(0u, 1u, 2u, 3u), last) * shape.bStride + column;
    addRows(tile, x, starts);
  }
}

// The same for rows p .. p + 3 of a stored [k, m]; those past the end count as 0.
fn addOuter(tile: ptr<function, Tile>, rows: vec4u, p: u32, eight: u32, column: u32) {
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
  addRows(tile, x, starts);
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
  multiply(&tile, rows, column);
  storeTile(row, column, &tile);
}

@compute @workgroup_size(4)
fn nnGathered(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = (group.y * 4u + lane) * 8u;
  let column = group.x * COLUMNS;
  let low = batchRows(step.seed, step.index, row / 4u, shape.rows);
  let high = batchRows(step.seed, step.index, row / 4u + 1u, shape.rows);
  var tile: Tile;
  let rows = Rows(low * shape.aStride + shape.aOffset, high * shape.aStride + shape.aOffset);
  multiply(&tile, rows, column);
  storeTile(row, column, &tile);
}

@compute @workgroup_size(4)
fn tn(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let eight = (group.y * 4u + lane) * 2u;
  let column = group.x * COLUMNS;
  var tile: Tile;
  for (var p = 0u; p < shape.k; p += 4u) {
    let rows = min(vec4u(p) + vec4u(0u, 1u, 2u, 3u), vec4u(shape.k - 1u));
    addOuter(&tile, rows, p, eight, column);
  }
  storeTile(eight * 4u, column, &tile);
}

@compute @workgroup_size(4)
fn tnGathered(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let eight = (group.y * 4u + lane) * 2u;
  let column = group.x * COLUMNS;
  var tile: Tile;
  for (var p = 0u; p < shape.k; p += 4u) {
    let rows = batchRows(step.seed, step.index, p / 4u, shape.rows);
    addOuter(&tile, rows, p, eight, column);
  }
  storeTile(eight * 4u, column, &tile);
}
