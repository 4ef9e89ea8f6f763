// What the exact-moment kernels of models with several weight matrices share: bindings, products
// of matrices in 4 x 4 blocks, the optimizer, the terms.
//
// One workgroup trains one model. Matrices are row-major, rows padded to vec4s, and all addresses
// count vec4s of `arena`; with LOCAL, those from LOCAL_BASE on are workgroup memory. An invocation
// makes one block of a product, rows 4 i to 4 i + 3 and columns 4 l to 4 l + 3, as a matrix
// of four rows.

override WORKGROUP_SIZE: u32 = 64u;
// Parts a sum over all coordinates is split into, so that small models fill the workgroup.
override SPLITS: u32 = 1u;
// Whether the latents' own matrices live in workgroup memory, LOCAL_VECTORS long.
override LOCAL: bool = false;
override LOCAL_VECTORS: u32 = 1u;

struct Model {
  running: u32,
  // 1: Adam; 0: plain gradient descent.
  adam: u32,
  // Column of its terms in the ring.
  slot: u32,
  latents: u32,
  latents2: u32,
  // 1 / etaDec^2, 1 / etaEnc^2
  invA: f32,
  invE: f32,
  beta: f32,
  beta2: f32,
  learningRate: f32,
  // 1 if the variance of the level is trained, else 0.
  learnable: f32,
  learnable2: f32,
  reconstructionConstant: f32,
  klConstant: f32,
  kl2Constant: f32,
  // Where the constants of its data start.
  constants: u32,
}

@group(0) @binding(0) var<storage, read> models: array<Model>;
// Adam's bias corrections of each step: sqrt(1 - decay2^t) / (1 - decay1^t), epsilon sqrt(1 - decay2^t)
@group(0) @binding(1) var<storage, read> schedule: array<vec2f>;
// [models, 3 (values, first moments, second moments), tensors], then other lanes' state, then
// [data sets, constants], then from `shape.work` on [models, gradients | products]
@group(0) @binding(2) var<storage, read_write> arena: array<vec4f>;
// [ring, lanes]: loss, reconstruction, kl, kl2
@group(0) @binding(3) var<storage, read_write> terms: array<vec4f>;

const SUMS = 16u;
const LOCAL_BASE = 0x40000000u;

var<workgroup> local: array<vec4f, LOCAL_VECTORS>;
// Parts of the terms: by invocation, then in SUMS sums.
var<workgroup> parts: array<vec4f, WORKGROUP_SIZE>;
var<workgroup> partSums: array<vec4f, SUMS>;

// A matrix: its first vec4 and the vec4s of a row.
struct Matrix {
  at: u32,
  width: u32,
}

fn load(at: u32) -> vec4f {
  if (LOCAL && at >= LOCAL_BASE) {
    return local[at - LOCAL_BASE];
  }
  return arena[at];
}

fn save(at: u32, value: vec4f) {
  if (LOCAL && at >= LOCAL_BASE) {
    local[at - LOCAL_BASE] = value;
  } else {
    arena[at] = value;
  }
}

fn loadBlock(m: Matrix, i: u32, l: u32) -> mat4x4f {
  let at = m.at + 4u * i * m.width + l;
  return mat4x4f(load(at), load(at + m.width), load(at + 2u * m.width), load(at + 3u * m.width));
}

fn saveBlock(m: Matrix, i: u32, l: u32, x: mat4x4f) {
  let at = m.at + 4u * i * m.width + l;
  save(at, x[0]);
  save(at + m.width, x[1]);
  save(at + 2u * m.width, x[2]);
  save(at + 3u * m.width, x[3]);
}

// start + left right, over `inner` vec4s of left's rows
fn product(start: mat4x4f, left: Matrix, i: u32, right: Matrix, l: u32, inner: u32) -> mat4x4f {
  var x0 = start[0];
  var x1 = start[1];
  var x2 = start[2];
  var x3 = start[3];
  let row = left.at + 4u * i * left.width;
  for (var n = 0u; n < inner; n++) {
    let r = loadBlock(right, n, l);
    let a0 = load(row + n);
    let a1 = load(row + left.width + n);
    let a2 = load(row + 2u * left.width + n);
    let a3 = load(row + 3u * left.width + n);
    x0 = fma(r[0], vec4f(a0.x), fma(r[1], vec4f(a0.y), fma(r[2], vec4f(a0.z), fma(r[3], vec4f(a0.w), x0))));
    x1 = fma(r[0], vec4f(a1.x), fma(r[1], vec4f(a1.y), fma(r[2], vec4f(a1.z), fma(r[3], vec4f(a1.w), x1))));
    x2 = fma(r[0], vec4f(a2.x), fma(r[1], vec4f(a2.y), fma(r[2], vec4f(a2.z), fma(r[3], vec4f(a2.w), x2))));
    x3 = fma(r[0], vec4f(a3.x), fma(r[1], vec4f(a3.y), fma(r[2], vec4f(a3.z), fma(r[3], vec4f(a3.w), x3))));
  }
  return mat4x4f(x0, x1, x2, x3);
}

// start + left right^T, over `inner` vec4s of both's rows
fn productRows(start: mat4x4f, left: Matrix, i: u32, right: Matrix, l: u32, inner: u32) -> mat4x4f {
  var x0 = start[0];
  var x1 = start[1];
  var x2 = start[2];
  var x3 = start[3];
  let row = left.at + 4u * i * left.width;
  let other = right.at + 4u * l * right.width;
  for (var n = 0u; n < inner; n++) {
    let r0 = load(other + n);
    let r1 = load(other + right.width + n);
    let r2 = load(other + 2u * right.width + n);
    let r3 = load(other + 3u * right.width + n);
    let a0 = load(row + n);
    let a1 = load(row + left.width + n);
    let a2 = load(row + 2u * left.width + n);
    let a3 = load(row + 3u * left.width + n);
    x0 += vec4f(dot(a0, r0), dot(a0, r1), dot(a0, r2), dot(a0, r3));
    x1 += vec4f(dot(a1, r0), dot(a1, r1), dot(a1, r2), dot(a1, r3));
    x2 += vec4f(dot(a2, r0), dot(a2, r1), dot(a2, r2), dot(a2, r3));
    x3 += vec4f(dot(a3, r0), dot(a3, r1), dot(a3, r2), dot(a3, r3));
  }
  return mat4x4f(x0, x1, x2, x3);
}

// start + left^T right, over rows 4 first to 4 first + 3, 4 (first + by) ..., up to row 4 rows
fn productColumns(start: mat4x4f, left: Matrix, i: u32, right: Matrix, l: u32, first: u32, by: u32, rows: u32) -> mat4x4f {
  var x0 = start[0];
  var x1 = start[1];
  var x2 = start[2];
  var x3 = start[3];
  for (var n = first; n < rows; n += by) {
    let a = loadBlock(left, n, i);
    let r = loadBlock(right, n, l);
    x0 = fma(vec4f(a[0].x), r[0], fma(vec4f(a[1].x), r[1], fma(vec4f(a[2].x), r[2], fma(vec4f(a[3].x), r[3], x0))));
    x1 = fma(vec4f(a[0].y), r[0], fma(vec4f(a[1].y), r[1], fma(vec4f(a[2].y), r[2], fma(vec4f(a[3].y), r[3], x1))));
    x2 = fma(vec4f(a[0].z), r[0], fma(vec4f(a[1].z), r[1], fma(vec4f(a[2].z), r[2], fma(vec4f(a[3].z), r[3], x2))));
    x3 = fma(vec4f(a[0].w), r[0], fma(vec4f(a[1].w), r[1], fma(vec4f(a[2].w), r[2], fma(vec4f(a[3].w), r[3], x3))));
  }
  return mat4x4f(x0, x1, x2, x3);
}

// As productColumns of a matrix with itself, row n weighed by entry n of `weights`.
fn weighedGram(m: Matrix, i: u32, l: u32, weights: u32, first: u32, by: u32, rows: u32) -> mat4x4f {
  var x0 = vec4f();
  var x1 = vec4f();
  var x2 = vec4f();
  var x3 = vec4f();
  for (var n = first; n < rows; n += by) {
    let scale = load(weights + n);
    let a = loadBlock(m, n, i);
    let r = loadBlock(m, n, l);
    let r0 = scale.x * r[0];
    let r1 = scale.y * r[1];
    let r2 = scale.z * r[2];
    let r3 = scale.w * r[3];
    x0 = fma(vec4f(a[0].x), r0, fma(vec4f(a[1].x), r1, fma(vec4f(a[2].x), r2, fma(vec4f(a[3].x), r3, x0))));
    x1 = fma(vec4f(a[0].y), r0, fma(vec4f(a[1].y), r1, fma(vec4f(a[2].y), r2, fma(vec4f(a[3].y), r3, x1))));
    x2 = fma(vec4f(a[0].z), r0, fma(vec4f(a[1].z), r1, fma(vec4f(a[2].z), r2, fma(vec4f(a[3].z), r3, x2))));
    x3 = fma(vec4f(a[0].w), r0, fma(vec4f(a[1].w), r1, fma(vec4f(a[2].w), r2, fma(vec4f(a[3].w), r3, x3))));
  }
  return mat4x4f(x0, x1, x2, x3);
}

// x with each row scaled by an entry of `by`
fn scaleRows(by: vec4f, x: mat4x4f) -> mat4x4f {
  return mat4x4f(by.x * x[0], by.y * x[1], by.z * x[2], by.w * x[3]);
}

// x with each column scaled by an entry of `by`
fn scaleColumns(by: vec4f, x: mat4x4f) -> mat4x4f {
  return mat4x4f(by * x[0], by * x[1], by * x[2], by * x[3]);
}

// Row by row x . y
fn dotRows(x: mat4x4f, y: mat4x4f) -> vec4f {
  return vec4f(dot(x[0], y[0]), dot(x[1], y[1]), dot(x[2], y[2]), dot(x[3], y[3]));
}

fn sum4(x: vec4f) -> f32 {
  return dot(x, vec4f(1.0));
}

// Diagonal of the block (i, i).
fn diagonal(m: Matrix, i: u32) -> vec4f {
  let x = loadBlock(m, i, i);
  return vec4f(x[0].x, x[1].y, x[2].z, x[3].w);
}

fn diagonalBlock(x: vec4f) -> mat4x4f {
  return mat4x4f(vec4f(x.x, 0.0, 0.0, 0.0), vec4f(0.0, x.y, 0.0, 0.0), vec4f(0.0, 0.0, x.z, 0.0), vec4f(0.0, 0.0, 0.0, x.w));
}

// 1 for latents 4 part to 4 part + 3 that exist, 0 for padding.
fn realLatents(part: u32, latents: u32) -> vec4f {
  return select(vec4f(0.0), vec4f(1.0), 4u * part + vec4u(0u, 1u, 2u, 3u) < vec4u(latents));
}

// sigma^2 of four latents; 0 for padding.
fn variances(logVar: u32, part: u32, latents: u32) -> vec4f {
  return realLatents(part, latents) * exp(arena[logVar + part]);
}

// Adam; gradient descent with decays 0 and 1, where it is value - rate gradient exactly.
fn optimize(at: u32, stride: u32, gradient: vec4f, r: Rates) {
  let first = fma(vec4f(r.gain1), gradient, r.decay1 * arena[at + stride]);
  let second = fma(r.gain2 * gradient, gradient, r.decay2 * arena[at + 2u * stride]);
  arena[at + stride] = first;
  arena[at + 2u * stride] = second;
  arena[at] -= r.rate * first / (sqrt(second) + r.epsilon);
}

// Sums the split parts of two products, `size` vec4s apart, into the first of each.
fn sumSplits(at: u32, size: u32, invocation: u32) {
  for (var n = invocation; n < 2u * size; n += WORKGROUP_SIZE) {
    var sum = load(at + n);
    for (var split = 1u; split < SPLITS; split++) {
      sum += load(at + 2u * split * size + n);
    }
    save(at + n, sum);
  }
}

fn sumParts(invocation: u32) {
  for (var at = invocation; at < SUMS; at += WORKGROUP_SIZE) {
    var sum = vec4f();
    for (var other = at; other < WORKGROUP_SIZE; other += SUMS) {
      sum += parts[other];
    }
    partSums[at] = sum;
  }
}

fn ringIndex(index: u32, slot: u32, ring: u32, lanes: u32) -> u32 {
  return (index % ring) * lanes + slot;
}

// From twice each term without its constant.
fn writeTerms(at: u32, model: Model) {
  var sums = vec4f();
  for (var n = 0u; n < SUMS; n++) {
    sums += partSums[n];
  }
  let x = fma(vec4f(0.5), sums, vec4f(model.reconstructionConstant, model.klConstant, model.kl2Constant, 0.0));
  terms[at] = vec4f(fma(model.beta2, x.z, fma(model.beta, x.y, x.x)), x.xyz);
}

// A stopped model goes on showing its last terms.
fn keepTerms(slot: u32, ring: u32, lanes: u32) {
  let last = terms[ringIndex(step.first + ring - 1u, slot, ring, lanes)];
  for (var s = 0u; s < step.count; s++) {
    terms[ringIndex(step.first + s, slot, ring, lanes)] = last;
  }
}
