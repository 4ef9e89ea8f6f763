// Exact-moment training of many small linear VAEs, four invocations a model.
//
// In the data's eigenbasis, coordinate j with eigenvalue phi, encoder column w and decoder row u:
//   H = sum phi w w^T + diag(sigma^2)        K = sum u u^T
//   du = (H u - phi w) / a                   dw = phi ((K w - u) / a + beta w / e)
//   dlogVar_i = (sigma_i^2 (K_ii / a + beta / e) - beta) / 2
//   reconstruction = (sum phi (1 + w.(K w - 2 u)) + tr(K Sigma)) / 2a + constant
//   kl = (tr H / e - sum logVar) / 2 + constant
// Workgroup = one model, its whole state in registers for all steps of a dispatch. Invocation q
// owns coordinates q, q + 4, ... and the variances of latents q and q + 4; H and K are summed
// over the quad, so nothing waits at a barrier. Up to 8 latents and 4 GROUPS coordinates; padding
// (phi = 0, weights = 0, beyond-last latents) computes exact zeros.
enable subgroups;

// Coordinates an invocation owns: 4 or 8.
override GROUPS: u32 = 8u;
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
  // Floats of a model's variances: 8.
  latents: u32,
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
// [models, 3 (values, first moments, second moments), W | U | logVar], W and U in groups of four
// coordinates: [coordinates / 4, 8, 4]
@group(0) @binding(3) var<storage, read_write> arena: array<f32>;
// [ring, lanes]: loss, reconstruction, kl, 0
@group(0) @binding(4) var<storage, read_write> terms: array<vec4f>;
@group(0) @binding(5) var<uniform> shape: Shape;
@group(1) @binding(0) var<uniform> step: Step;

const DECAY1 = 0.9;
const DECAY2 = 0.999;

// Eight latents.
struct Row {
  lo: vec4f,
  hi: vec4f,
}

// A tensor's value and its optimizer moments.
struct Trained {
  value: Row,
  first: Row,
  second: Row,
}

struct Coordinate {
  phi: f32,
  w: Trained,
  u: Trained,
}

// A symmetric 8 x 8 matrix: upper left, upper right, lower right block.
struct Gram {
  a: mat4x4f,
  b: mat4x4f,
  c: mat4x4f,
}

struct Rates {
  decay1: f32,
  gain1: f32,
  decay2: f32,
  gain2: f32,
  rate: f32,
  epsilon: f32,
}

// Entry i of the coordinates a quad loads together, all four next to each other.
fn loadRow(at: u32) -> Row {
  return Row(
    vec4f(arena[at], arena[at + 4u], arena[at + 8u], arena[at + 12u]),
    vec4f(arena[at + 16u], arena[at + 20u], arena[at + 24u], arena[at + 28u]),
  );
}

fn storeRow(at: u32, row: Row) {
  arena[at] = row.lo.x;
  arena[at + 4u] = row.lo.y;
  arena[at + 8u] = row.lo.z;
  arena[at + 12u] = row.lo.w;
  arena[at + 16u] = row.hi.x;
  arena[at + 20u] = row.hi.y;
  arena[at + 24u] = row.hi.z;
  arena[at + 28u] = row.hi.w;
}

fn loadTrained(at: u32, stride: u32) -> Trained {
  return Trained(loadRow(at), loadRow(at + stride), loadRow(at + 2u * stride));
}

fn storeTrained(at: u32, stride: u32, tensor: Trained) {
  storeRow(at, tensor.value);
  storeRow(at + stride, tensor.first);
  storeRow(at + 2u * stride, tensor.second);
}

// Coordinate 4 group + q.
fn load(base: u32, spectrum: u32, q: u32, group: u32) -> Coordinate {
  let stride = 2u * shape.weights + shape.latents;
  let at = base + 32u * group + q;
  return Coordinate(
    spectra[spectrum + 4u * group + q],
    loadTrained(at, stride),
    loadTrained(at + shape.weights, stride),
  );
}

fn store(base: u32, q: u32, group: u32, c: Coordinate) {
  let stride = 2u * shape.weights + shape.latents;
  let at = base + 32u * group + q;
  storeTrained(at, stride, c.w);
  storeTrained(at + shape.weights, stride, c.u);
}

// gram + sum of x y^T, for each y a multiple of its x. Four at a time: the sums themselves do not
// fit in registers.
fn addOuters(
  gram: ptr<function, Gram>,
  x0: Row,
  x1: Row,
  x2: Row,
  x3: Row,
  y0: Row,
  y1: Row,
  y2: Row,
  y3: Row,
) {
  (*gram).a[0] = fma(x0.lo, vec4f(y0.lo.x), fma(x1.lo, vec4f(y1.lo.x), fma(x2.lo, vec4f(y2.lo.x), fma(x3.lo, vec4f(y3.lo.x), (*gram).a[0]))));
  (*gram).a[1] = fma(x0.lo, vec4f(y0.lo.y), fma(x1.lo, vec4f(y1.lo.y), fma(x2.lo, vec4f(y2.lo.y), fma(x3.lo, vec4f(y3.lo.y), (*gram).a[1]))));
  (*gram).a[2] = fma(x0.lo, vec4f(y0.lo.z), fma(x1.lo, vec4f(y1.lo.z), fma(x2.lo, vec4f(y2.lo.z), fma(x3.lo, vec4f(y3.lo.z), (*gram).a[2]))));
  (*gram).a[3] = fma(x0.lo, vec4f(y0.lo.w), fma(x1.lo, vec4f(y1.lo.w), fma(x2.lo, vec4f(y2.lo.w), fma(x3.lo, vec4f(y3.lo.w), (*gram).a[3]))));
  (*gram).b[0] = fma(x0.lo, vec4f(y0.hi.x), fma(x1.lo, vec4f(y1.hi.x), fma(x2.lo, vec4f(y2.hi.x), fma(x3.lo, vec4f(y3.hi.x), (*gram).b[0]))));
  (*gram).b[1] = fma(x0.lo, vec4f(y0.hi.y), fma(x1.lo, vec4f(y1.hi.y), fma(x2.lo, vec4f(y2.hi.y), fma(x3.lo, vec4f(y3.hi.y), (*gram).b[1]))));
  (*gram).b[2] = fma(x0.lo, vec4f(y0.hi.z), fma(x1.lo, vec4f(y1.hi.z), fma(x2.lo, vec4f(y2.hi.z), fma(x3.lo, vec4f(y3.hi.z), (*gram).b[2]))));
  (*gram).b[3] = fma(x0.lo, vec4f(y0.hi.w), fma(x1.lo, vec4f(y1.hi.w), fma(x2.lo, vec4f(y2.hi.w), fma(x3.lo, vec4f(y3.hi.w), (*gram).b[3]))));
  (*gram).c[0] = fma(x0.hi, vec4f(y0.hi.x), fma(x1.hi, vec4f(y1.hi.x), fma(x2.hi, vec4f(y2.hi.x), fma(x3.hi, vec4f(y3.hi.x), (*gram).c[0]))));
  (*gram).c[1] = fma(x0.hi, vec4f(y0.hi.y), fma(x1.hi, vec4f(y1.hi.y), fma(x2.hi, vec4f(y2.hi.y), fma(x3.hi, vec4f(y3.hi.y), (*gram).c[1]))));
  (*gram).c[2] = fma(x0.hi, vec4f(y0.hi.z), fma(x1.hi, vec4f(y1.hi.z), fma(x2.hi, vec4f(y2.hi.z), fma(x3.hi, vec4f(y3.hi.z), (*gram).c[2]))));
  (*gram).c[3] = fma(x0.hi, vec4f(y0.hi.w), fma(x1.hi, vec4f(y1.hi.w), fma(x2.hi, vec4f(y2.hi.w), fma(x3.hi, vec4f(y3.hi.w), (*gram).c[3]))));
}

// gram x + start
fn apply(gram: ptr<function, Gram>, x: Row, start: Row) -> Row {
  var lo = fma((*gram).a[0], vec4f(x.lo.x), start.lo);
  lo = fma((*gram).a[1], vec4f(x.lo.y), lo);
  lo = fma((*gram).a[2], vec4f(x.lo.z), lo);
  lo = fma((*gram).a[3], vec4f(x.lo.w), lo);
  lo = fma((*gram).b[0], vec4f(x.hi.x), lo);
  lo = fma((*gram).b[1], vec4f(x.hi.y), lo);
  lo = fma((*gram).b[2], vec4f(x.hi.z), lo);
  lo = fma((*gram).b[3], vec4f(x.hi.w), lo);
  var hi = start.hi + vec4f(
    dot((*gram).b[0], x.lo),
    dot((*gram).b[1], x.lo),
    dot((*gram).b[2], x.lo),
    dot((*gram).b[3], x.lo),
  );
  hi = fma((*gram).c[0], vec4f(x.hi.x), hi);
  hi = fma((*gram).c[1], vec4f(x.hi.y), hi);
  hi = fma((*gram).c[2], vec4f(x.hi.z), hi);
  hi = fma((*gram).c[3], vec4f(x.hi.w), hi);
  return Row(lo, hi);
}

fn quadSum(x: f32) -> f32 {
  let pair = x + quadSwapX(x);
  return pair + quadSwapY(pair);
}

fn quadSum4(x: vec4f) -> vec4f {
  let pair = x + quadSwapX(x);
  return pair + quadSwapY(pair);
}

fn quadSumGram(gram: ptr<function, Gram>) {
  (*gram).a[0] = quadSum4((*gram).a[0]);
  (*gram).a[1] = quadSum4((*gram).a[1]);
  (*gram).a[2] = quadSum4((*gram).a[2]);
  (*gram).a[3] = quadSum4((*gram).a[3]);
  (*gram).b[0] = quadSum4((*gram).b[0]);
  (*gram).b[1] = quadSum4((*gram).b[1]);
  (*gram).b[2] = quadSum4((*gram).b[2]);
  (*gram).b[3] = quadSum4((*gram).b[3]);
  (*gram).c[0] = quadSum4((*gram).c[0]);
  (*gram).c[1] = quadSum4((*gram).c[1]);
  (*gram).c[2] = quadSum4((*gram).c[2]);
  (*gram).c[3] = quadSum4((*gram).c[3]);
}

fn addDiagonal(gram: ptr<function, Gram>, x: Row) {
  (*gram).a[0].x += x.lo.x;
  (*gram).a[1].y += x.lo.y;
  (*gram).a[2].z += x.lo.z;
  (*gram).a[3].w += x.lo.w;
  (*gram).c[0].x += x.hi.x;
  (*gram).c[1].y += x.hi.y;
  (*gram).c[2].z += x.hi.z;
  (*gram).c[3].w += x.hi.w;
}

fn diagonal(gram: ptr<function, Gram>) -> Row {
  return Row(
    vec4f((*gram).a[0].x, (*gram).a[1].y, (*gram).a[2].z, (*gram).a[3].w),
    vec4f((*gram).c[0].x, (*gram).c[1].y, (*gram).c[2].z, (*gram).c[3].w),
  );
}

fn dotRow(x: Row, y: Row) -> f32 {
  return dot(x.lo, y.lo) + dot(x.hi, y.hi);
}

// Adam; gradient descent with decays 0 and 1, where it is value - rate gradient exactly.
fn optimize4(
  value: ptr<function, vec4f>,
  first: ptr<function, vec4f>,
  second: ptr<function, vec4f>,
  gradient: vec4f,
  r: Rates,
) {
  let m = fma(vec4f(r.gain1), gradient, r.decay1 * *first);
  let v = fma(r.gain2 * gradient, gradient, r.decay2 * *second);
  *first = m;
  *second = v;
  *value -= r.rate * m / (sqrt(v) + r.epsilon);
}

fn optimize(tensor: Trained, lo: vec4f, hi: vec4f, r: Rates) -> Trained {
  var valueLo = tensor.value.lo;
  var firstLo = tensor.first.lo;
  var secondLo = tensor.second.lo;
  optimize4(&valueLo, &firstLo, &secondLo, lo, r);
  var valueHi = tensor.value.hi;
  var firstHi = tensor.first.hi;
  var secondHi = tensor.second.hi;
  optimize4(&valueHi, &firstHi, &secondHi, hi, r);
  return Trained(Row(valueLo, valueHi), Row(firstLo, firstHi), Row(secondLo, secondHi));
}

fn scaled(scale: f32, x: Row) -> Row {
  return Row(scale * x.lo, scale * x.hi);
}

fn accumulate(
  c0: ptr<function, Coordinate>,
  c1: ptr<function, Coordinate>,
  c2: ptr<function, Coordinate>,
  c3: ptr<function, Coordinate>,
  h: ptr<function, Gram>,
  k: ptr<function, Gram>,
) {
  let w0 = (*c0).w.value;
  let w1 = (*c1).w.value;
  let w2 = (*c2).w.value;
  let w3 = (*c3).w.value;
  addOuters(
    h,
    w0,
    w1,
    w2,
    w3,
    scaled((*c0).phi, w0),
    scaled((*c1).phi, w1),
    scaled((*c2).phi, w2),
    scaled((*c3).phi, w3),
  );
  let u0 = (*c0).u.value;
  let u1 = (*c1).u.value;
  let u2 = (*c2).u.value;
  let u3 = (*c3).u.value;
  addOuters(k, u0, u1, u2, u3, u0, u1, u2, u3);
}

fn gained(r: Rates, scale: f32) -> Rates {
  return Rates(r.decay1, scale * r.gain1, r.decay2, scale * scale * r.gain2, r.rate, r.epsilon);
}

// One optimizer step of a coordinate, factors of whole gradients left to the optimizer; returns
// its part of the reconstruction term. `k` is K + prior / invA.
fn advance(
  c: ptr<function, Coordinate>,
  h: ptr<function, Gram>,
  k: ptr<function, Gram>,
  invA: f32,
  prior: f32,
  r: Rates,
) -> f32 {
  let phi = (*c).phi;
  let w = (*c).w.value;
  let u = (*c).u.value;
  let du = apply(h, u, Row(-phi * w.lo, -phi * w.hi));
  let q = apply(k, w, Row(-u.lo, -u.hi));
  var part = 0.0;
  if (TERMS) {
    let ratio = prior / invA;
    part = phi * (1.0 + dotRow(w, Row(q.lo - u.lo - ratio * w.lo, q.hi - u.hi - ratio * w.hi)));
  }
  (*c).u = optimize((*c).u, du.lo, du.hi, gained(r, invA));
  (*c).w = optimize((*c).w, q.lo, q.hi, gained(r, phi * invA));
  return part;
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
  let stride = 2u * shape.weights + shape.latents;
  let base = place * 3u * stride;
  let variances = base + 2u * shape.weights + q;

  var c0 = load(base, model.spectrum, q, 0u);
  var c1 = load(base, model.spectrum, q, 1u);
  var c2 = load(base, model.spectrum, q, 2u);
  var c3 = load(base, model.spectrum, q, 3u);
  var c4: Coordinate;
  var c5: Coordinate;
  var c6: Coordinate;
  var c7: Coordinate;
  if (GROUPS > 4u) {
    c4 = load(base, model.spectrum, q, 4u);
    c5 = load(base, model.spectrum, q, 5u);
    c6 = load(base, model.spectrum, q, 6u);
    c7 = load(base, model.spectrum, q, 7u);
  }
  // Latents q and q + 4 in x and y; z and w stay 0.
  var logVar = vec4f(arena[variances], arena[variances + 4u], 0.0, 0.0);
  var first = vec4f(arena[variances + stride], arena[variances + stride + 4u], 0.0, 0.0);
  var second = vec4f(arena[variances + 2u * stride], arena[variances + 2u * stride + 4u], 0.0, 0.0);
  let real = vec4f(select(0.0, 1.0, q < model.latents), select(0.0, 1.0, q + 4u < model.latents), 0.0, 0.0);
  let learnable = model.learnable * real;
  let mine = vec4f(select(0.0, 1.0, q == 0u), select(0.0, 1.0, q == 1u), select(0.0, 1.0, q == 2u), select(0.0, 1.0, q == 3u));

  let adam = model.adam != 0u;
  let prior = model.beta * model.invE;
  let lastScheduled = arrayLength(&schedule) - 1u;

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
    var h = Gram();
    var k = Gram();
    accumulate(&c0, &c1, &c2, &c3, &h, &k);
    if (GROUPS > 4u) {
      accumulate(&c4, &c5, &c6, &c7, &h, &k);
    }
    quadSumGram(&h);
    quadSumGram(&k);
    let variance = real.xy * exp(logVar.xy);
    let variances = Row(
      vec4f(quadBroadcast(variance.x, 0u), quadBroadcast(variance.x, 1u), quadBroadcast(variance.x, 2u), quadBroadcast(variance.x, 3u)),
      vec4f(quadBroadcast(variance.y, 0u), quadBroadcast(variance.y, 1u), quadBroadcast(variance.y, 2u), quadBroadcast(variance.y, 3u)),
    );
    addDiagonal(&h, variances);
    let kDiagonal = diagonal(&k);
    addDiagonal(&k, Row(vec4f(prior / model.invA), vec4f(prior / model.invA)));
    // As it was before the update.
    let logVars = logVar.x + logVar.y;

    var fit = advance(&c0, &h, &k, model.invA, prior, r);
    fit += advance(&c1, &h, &k, model.invA, prior, r);
    fit += advance(&c2, &h, &k, model.invA, prior, r);
    fit += advance(&c3, &h, &k, model.invA, prior, r);
    if (GROUPS > 4u) {
      fit += advance(&c4, &h, &k, model.invA, prior, r);
      fit += advance(&c5, &h, &k, model.invA, prior, r);
      fit += advance(&c6, &h, &k, model.invA, prior, r);
      fit += advance(&c7, &h, &k, model.invA, prior, r);
    }
    let ownK = vec4f(dot(mine, kDiagonal.lo), dot(mine, kDiagonal.hi), 0.0, 0.0);
    let gradient = 0.5 * learnable * (vec4f(variance, 0.0, 0.0) * (model.invA * ownK + prior) - model.beta);
    optimize4(&logVar, &first, &second, gradient, r);

    if (TERMS) {
      fit = quadSum(fit) + dotRow(kDiagonal, variances);
      let hDiagonal = diagonal(&h);
      let trace = dot(hDiagonal.lo + hDiagonal.hi, vec4f(1.0));
      let logSum = quadSum(logVars);
      if (q == 0u) {
        let reconstruction = fma(0.5 * model.invA, fit, model.reconstructionConstant);
        let kl = fma(0.5, trace * model.invE - logSum, model.klConstant);
        terms[ringIndex(index, model.slot)] =
          vec4f(fma(model.beta, kl, reconstruction), reconstruction, kl, 0.0);
      }
    }
  }

  store(base, q, 0u, c0);
  store(base, q, 1u, c1);
  store(base, q, 2u, c2);
  store(base, q, 3u, c3);
  if (GROUPS > 4u) {
    store(base, q, 4u, c4);
    store(base, q, 5u, c5);
    store(base, q, 6u, c6);
    store(base, q, 7u, c7);
  }
  arena[variances] = logVar.x;
  arena[variances + 4u] = logVar.y;
  arena[variances + stride] = first.x;
  arena[variances + stride + 4u] = first.y;
  arena[variances + 2u * stride] = second.x;
  arena[variances + 2u * stride + 4u] = second.y;
}
