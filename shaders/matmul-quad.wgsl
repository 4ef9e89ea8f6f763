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
fn addRows(tile: ptr<function, Tile>, x: Panel, starts: vec4u, lane: u32) {
  let y00 = b[starts.x + 0u + lane];
  let y01 = b[starts.y + 0u + lane];
  let y02 = b[starts.z + 0u + lane];
  let y03 = b[starts.w + 0u + lane];
  rank4(&(*tile).c0, x,
    quadBroadcast(y00, 0u),
    quadBroadcast(y01, 0u),
    quadBroadcast(y02, 0u),
    quadBroadcast(y03, 0u));
  if (COLUMNS > 1u) {
    rank4(&(*tile).c1, x,
      quadBroadcast(y00, 1u),
      quadBroadcast(y01, 1u),
      quadBroadcast(y02, 1u),
      quadBroadcast(y03, 1u));
  }
  if (COLUMNS > 2u) {
    rank4(&(*tile).c2, x,
      quadBroadcast(y00, 2u),
      quadBroadcast(y01, 2u),
      quadBroadcast(y02, 2u),
      quadBroadcast(y03, 2u));
  }
  if (COLUMNS > 3u) {
    rank4(&(*tile).c3, x,
      quadBroadcast(y00, 3u),
      quadBroadcast(y01, 3u),
      quadBroadcast(y02, 3u),
      quadBroadcast(y03, 3u));
  }
  if (COLUMNS > 4u) {
    let y10 = b[starts.x + 4u + lane];
    let y11 = b[starts.y + 4u + lane];
    let y12 = b[starts.z + 4u + lane];
    let y13 = b[starts.w + 4u + lane];
    rank4(&(*tile).c4, x,
      quadBroadcast(y10, 0u),
      quadBroadcast(y11, 0u),
      quadBroadcast(y12, 0u),
      quadBroadcast(y13, 0u));
    if (COLUMNS > 5u) {
      rank4(&(*tile).c5, x,
        quadBroadcast(y10, 1u),
        quadBroadcast(y11, 1u),
        quadBroadcast(y12, 1u),
        quadBroadcast(y13, 1u));
    }
    if (COLUMNS > 6u) {
      rank4(&(*tile).c6, x,
        quadBroadcast(y10, 2u),
        quadBroadcast(y11, 2u),
        quadBroadcast(y12, 2u),
        quadBroadcast(y13, 2u));
    }
    if (COLUMNS > 7u) {
      rank4(&(*tile).c7, x,
        quadBroadcast(y10, 3u),
        quadBroadcast(y11, 3u),
        quadBroadcast(y12, 3u),
        quadBroadcast(y13, 3u));
    }
  }
  if (COLUMNS > 8u) {
    let y20 = b[starts.x + 8u + lane];
    let y21 = b[starts.y + 8u + lane];
    let y22 = b[starts.z + 8u + lane];
    let y23 = b[starts.w + 8u + lane];
    rank4(&(*tile).c8, x,
      quadBroadcast(y20, 0u),
      quadBroadcast(y21, 0u),
      quadBroadcast(y22, 0u),
      quadBroadcast(y23, 0u));
    if (COLUMNS > 9u) {
      rank4(&(*tile).c9, x,
        quadBroadcast(y20, 1u),
        quadBroadcast(y21, 1u),
        quadBroadcast(y22, 1u),
        quadBroadcast(y23, 1u));
    }
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

fn storeColumn(row: u32, column: u32, t: ptr<function, Column>) {
  storeRow(row + 0u, column, (*t).r0);
  storeRow(row + 1u, column, (*t).r1);
  storeRow(row + 2u, column, (*t).r2);
  storeRow(row + 3u, column, (*t).r3);
  storeRow(row + 4u, column, (*t).r4);
  storeRow(row + 5u, column, (*t).r5);
  storeRow(row + 6u, column, (*t).r6);
  storeRow(row + 7u, column, (*t).r7);
}

fn storeTile(row: u32, column: u32, tile: ptr<function, Tile>) {
  storeColumn(row, column, &(*tile).c0);
  if (COLUMNS > 1u) {
    storeColumn(row, column + 1u, &(*tile).c1);
  }
  if (COLUMNS > 2u) {
    storeColumn(row, column + 2u, &(*tile).c2);
  }
  if (COLUMNS > 3u) {
    storeColumn(row, column + 3u, &(*tile).c3);
  }
  if (COLUMNS > 4u) {
    storeColumn(row, column + 4u, &(*tile).c4);
  }
  if (COLUMNS > 5u) {
    storeColumn(row, column + 5u, &(*tile).c5);
  }
  if (COLUMNS > 6u) {
    storeColumn(row, column + 6u, &(*tile).c6);
  }
  if (COLUMNS > 7u) {
    storeColumn(row, column + 7u, &(*tile).c7);
  }
  if (COLUMNS > 8u) {
    storeColumn(row, column + 8u, &(*tile).c8);
  }
  if (COLUMNS > 9u) {
    storeColumn(row, column + 9u, &(*tile).c9);
  }
}

// Rows of a, as positions in it.
struct Rows {
  low: vec4u,
  high: vec4u,
}

fn multiply(tile: ptr<function, Tile>, rows: Rows, column: u32, lane: u32) {
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
    addRows(tile, x, starts, lane);
  }
}

// The same for rows p .. p + 3 of a stored [k, m]; those past the end count as 0.
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
  multiply(&tile, rows, column, lane);
  storeTile(row, column, &tile);
}

@compute @workgroup_size(4)
fn tn(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let eight = (group.y * 4u + lane) * 2u;
  let column = group.x * COLUMNS;
  var tile: Tile;
  for (var p = 0u; p < shape.k; p += 4u) {
    let rows = min(vec4u(p) + vec4u(0u, 1u, 2u, 3u), vec4u(shape.k - 1u));
    addOuter(&tile, rows, p, eight, column, lane);
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
    addOuter(&tile, rows, p, eight, column, lane);
  }
  storeTile(eight * 4u, column, &tile);
}
