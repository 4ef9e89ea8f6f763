// Exact-moment training of linear VAEs with many coordinates, four invocations a model.
//
// In the data's eigenbasis, coordinate j with eigenvalue phi, encoder column w and decoder row u:
//   H = sum phi w w^T + diag(sigma^2)        K = sum u u^T
//   du = (H u - phi w) / a                   dw = phi ((K w - u) / a + beta w / e)
//   dlogVar_i = (sigma_i^2 (K_ii / a + beta / e) - beta) / 2
//   reconstruction = (sum phi (1 + w.(K w - 2 u)) + tr(K Sigma)) / 2a + constant
//   kl = (tr H / e - sum logVar) / 2 + constant
// Workgroup = one model. Invocation q owns coordinates q, q + 4, ... : weights stream through once
// to sum H and K and once to update them, and no step waits at a barrier, as an invocation reads
// the weights that it wrote. Of H and K only the tiles of 4 x 4 latents on and above the diagonal
// are summed and kept. Up to 4 BLOCKS latents, at most 32, any number of coordinates; padding
// computes exact zeros.
enable subgroups;

// Blocks of four latents: 1 to 8.
override BLOCKS: u32 = 8u;
// Whether the terms of each step are recorded.
override TERMS: bool = true;

struct Model {
  running: u32,
  // 1: Adam; 0: plain gradient descent.
  adam: u32,
  // First entry of its spectrum in `spectra`.
  spectrum: u32,
  // Column of its terms in the ring.
  slot: u32,
  // 1 / etaDec^2, 1 / etaEnc^2
  invA: f32,
  invE: f32,
  beta: f32,
  learningRate: f32,
  // 1 if the variance is trained, else 0.
  learnable: f32,
  latents: u32,
  reconstructionConstant: f32,
  klConstant: f32,
}

struct Shape {
  // Floats of W (and of U) of a model.
  weights: u32,
  // Padded latents: 4 BLOCKS.
  latents: u32,
  // A multiple of 8.
  coordinates: u32,
  // Slots of the terms ring, and columns.
  ring: u32,
  lanes: u32,
}

struct Step {
  first: u32,
  count: u32,
  // The model of the first workgroup.
  model: u32,
  // Times each model's own learning rate.
  rate: f32,
}

@group(0) @binding(0) var<storage, read> models: array<Model>;
// phi, one zero-padded run of `coordinates` a data set
@group(0) @binding(1) var<storage, read> spectra: array<f32>;
// Adam's bias corrections of each step: sqrt(1 - decay2^t) / (1 - decay1^t), epsilon sqrt(1 - decay2^t)
@group(0) @binding(2) var<storage, read> schedule: array<vec2f>;
// [models, 3 (values, first moments, second moments), W | U | logVar], W and U [coordinates, latents]
@group(0) @binding(3) var<storage, read_write> arena: array<vec4f>;
// [ring, lanes]: loss, reconstruction, kl, 0
@group(0) @binding(4) var<storage, read_write> terms: array<vec4f>;
@group(0) @binding(5) var<uniform> shape: Shape;
@group(1) @binding(0) var<uniform> step: Step;

const DECAY1 = 0.9;
const DECAY2 = 0.999;

// All latents, four a block.
alias Row = array<vec4f, 8>;
// A row of tiles of H or K; those before the diagonal stay 0.
alias Tiles = array<mat4x4f, 8>;

struct Rates {
  decay1: f32,
  gain1: f32,
  decay2: f32,
  gain2: f32,
  rate: f32,
  epsilon: f32,
}

fn quadSum(x: f32) -> f32 {
  let pair = x + quadSwapX(x);
  return pair + quadSwapY(pair);
}

fn quadSum4(x: vec4f) -> vec4f {
  let pair = x + quadSwapX(x);
  return pair + quadSwapY(pair);
}

fn quadSumTile(tile: mat4x4f) -> mat4x4f {
  return mat4x4f(quadSum4(tile[0]), quadSum4(tile[1]), quadSum4(tile[2]), quadSum4(tile[3]));
}

fn diagonal(tile: mat4x4f) -> vec4f {
  return vec4f(tile[0].x, tile[1].y, tile[2].z, tile[3].w);
}

fn onDiagonal(x: vec4f) -> mat4x4f {
  return mat4x4f(x.x, 0.0, 0.0, 0.0, 0.0, x.y, 0.0, 0.0, 0.0, 0.0, x.z, 0.0, 0.0, 0.0, 0.0, x.w);
}

fn sum(x: vec4f) -> f32 {
  return dot(x, vec4f(1.0));
}

fn load(at: u32) -> Row {
  var row = Row();
  row[0] = arena[at];
  if (BLOCKS > 1u) { row[1] = arena[at + 1u]; }
  if (BLOCKS > 2u) { row[2] = arena[at + 2u]; }
  if (BLOCKS > 3u) { row[3] = arena[at + 3u]; }
  if (BLOCKS > 4u) { row[4] = arena[at + 4u]; }
  if (BLOCKS > 5u) { row[5] = arena[at + 5u]; }
  if (BLOCKS > 6u) { row[6] = arena[at + 6u]; }
  if (BLOCKS > 7u) { row[7] = arena[at + 7u]; }
  return row;
}

fn store(at: u32, row: ptr<function, Row>) {
  arena[at] = (*row)[0];
  if (BLOCKS > 1u) { arena[at + 1u] = (*row)[1]; }
  if (BLOCKS > 2u) { arena[at + 2u] = (*row)[2]; }
  if (BLOCKS > 3u) { arena[at + 3u] = (*row)[3]; }
  if (BLOCKS > 4u) { arena[at + 4u] = (*row)[4]; }
  if (BLOCKS > 5u) { arena[at + 5u] = (*row)[5]; }
  if (BLOCKS > 6u) { arena[at + 6u] = (*row)[6]; }
  if (BLOCKS > 7u) { arena[at + 7u] = (*row)[7]; }
}

// 1 where a block has a latent, from the block's first on.
fn real(first: u32, latents: u32) -> vec4f {
  return select(vec4f(0.0), vec4f(1.0), vec4u(0u, 1u, 2u, 3u) + first < vec4u(latents));
}

// tile + x0 y0^T + x1 y1^T
fn addOuter(tile: mat4x4f, x0: vec4f, y0: vec4f, x1: vec4f, y1: vec4f) -> mat4x4f {
  return mat4x4f(
    fma(x0, vec4f(y0.x), fma(x1, vec4f(y1.x), tile[0])),
    fma(x0, vec4f(y0.y), fma(x1, vec4f(y1.y), tile[1])),
    fma(x0, vec4f(y0.z), fma(x1, vec4f(y1.z), tile[2])),
    fma(x0, vec4f(y0.w), fma(x1, vec4f(y1.w), tile[3])),
  );
}

// Adds the outer products of a block with itself and those after it to its row of tiles.
fn addFrom7(row: ptr<function, Tiles>, x0: vec4f, y0: ptr<function, Row>, x1: vec4f, y1: ptr<function, Row>) {
  (*row)[7] = addOuter((*row)[7], x0, (*y0)[7], x1, (*y1)[7]);
}

fn addFrom6(row: ptr<function, Tiles>, x0: vec4f, y0: ptr<function, Row>, x1: vec4f, y1: ptr<function, Row>) {
  (*row)[6] = addOuter((*row)[6], x0, (*y0)[6], x1, (*y1)[6]);
  if (BLOCKS > 7u) { addFrom7(row, x0, y0, x1, y1); }
}

fn addFrom5(row: ptr<function, Tiles>, x0: vec4f, y0: ptr<function, Row>, x1: vec4f, y1: ptr<function, Row>) {
  (*row)[5] = addOuter((*row)[5], x0, (*y0)[5], x1, (*y1)[5]);
  if (BLOCKS > 6u) { addFrom6(row, x0, y0, x1, y1); }
}

fn addFrom4(row: ptr<function, Tiles>, x0: vec4f, y0: ptr<function, Row>, x1: vec4f, y1: ptr<function, Row>) {
  (*row)[4] = addOuter((*row)[4], x0, (*y0)[4], x1, (*y1)[4]);
  if (BLOCKS > 5u) { addFrom5(row, x0, y0, x1, y1); }
}

fn addFrom3(row: ptr<function, Tiles>, x0: vec4f, y0: ptr<function, Row>, x1: vec4f, y1: ptr<function, Row>) {
  (*row)[3] = addOuter((*row)[3], x0, (*y0)[3], x1, (*y1)[3]);
  if (BLOCKS > 4u) { addFrom4(row, x0, y0, x1, y1); }
}

fn addFrom2(row: ptr<function, Tiles>, x0: vec4f, y0: ptr<function, Row>, x1: vec4f, y1: ptr<function, Row>) {
  (*row)[2] = addOuter((*row)[2], x0, (*y0)[2], x1, (*y1)[2]);
  if (BLOCKS > 3u) { addFrom3(row, x0, y0, x1, y1); }
}

fn addFrom1(row: ptr<function, Tiles>, x0: vec4f, y0: ptr<function, Row>, x1: vec4f, y1: ptr<function, Row>) {
  (*row)[1] = addOuter((*row)[1], x0, (*y0)[1], x1, (*y1)[1]);
  if (BLOCKS > 2u) { addFrom2(row, x0, y0, x1, y1); }
}

fn addFrom0(row: ptr<function, Tiles>, x0: vec4f, y0: ptr<function, Row>, x1: vec4f, y1: ptr<function, Row>) {
  (*row)[0] = addOuter((*row)[0], x0, (*y0)[0], x1, (*y1)[0]);
  if (BLOCKS > 1u) { addFrom1(row, x0, y0, x1, y1); }
}

// Sums a row of tiles over the quad, from its diagonal on.
fn reduceFrom7(row: ptr<function, Tiles>) {
  (*row)[7] = quadSumTile((*row)[7]);
}

fn reduceFrom6(row: ptr<function, Tiles>) {
  (*row)[6] = quadSumTile((*row)[6]);
  if (BLOCKS > 7u) { reduceFrom7(row); }
}

fn reduceFrom5(row: ptr<function, Tiles>) {
  (*row)[5] = quadSumTile((*row)[5]);
  if (BLOCKS > 6u) { reduceFrom6(row); }
}

fn reduceFrom4(row: ptr<function, Tiles>) {
  (*row)[4] = quadSumTile((*row)[4]);
  if (BLOCKS > 5u) { reduceFrom5(row); }
}

fn reduceFrom3(row: ptr<function, Tiles>) {
  (*row)[3] = quadSumTile((*row)[3]);
  if (BLOCKS > 4u) { reduceFrom4(row); }
}

fn reduceFrom2(row: ptr<function, Tiles>) {
  (*row)[2] = quadSumTile((*row)[2]);
  if (BLOCKS > 3u) { reduceFrom3(row); }
}

fn reduceFrom1(row: ptr<function, Tiles>) {
  (*row)[1] = quadSumTile((*row)[1]);
  if (BLOCKS > 2u) { reduceFrom2(row); }
}

fn reduceFrom0(row: ptr<function, Tiles>) {
  (*row)[0] = quadSumTile((*row)[0]);
  if (BLOCKS > 1u) { reduceFrom1(row); }
}

// A row of tiles after its diagonal times x; their mirror images times `diagonalX`, the block of x at
// the row's diagonal, go into `rest`.
fn applyFrom7(row: ptr<function, Tiles>, diagonalX: vec4f, x: ptr<function, Row>, rest: ptr<function, Row>) -> vec4f {
  (*rest)[7] += diagonalX * (*row)[7];
  return (*row)[7] * (*x)[7];
}

fn applyFrom6(row: ptr<function, Tiles>, diagonalX: vec4f, x: ptr<function, Row>, rest: ptr<function, Row>) -> vec4f {
  (*rest)[6] += diagonalX * (*row)[6];
  var own = (*row)[6] * (*x)[6];
  if (BLOCKS > 7u) { own += applyFrom7(row, diagonalX, x, rest); }
  return own;
}

fn applyFrom5(row: ptr<function, Tiles>, diagonalX: vec4f, x: ptr<function, Row>, rest: ptr<function, Row>) -> vec4f {
  (*rest)[5] += diagonalX * (*row)[5];
  var own = (*row)[5] * (*x)[5];
  if (BLOCKS > 6u) { own += applyFrom6(row, diagonalX, x, rest); }
  return own;
}

fn applyFrom4(row: ptr<function, Tiles>, diagonalX: vec4f, x: ptr<function, Row>, rest: ptr<function, Row>) -> vec4f {
  (*rest)[4] += diagonalX * (*row)[4];
  var own = (*row)[4] * (*x)[4];
  if (BLOCKS > 5u) { own += applyFrom5(row, diagonalX, x, rest); }
  return own;
}

fn applyFrom3(row: ptr<function, Tiles>, diagonalX: vec4f, x: ptr<function, Row>, rest: ptr<function, Row>) -> vec4f {
  (*rest)[3] += diagonalX * (*row)[3];
  var own = (*row)[3] * (*x)[3];
  if (BLOCKS > 4u) { own += applyFrom4(row, diagonalX, x, rest); }
  return own;
}

fn applyFrom2(row: ptr<function, Tiles>, diagonalX: vec4f, x: ptr<function, Row>, rest: ptr<function, Row>) -> vec4f {
  (*rest)[2] += diagonalX * (*row)[2];
  var own = (*row)[2] * (*x)[2];
  if (BLOCKS > 3u) { own += applyFrom3(row, diagonalX, x, rest); }
  return own;
}

fn applyFrom1(row: ptr<function, Tiles>, diagonalX: vec4f, x: ptr<function, Row>, rest: ptr<function, Row>) -> vec4f {
  (*rest)[1] += diagonalX * (*row)[1];
  var own = (*row)[1] * (*x)[1];
  if (BLOCKS > 2u) { own += applyFrom2(row, diagonalX, x, rest); }
  return own;
}

// Adam; gradient descent with decays 0 and 1, where it is value - rate gradient exactly.
fn optimize4(
  value: vec4f,
  first: ptr<function, vec4f>,
  second: ptr<function, vec4f>,
  gradient: vec4f,
  r: Rates,
) -> vec4f {
  *first = fma(vec4f(r.gain1), gradient, r.decay1 * *first);
  *second = fma(r.gain2 * gradient, gradient, r.decay2 * *second);
  return value - r.rate * *first / (sqrt(*second) + r.epsilon);
}

fn optimize(at: u32, stride: u32, value: vec4f, gradient: vec4f, r: Rates) {
  var first = arena[at + stride];
  var second = arena[at + 2u * stride];
  arena[at] = optimize4(value, &first, &second, gradient, r);
  arena[at + stride] = first;
  arena[at + 2u * stride] = second;
}

fn ringIndex(index: u32, slot: u32) -> u32 {
  return (index % shape.ring) * shape.lanes + slot;
}

// A stopped model goes on showing its last terms.
fn keepTerms(slot: u32) {
  let last = terms[ringIndex(step.first + shape.ring - 1u, slot)];
  for (var s = 0u; s < step.count; s++) {
    terms[ringIndex(step.first + s, slot)] = last;
  }
}

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) q: u32) {
  let place = step.model + group.x;
  let model = models[place];
  if (model.running == 0u) {
    if (q == 0u) {
      keepTerms(model.slot);
    }
    return;
  }
  // In vec4s.
  let weights = shape.weights / 4u;
  let stride = 2u * weights + BLOCKS;
  let base = place * 3u * stride;
  let variances = base + 2u * weights;
  let adam = model.adam != 0u;
  let invA = model.invA;
  let prior = model.beta * model.invE;
  let lastScheduled = arrayLength(&schedule) - 1u;
  // The same in all four invocations, and written by the first.
  var logVar = load(variances);
  var first = load(variances + stride);
  var second = load(variances + 2u * stride);

  for (var s = 0u; s < step.count; s++) {
    let index = step.first + s;
    let correction = schedule[min(index, lastScheduled)];
    let r = Rates(
      select(0.0, DECAY1, adam),
      select(1.0, 1.0 - DECAY1, adam),
      select(1.0, DECAY2, adam),
      select(0.0, 1.0 - DECAY2, adam),
      step.rate * model.learningRate * select(1.0, correction.x, adam),
      select(1.0, correction.y, adam),
    );

    // Written out: a bare `var` inside a loop is not zeroed again by Tint on SwiftShader.
    var h0 = Tiles();
    var k0 = Tiles();
    var h1 = Tiles();
    var k1 = Tiles();
    var h2 = Tiles();
    var k2 = Tiles();
    var h3 = Tiles();
    var k3 = Tiles();
    var h4 = Tiles();
    var k4 = Tiles();
    var h5 = Tiles();
    var k5 = Tiles();
    var h6 = Tiles();
    var k6 = Tiles();
    var h7 = Tiles();
    var k7 = Tiles();
    // Two coordinates at a time: the sums themselves do not fit in registers.
    for (var j = q; j < shape.coordinates; j += 8u) {
      let at = base + j * BLOCKS;
      let phi0 = spectra[model.spectrum + j];
      let phi1 = spectra[model.spectrum + j + 4u];
      var w0 = load(at);
      var w1 = load(at + 4u * BLOCKS);
      addFrom0(&h0, phi0 * w0[0], &w0, phi1 * w1[0], &w1);
      if (BLOCKS > 1u) { addFrom1(&h1, phi0 * w0[1], &w0, phi1 * w1[1], &w1); }
      if (BLOCKS > 2u) { addFrom2(&h2, phi0 * w0[2], &w0, phi1 * w1[2], &w1); }
      if (BLOCKS > 3u) { addFrom3(&h3, phi0 * w0[3], &w0, phi1 * w1[3], &w1); }
      if (BLOCKS > 4u) { addFrom4(&h4, phi0 * w0[4], &w0, phi1 * w1[4], &w1); }
      if (BLOCKS > 5u) { addFrom5(&h5, phi0 * w0[5], &w0, phi1 * w1[5], &w1); }
      if (BLOCKS > 6u) { addFrom6(&h6, phi0 * w0[6], &w0, phi1 * w1[6], &w1); }
      if (BLOCKS > 7u) { addFrom7(&h7, phi0 * w0[7], &w0, phi1 * w1[7], &w1); }
      var u0 = load(at + weights);
      var u1 = load(at + weights + 4u * BLOCKS);
      addFrom0(&k0, u0[0], &u0, u1[0], &u1);
      if (BLOCKS > 1u) { addFrom1(&k1, u0[1], &u0, u1[1], &u1); }
      if (BLOCKS > 2u) { addFrom2(&k2, u0[2], &u0, u1[2], &u1); }
      if (BLOCKS > 3u) { addFrom3(&k3, u0[3], &u0, u1[3], &u1); }
      if (BLOCKS > 4u) { addFrom4(&k4, u0[4], &u0, u1[4], &u1); }
      if (BLOCKS > 5u) { addFrom5(&k5, u0[5], &u0, u1[5], &u1); }
      if (BLOCKS > 6u) { addFrom6(&k6, u0[6], &u0, u1[6], &u1); }
      if (BLOCKS > 7u) { addFrom7(&k7, u0[7], &u0, u1[7], &u1); }
    }
    var variance = Row();
    for (var n = 0u; n < BLOCKS; n++) {
      variance[n] = real(4u * n, model.latents) * exp(logVar[n]);
    }
    var diagonalK = Row();
    var trace = 0.0;
    reduceFrom0(&h0);
    reduceFrom0(&k0);
    diagonalK[0] = diagonal(k0[0]);
    h0[0] += onDiagonal(variance[0]);
    trace += sum(diagonal(h0[0]));
    if (BLOCKS > 1u) {
      reduceFrom1(&h1);
      reduceFrom1(&k1);
      diagonalK[1] = diagonal(k1[1]);
      h1[1] += onDiagonal(variance[1]);
      trace += sum(diagonal(h1[1]));
    }
    if (BLOCKS > 2u) {
      reduceFrom2(&h2);
      reduceFrom2(&k2);
      diagonalK[2] = diagonal(k2[2]);
      h2[2] += onDiagonal(variance[2]);
      trace += sum(diagonal(h2[2]));
    }
    if (BLOCKS > 3u) {
      reduceFrom3(&h3);
      reduceFrom3(&k3);
      diagonalK[3] = diagonal(k3[3]);
      h3[3] += onDiagonal(variance[3]);
      trace += sum(diagonal(h3[3]));
    }
    if (BLOCKS > 4u) {
      reduceFrom4(&h4);
      reduceFrom4(&k4);
      diagonalK[4] = diagonal(k4[4]);
      h4[4] += onDiagonal(variance[4]);
      trace += sum(diagonal(h4[4]));
    }
    if (BLOCKS > 5u) {
      reduceFrom5(&h5);
      reduceFrom5(&k5);
      diagonalK[5] = diagonal(k5[5]);
      h5[5] += onDiagonal(variance[5]);
      trace += sum(diagonal(h5[5]));
    }
    if (BLOCKS > 6u) {
      reduceFrom6(&h6);
      reduceFrom6(&k6);
      diagonalK[6] = diagonal(k6[6]);
      h6[6] += onDiagonal(variance[6]);
      trace += sum(diagonal(h6[6]));
    }
    if (BLOCKS > 7u) {
      reduceFrom7(&h7);
      reduceFrom7(&k7);
      diagonalK[7] = diagonal(k7[7]);
      h7[7] += onDiagonal(variance[7]);
      trace += sum(diagonal(h7[7]));
    }
    var fit = 0.0;
    for (var j = q; j < shape.coordinates; j += 4u) {
      let at = base + j * BLOCKS;
      let phi = spectra[model.spectrum + j];
      var w = load(at);
      var u = load(at + weights);
      var kw = Row();
      var hu = Row();
      var part = 1.0;
      kw[0] += k0[0] * w[0] - u[0];
      hu[0] += h0[0] * u[0] - phi * w[0];
      if (BLOCKS > 1u) {
        kw[0] += applyFrom1(&k0, w[0], &w, &kw);
        hu[0] += applyFrom1(&h0, u[0], &u, &hu);
      }
      if (TERMS) { part += dot(w[0], kw[0] - u[0]); }
      optimize(at, stride, w[0], phi * fma(vec4f(invA), kw[0], prior * w[0]), r);
      optimize(at + weights, stride, u[0], invA * hu[0], r);
      if (BLOCKS > 1u) {
        kw[1] += k1[1] * w[1] - u[1];
        hu[1] += h1[1] * u[1] - phi * w[1];
        if (BLOCKS > 2u) {
          kw[1] += applyFrom2(&k1, w[1], &w, &kw);
          hu[1] += applyFrom2(&h1, u[1], &u, &hu);
        }
        if (TERMS) { part += dot(w[1], kw[1] - u[1]); }
        optimize(at + 1u, stride, w[1], phi * fma(vec4f(invA), kw[1], prior * w[1]), r);
        optimize(at + weights + 1u, stride, u[1], invA * hu[1], r);
      }
      if (BLOCKS > 2u) {
        kw[2] += k2[2] * w[2] - u[2];
        hu[2] += h2[2] * u[2] - phi * w[2];
        if (BLOCKS > 3u) {
          kw[2] += applyFrom3(&k2, w[2], &w, &kw);
          hu[2] += applyFrom3(&h2, u[2], &u, &hu);
        }
        if (TERMS) { part += dot(w[2], kw[2] - u[2]); }
        optimize(at + 2u, stride, w[2], phi * fma(vec4f(invA), kw[2], prior * w[2]), r);
        optimize(at + weights + 2u, stride, u[2], invA * hu[2], r);
      }
      if (BLOCKS > 3u) {
        kw[3] += k3[3] * w[3] - u[3];
        hu[3] += h3[3] * u[3] - phi * w[3];
        if (BLOCKS > 4u) {
          kw[3] += applyFrom4(&k3, w[3], &w, &kw);
          hu[3] += applyFrom4(&h3, u[3], &u, &hu);
        }
        if (TERMS) { part += dot(w[3], kw[3] - u[3]); }
        optimize(at + 3u, stride, w[3], phi * fma(vec4f(invA), kw[3], prior * w[3]), r);
        optimize(at + weights + 3u, stride, u[3], invA * hu[3], r);
      }
      if (BLOCKS > 4u) {
        kw[4] += k4[4] * w[4] - u[4];
        hu[4] += h4[4] * u[4] - phi * w[4];
        if (BLOCKS > 5u) {
          kw[4] += applyFrom5(&k4, w[4], &w, &kw);
          hu[4] += applyFrom5(&h4, u[4], &u, &hu);
        }
        if (TERMS) { part += dot(w[4], kw[4] - u[4]); }
        optimize(at + 4u, stride, w[4], phi * fma(vec4f(invA), kw[4], prior * w[4]), r);
        optimize(at + weights + 4u, stride, u[4], invA * hu[4], r);
      }
      if (BLOCKS > 5u) {
        kw[5] += k5[5] * w[5] - u[5];
        hu[5] += h5[5] * u[5] - phi * w[5];
        if (BLOCKS > 6u) {
          kw[5] += applyFrom6(&k5, w[5], &w, &kw);
          hu[5] += applyFrom6(&h5, u[5], &u, &hu);
        }
        if (TERMS) { part += dot(w[5], kw[5] - u[5]); }
        optimize(at + 5u, stride, w[5], phi * fma(vec4f(invA), kw[5], prior * w[5]), r);
        optimize(at + weights + 5u, stride, u[5], invA * hu[5], r);
      }
      if (BLOCKS > 6u) {
        kw[6] += k6[6] * w[6] - u[6];
        hu[6] += h6[6] * u[6] - phi * w[6];
        if (BLOCKS > 7u) {
          kw[6] += applyFrom7(&k6, w[6], &w, &kw);
          hu[6] += applyFrom7(&h6, u[6], &u, &hu);
        }
        if (TERMS) { part += dot(w[6], kw[6] - u[6]); }
        optimize(at + 6u, stride, w[6], phi * fma(vec4f(invA), kw[6], prior * w[6]), r);
        optimize(at + weights + 6u, stride, u[6], invA * hu[6], r);
      }
      if (BLOCKS > 7u) {
        kw[7] += k7[7] * w[7] - u[7];
        hu[7] += h7[7] * u[7] - phi * w[7];
        if (TERMS) { part += dot(w[7], kw[7] - u[7]); }
        optimize(at + 7u, stride, w[7], phi * fma(vec4f(invA), kw[7], prior * w[7]), r);
        optimize(at + weights + 7u, stride, u[7], invA * hu[7], r);
      }
      if (TERMS) { fit = fma(phi, part, fit); }
    }

    fit = quadSum(fit);
    var logSum = 0.0;
    for (var n = 0u; n < BLOCKS; n++) {
      fit += dot(variance[n], diagonalK[n]);
      logSum += sum(logVar[n]);
      let slope = variance[n] * fma(vec4f(invA), diagonalK[n], vec4f(prior)) - model.beta;
      let learnable = model.learnable * real(4u * n, model.latents);
      var m = first[n];
      var v = second[n];
      logVar[n] = optimize4(logVar[n], &m, &v, 0.5 * learnable * slope, r);
      first[n] = m;
      second[n] = v;
    }

    if (TERMS && q == 0u) {
      let reconstruction = fma(0.5 * invA, fit, model.reconstructionConstant);
      let kl = fma(0.5, trace * model.invE - logSum, model.klConstant);
      terms[ringIndex(index, model.slot)] =
        vec4f(fma(model.beta, kl, reconstruction), reconstruction, kl, 0.0);
    }
  }
  // All have loaded them.
  storageBarrier();
  if (q == 0u) {
    store(variances, &logVar);
    store(variances + stride, &first);
    store(variances + 2u * stride, &second);
  }
}
