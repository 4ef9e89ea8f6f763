// c = a b, c += a b or c -= a b; a is stored [m, k] (entry points nn*) or [k, m] (tn*)
//
// a: f32 [m, k] or [k, m], rows padded to vec4s; in *Gathered its batch rows are drawn rows
// b: f32 [k, n], padded
// c: f32 [m, n], padded; columns past n get what the padding of b gives, 0
// Strides and offsets are in vec4s: a, b and c may be parts of wider matrices.
//
// For GPUs: a workgroup of 8 x 8 threads makes a tile of 32 x 32. Slices of a and b, 16 deep,
// go through workgroup memory, read from the tensors as neighboring vec4s by neighboring
// threads; each thread keeps a 4 x 4 block of the tile in registers.

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

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

const SIZE = 32u; // rows and columns of the tile
const DEPTH = 16u;

// aSlice[p][i]: rows 4 i .. 4 i + 3 of column p; bSlice[p][j]: columns 4 j .. 4 j + 3 of row p.
var<workgroup> aSlice: array<array<vec4f, 8>, 16>;
var<workgroup> bSlice: array<array<vec4f, 8>, 16>;

fn loadB(first: u32, column: u32, thread: u32) {
  for (var i = thread; i < DEPTH * 8u; i += 64u) {
    let p = i / 8u;
    let j = i % 8u;
    let exists = first + p < shape.k && column + j < shape.bStride;
    var value = vec4f(0.0);
    if (exists) {
      value = b[shape.bOffset + (first + p) * shape.bStride + column + j];
    }
    bSlice[p][j] = value;
  }
}

// Row `position` of a, whose tile row is i, at depth 4 q .. 4 q + 3.
fn loadRow(position: u32, i: u32, q: u32, first: u32) {
  var value = vec4f(0.0);
  if (first + 4u * q < shape.k) {
    value = a[shape.aOffset + position * shape.aStride + first / 4u + q];
  }
  aSlice[4u * q][i / 4u][i % 4u] = value.x;
  aSlice[4u * q + 1u][i / 4u][i % 4u] = value.y;
  aSlice[4u * q + 2u][i / 4u][i % 4u] = value.z;
  aSlice[4u * q + 3u][i / 4u][i % 4u] = value.w;
}

// Four columns of a stored [k, m]: row `position` of it is column p of the slice.
fn loadColumns(position: u32, p: u32, i: u32, first: u32, tileRow: u32) {
  var value = vec4f(0.0);
  let at = tileRow / 4u + i;
  if (first + p < shape.k && at < shape.aStride) {
    value = a[shape.aOffset + position * shape.aStride + at];
  }
  aSlice[p][i] = value;
}

fn multiplySlice(tile: mat4x4f, thread: u32) -> mat4x4f {
  var sum = tile;
  let i = thread / 8u;
  let j = thread % 8u;
  for (var p = 0u; p < DEPTH; p++) {
    let x = aSlice[p][i];
    let y = bSlice[p][j];
    sum[0] = fma(vec4f(x.x), y, sum[0]);
    sum[1] = fma(vec4f(x.y), y, sum[1]);
    sum[2] = fma(vec4f(x.z), y, sum[2]);
    sum[3] = fma(vec4f(x.w), y, sum[3]);
  }
  return sum;
}

fn storeTile(tile: mat4x4f, group: vec3u, thread: u32) {
  let row = group.y * SIZE + (thread / 8u) * 4u;
  let column = group.x * 8u + thread % 8u;
  if (column * 4u >= shape.n) {
    return;
  }
  for (var i = 0u; i < 4u; i++) {
    if (row + i < shape.m) {
      let at = shape.cOffset + (row + i) * shape.cStride + column;
      if (ACCUMULATE == 0u) {
        c[at] = tile[i];
      } else {
        c[at] += select(tile[i], -tile[i], ACCUMULATE == 2u);
      }
    }
  }
}

@compute @workgroup_size(64)
fn nn(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  var tile: mat4x4f;
  for (var first = 0u; first < shape.k; first += DEPTH) {
    loadB(first, group.x * 8u, thread);
    for (var i = thread; i < SIZE * 4u; i += 64u) {
      let row = min(group.y * SIZE + i / 4u, shape.m - 1u);
      loadRow(row, i / 4u, i % 4u, first);
    }
    workgroupBarrier();
    tile = multiplySlice(tile, thread);
    workgroupBarrier();
  }
  storeTile(tile, group, thread);
}

@compute @workgroup_size(64)
fn nnGathered(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  // A thread loads the same two rows in every slice.
  let row = group.y * SIZE + thread / 4u;
  let position = batchRow(step.seed, step.index, row, shape.rows);
  let position2 = batchRow(step.seed, step.index, row + 16u, shape.rows);
  var tile: mat4x4f;
  for (var first = 0u; first < shape.k; first += DEPTH) {
    loadB(first, group.x * 8u, thread);
    loadRow(position, thread / 4u, thread % 4u, first);
    loadRow(position2, thread / 4u + 16u, thread % 4u, first);
    workgroupBarrier();
    tile = multiplySlice(tile, thread);
    workgroupBarrier();
  }
  storeTile(tile, group, thread);
}

@compute @workgroup_size(64)
fn tn(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  var tile: mat4x4f;
  for (var first = 0u; first < shape.k; first += DEPTH) {
    loadB(first, group.x * 8u, thread);
    for (var i = thread; i < DEPTH * 8u; i += 64u) {
      loadColumns(first + i / 8u, i / 8u, i % 8u, first, group.y * SIZE);
    }
    workgroupBarrier();
    tile = multiplySlice(tile, thread);
    workgroupBarrier();
  }
  storeTile(tile, group, thread);
}

@compute @workgroup_size(64)
fn tnGathered(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  var tile: mat4x4f;
  for (var first = 0u; first < shape.k; first += DEPTH) {
    loadB(first, group.x * 8u, thread);
    for (var i = thread; i < DEPTH * 8u; i += 64u) {
      let position = batchRow(step.seed, step.index, first + i / 8u, shape.rows);
      loadColumns(position, i / 8u, i % 8u, first, group.y * SIZE);
    }
    workgroupBarrier();
    tile = multiplySlice(tile, thread);
    workgroupBarrier();
  }
  storeTile(tile, group, thread);
}
