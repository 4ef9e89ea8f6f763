// Counts of each unit's KL over a range of examples.
//
// With u = x, or (x; y) in a conditional model, unit i has at an example
//   kl_i = ((M u + b)_i^2 invScale + c_i) / 2
//
// x, y:      f32 [rows, 4 xStride], [rows, 4 yStride], padded with zeros; without y yStride is 0
// map:       M^T, f32 [4 xStride + 4 yStride, 4 quads], padded with zeros where x and y are
// units:     b, then c, f32 [2, 4 quads]
// epsilons:  ascending, f32 [count]
// sums:      f32 [slices, 4 quads], the KL of ROWS examples added up
// histogram: u32 [units, count + 2]; KLs from one epsilon up to the next, those of no epsilon
//            (in bin `count`), and those of threshold or more
// One invocation takes four units at ROWS examples, its neighbors the next units: they share x
// and load neighboring vec4s of the map. Each dispatch takes a range of the examples.

const ROWS = 4u;

struct Shape {
  // Examples of this dispatch, and where its sums begin.
  firstRow: u32,
  endRow: u32,
  firstSlice: u32,
  xStride: u32,
  yStride: u32,
  units: u32,
  quads: u32,
  invScale: f32,
  threshold: f32,
}

override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> y: array<vec4f>;
@group(0) @binding(3) var<storage, read> map: array<vec4f>;
@group(0) @binding(4) var<storage, read> units: array<vec4f>;
@group(0) @binding(5) var<storage, read> epsilons: array<f32>;
@group(0) @binding(6) var<storage, read_write> sums: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> histogram: array<atomic<u32>>;

// Number of epsilons not above kl, which is the bin of the first one above it.
fn binOf(kl: f32) -> u32 {
  var low = 0u;
  var high = arrayLength(&epsilons);
  while (low < high) {
    let middle = (low + high) / 2u;
    if (kl < epsilons[middle]) {
      high = middle;
    } else {
      low = middle + 1u;
    }
  }
  return low;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quad = id.x % shape.quads;
  let slice = id.x / shape.quads;
  let row = shape.firstRow + ROWS * slice;
  if (row >= shape.endRow) {
    return;
  }
  // Examples past the end: the last one again, not counted below.
  var rows: array<u32, ROWS>;
  var means: array<vec4f, ROWS>;
  for (var r = 0u; r < ROWS; r++) {
    rows[r] = min(row + r, shape.endRow - 1u);
    means[r] = units[quad];
  }
  var at = quad;
  for (var c = 0u; c < shape.xStride; c++) {
    let m = mat4x4f(
      map[at],
      map[at + shape.quads],
      map[at + 2u * shape.quads],
      map[at + 3u * shape.quads],
    );
    for (var r = 0u; r < ROWS; r++) {
      means[r] += m * x[rows[r] * shape.xStride + c];
    }
    at += 4u * shape.quads;
  }
  for (var c = 0u; c < shape.yStride; c++) {
    let m = mat4x4f(
      map[at],
      map[at + shape.quads],
      map[at + 2u * shape.quads],
      map[at + 3u * shape.quads],
    );
    for (var r = 0u; r < ROWS; r++) {
      means[r] += m * y[rows[r] * shape.yStride + c];
    }
    at += 4u * shape.quads;
  }
  let constants = units[shape.quads + quad];
  let bins = arrayLength(&epsilons) + 2u;
  var sum = vec4f(0.0);
  for (var r = 0u; r < min(ROWS, shape.endRow - row); r++) {
    let kl = 0.5 * (means[r] * means[r] * shape.invScale + constants);
    sum += kl;
    for (var i = 0u; i < min(4u, shape.units - 4u * quad); i++) {
      let first = (4u * quad + i) * bins;
      atomicAdd(&histogram[first + binOf(kl[i])], 1u);
      if (kl[i] >= shape.threshold) {
        atomicAdd(&histogram[first + bins - 1u], 1u);
      }
    }
  }
  sums[(shape.firstSlice + slice) * shape.quads + quad] = sum;
}
