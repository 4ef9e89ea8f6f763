// Exact-moment training of many small linear VAEs, four invocations a model.
//
// Formulas, and what such kernels share: `lib/exact-vae.wgsl`, `lib/exact-rates.wgsl`.
// Workgroup = one model, its whole state in registers for all steps of a dispatch. Invocation q
// owns coordinates q, q + 4, ... and the variances of latents q and q + 4; H and K are summed
// over the quad, so nothing waits at a barrier. Up to 8 latents and 4 GROUPS coordinates; padding
// (phi = 0, weights = 0, beyond-last latents) computes exact zeros.
//
// Written for compilers that keep a vector component in a register of its own and have few of
// them: every sum runs to its end before the next begins, so that it stays in one register, and
// weights are vectors over coordinates, not latents, so that nothing is transposed.
enable subgroups;

// Coordinates an invocation owns: 4 or 8.
override GROUPS: u32 = 8u;
// Whether the terms of each step are recorded.
override TERMS: bool = true;

// phi, one zero-padded run of `coordinates` a data set
@group(0) @binding(1) var<storage, read> spectra: array<f32>;
// [models, 3 (values, first moments, second moments), W | U | logVar], W and U in groups of four
// coordinates: [coordinates / 4, 8, 4]. Moments are sums without Adam's gains: first / (1 - decay1),
// second / (1 - decay2).
@group(0) @binding(3) var<storage, read_write> arena: array<f32>;

const GAIN1 = 1.0 - DECAY1;
// sqrt(1 - DECAY2)
const GAIN2_ROOT = 0.03162277660168379;

// Of the eight coordinates an invocation owns.
struct Eight {
  lo: vec4f,
  hi: vec4f,
}

// A latent's weights and their optimizer moments.
struct Trained {
  value: Eight,
  first: Eight,
  second: Eight,
}

struct Latent {
  w: Trained,
  u: Trained,
}

// One tensor's values, a member a latent.
struct Weights {
  l0: Eight,
  l1: Eight,
  l2: Eight,
  l3: Eight,
  l4: Eight,
  l5: Eight,
  l6: Eight,
  l7: Eight,
}

// A symmetric 8 x 8 matrix.
struct Gram {
  g00: f32,
  g01: f32,
  g02: f32,
  g03: f32,
  g04: f32,
  g05: f32,
  g06: f32,
  g07: f32,
  g11: f32,
  g12: f32,
  g13: f32,
  g14: f32,
  g15: f32,
  g16: f32,
  g17: f32,
  g22: f32,
  g23: f32,
  g24: f32,
  g25: f32,
  g26: f32,
  g27: f32,
  g33: f32,
  g34: f32,
  g35: f32,
  g36: f32,
  g37: f32,
  g44: f32,
  g45: f32,
  g46: f32,
  g47: f32,
  g55: f32,
  g56: f32,
  g57: f32,
  g66: f32,
  g67: f32,
  g77: f32,
}

// A row of it.
struct Row {
  lo: vec4f,
  hi: vec4f,
}

struct SumRates {
  decay1: f32,
  decay2: f32,
  // 1; 0 where second moments do not count.
  squares: f32,
  rate: f32,
  epsilon: f32,
}

// Latent i of the coordinates of invocation q: four to a group, groups 32 floats apart.
fn loadEight(at: u32) -> Eight {
  var x = Eight(vec4f(arena[at], arena[at + 32u], arena[at + 64u], arena[at + 96u]), vec4f());
  if (GROUPS > 4u) {
    x.hi = vec4f(arena[at + 128u], arena[at + 160u], arena[at + 192u], arena[at + 224u]);
  }
  return x;
}

fn storeEight(at: u32, x: Eight) {
  arena[at] = x.lo.x;
  arena[at + 32u] = x.lo.y;
  arena[at + 64u] = x.lo.z;
  arena[at + 96u] = x.lo.w;
  if (GROUPS > 4u) {
    arena[at + 128u] = x.hi.x;
    arena[at + 160u] = x.hi.y;
    arena[at + 192u] = x.hi.z;
    arena[at + 224u] = x.hi.w;
  }
}

fn loadTrained(at: u32, stride: u32) -> Trained {
  return Trained(loadEight(at), loadEight(at + stride), loadEight(at + 2u * stride));
}

fn storeTrained(at: u32, stride: u32, tensor: Trained) {
  storeEight(at, tensor.value);
  storeEight(at + stride, tensor.first);
  storeEight(at + 2u * stride, tensor.second);
}

fn load(base: u32, q: u32, latent: u32) -> Latent {
  let stride = 2u * shape.weights + shape.latents;
  let at = base + 4u * latent + q;
  return Latent(loadTrained(at, stride), loadTrained(at + shape.weights, stride));
}

fn store(base: u32, q: u32, latent: u32, c: Latent) {
  let stride = 2u * shape.weights + shape.latents;
  let at = base + 4u * latent + q;
  storeTrained(at, stride, c.w);
  storeTrained(at + shape.weights, stride, c.u);
}

fn loadSpectrum(at: u32) -> Eight {
  var phi = Eight(vec4f(spectra[at], spectra[at + 4u], spectra[at + 8u], spectra[at + 12u]), vec4f());
  if (GROUPS > 4u) {
    phi.hi = vec4f(spectra[at + 16u], spectra[at + 20u], spectra[at + 24u], spectra[at + 28u]);
  }
  return phi;
}

fn quadSum(x: f32) -> f32 {
  let pair = x + quadSwapX(x);
  return pair + quadSwapY(pair);
}

// Sum over the model's coordinates, the same in all of the quad.
fn gram(x: Eight, y: Eight) -> f32 {
  var sum = x.lo.x * y.lo.x + x.lo.y * y.lo.y + x.lo.z * y.lo.z + x.lo.w * y.lo.w;
  if (GROUPS > 4u) {
    sum = sum + x.hi.x * y.hi.x + x.hi.y * y.hi.y + x.hi.z * y.hi.z + x.hi.w * y.hi.w;
  }
  return quadSum(sum);
}

fn grams(x: Weights, y: Weights) -> Gram {
  return Gram(
    gram(x.l0, y.l0),
    gram(x.l0, y.l1),
    gram(x.l0, y.l2),
    gram(x.l0, y.l3),
    gram(x.l0, y.l4),
    gram(x.l0, y.l5),
    gram(x.l0, y.l6),
    gram(x.l0, y.l7),
    gram(x.l1, y.l1),
    gram(x.l1, y.l2),
    gram(x.l1, y.l3),
    gram(x.l1, y.l4),
    gram(x.l1, y.l5),
    gram(x.l1, y.l6),
    gram(x.l1, y.l7),
    gram(x.l2, y.l2),
    gram(x.l2, y.l3),
    gram(x.l2, y.l4),
    gram(x.l2, y.l5),
    gram(x.l2, y.l6),
    gram(x.l2, y.l7),
    gram(x.l3, y.l3),
    gram(x.l3, y.l4),
    gram(x.l3, y.l5),
    gram(x.l3, y.l6),
    gram(x.l3, y.l7),
    gram(x.l4, y.l4),
    gram(x.l4, y.l5),
    gram(x.l4, y.l6),
    gram(x.l4, y.l7),
    gram(x.l5, y.l5),
    gram(x.l5, y.l6),
    gram(x.l5, y.l7),
    gram(x.l6, y.l6),
    gram(x.l6, y.l7),
    gram(x.l7, y.l7),
  );
}

fn diagonal(g: Gram) -> Row {
  return Row(vec4f(g.g00, g.g11, g.g22, g.g33), vec4f(g.g44, g.g55, g.g66, g.g77));
}

fn plusDiagonal(g: Gram, x: Row) -> Gram {
  var sum = g;
  sum.g00 += x.lo.x;
  sum.g11 += x.lo.y;
  sum.g22 += x.lo.z;
  sum.g33 += x.lo.w;
  sum.g44 += x.hi.x;
  sum.g55 += x.hi.y;
  sum.g66 += x.hi.z;
  sum.g77 += x.hi.w;
  return sum;
}

fn dotRow(x: Row, y: Row) -> f32 {
  return dot(x.lo, y.lo) + dot(x.hi, y.hi);
}

// A weight and its moments after a step of Adam; with decays 0 and 1 and no squares, of gradient
// descent: value - rate g exactly.
fn moved(x: vec3f, g: f32, r: SumRates) -> vec3f {
  let m = x.y * r.decay1 + g;
  let v = x.z * r.decay2 + g * r.squares * g;
  return vec3f(x.x - m * r.rate / (sqrt(v) + r.epsilon), m, v);
}

fn moved4(value: vec4f, first: vec4f, second: vec4f, g: vec4f, r: SumRates) -> mat3x4f {
  let x = moved(vec3f(value.x, first.x, second.x), g.x, r);
  let y = moved(vec3f(value.y, first.y, second.y), g.y, r);
  let z = moved(vec3f(value.z, first.z, second.z), g.z, r);
  let w = moved(vec3f(value.w, first.w, second.w), g.w, r);
  return mat3x4f(vec4f(x.x, y.x, z.x, w.x), vec4f(x.y, y.y, z.y, w.y), vec4f(x.z, y.z, z.z, w.z));
}

fn optimize(t: Trained, g: Eight, r: SumRates) -> Trained {
  let lo = moved4(t.value.lo, t.first.lo, t.second.lo, g.lo, r);
  if (GROUPS > 4u) {
    let hi = moved4(t.value.hi, t.first.hi, t.second.hi, g.hi, r);
    return Trained(Eight(lo[0], hi[0]), Eight(lo[1], hi[1]), Eight(lo[2], hi[2]));
  }
  return Trained(Eight(lo[0], vec4f()), Eight(lo[1], vec4f()), Eight(lo[2], vec4f()));
}

fn scaled(x: Eight, y: Eight) -> Eight {
  return Eight(x.lo * y.lo, x.hi * y.hi);
}

// The part of a latent in twice the reconstruction term, but for its prior.
fn fitted(c: Latent, pw: Eight, dw: Eight) -> f32 {
  return dot(c.w.value.lo, dw.lo) - dot(pw.lo, c.u.value.lo) + dot(c.w.value.hi, dw.hi) - dot(pw.hi, c.u.value.hi);
}

// The row of a Gram matrix times one coordinate's weights, less y.
fn along(row: Row, lo: vec4f, hi: vec4f, y: f32) -> f32 {
  return lo.x * row.lo.x + lo.y * row.lo.y + lo.z * row.lo.z + lo.w * row.lo.w
    + hi.x * row.hi.x + hi.y * row.hi.y + hi.z * row.hi.z + hi.w * row.hi.w - y;
}

// The same for all coordinates of this invocation.
fn product(row: Row, x: Weights, y: Eight) -> Eight {
  let lo = vec4f(
    along(row, vec4f(x.l0.lo.x, x.l1.lo.x, x.l2.lo.x, x.l3.lo.x), vec4f(x.l4.lo.x, x.l5.lo.x, x.l6.lo.x, x.l7.lo.x), y.lo.x),
    along(row, vec4f(x.l0.lo.y, x.l1.lo.y, x.l2.lo.y, x.l3.lo.y), vec4f(x.l4.lo.y, x.l5.lo.y, x.l6.lo.y, x.l7.lo.y), y.lo.y),
    along(row, vec4f(x.l0.lo.z, x.l1.lo.z, x.l2.lo.z, x.l3.lo.z), vec4f(x.l4.lo.z, x.l5.lo.z, x.l6.lo.z, x.l7.lo.z), y.lo.z),
    along(row, vec4f(x.l0.lo.w, x.l1.lo.w, x.l2.lo.w, x.l3.lo.w), vec4f(x.l4.lo.w, x.l5.lo.w, x.l6.lo.w, x.l7.lo.w), y.lo.w),
  );
  if (GROUPS <= 4u) {
    return Eight(lo, vec4f());
  }
  let hi = vec4f(
    along(row, vec4f(x.l0.hi.x, x.l1.hi.x, x.l2.hi.x, x.l3.hi.x), vec4f(x.l4.hi.x, x.l5.hi.x, x.l6.hi.x, x.l7.hi.x), y.hi.x),
    along(row, vec4f(x.l0.hi.y, x.l1.hi.y, x.l2.hi.y, x.l3.hi.y), vec4f(x.l4.hi.y, x.l5.hi.y, x.l6.hi.y, x.l7.hi.y), y.hi.y),
    along(row, vec4f(x.l0.hi.z, x.l1.hi.z, x.l2.hi.z, x.l3.hi.z), vec4f(x.l4.hi.z, x.l5.hi.z, x.l6.hi.z, x.l7.hi.z), y.hi.z),
    along(row, vec4f(x.l0.hi.w, x.l1.hi.w, x.l2.hi.w, x.l3.hi.w), vec4f(x.l4.hi.w, x.l5.hi.w, x.l6.hi.w, x.l7.hi.w), y.hi.w),
  );
  return Eight(lo, hi);
}

// g x - y
fn products(g: Gram, x: Weights, y: Weights) -> Weights {
  return Weights(
    product(Row(vec4f(g.g00, g.g01, g.g02, g.g03), vec4f(g.g04, g.g05, g.g06, g.g07)), x, y.l0),
    product(Row(vec4f(g.g01, g.g11, g.g12, g.g13), vec4f(g.g14, g.g15, g.g16, g.g17)), x, y.l1),
    product(Row(vec4f(g.g02, g.g12, g.g22, g.g23), vec4f(g.g24, g.g25, g.g26, g.g27)), x, y.l2),
    product(Row(vec4f(g.g03, g.g13, g.g23, g.g33), vec4f(g.g34, g.g35, g.g36, g.g37)), x, y.l3),
    product(Row(vec4f(g.g04, g.g14, g.g24, g.g34), vec4f(g.g44, g.g45, g.g46, g.g47)), x, y.l4),
    product(Row(vec4f(g.g05, g.g15, g.g25, g.g35), vec4f(g.g45, g.g55, g.g56, g.g57)), x, y.l5),
    product(Row(vec4f(g.g06, g.g16, g.g26, g.g36), vec4f(g.g46, g.g56, g.g66, g.g67)), x, y.l6),
    product(Row(vec4f(g.g07, g.g17, g.g27, g.g37), vec4f(g.g47, g.g57, g.g67, g.g77)), x, y.l7),
  );
}

fn scaledAll(x: Eight, y: Weights) -> Weights {
  return Weights(
    scaled(x, y.l0),
    scaled(x, y.l1),
    scaled(x, y.l2),
    scaled(x, y.l3),
    scaled(x, y.l4),
    scaled(x, y.l5),
    scaled(x, y.l6),
    scaled(x, y.l7),
  );
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

  var c0 = load(base, q, 0u);
  var c1 = load(base, q, 1u);
  var c2 = load(base, q, 2u);
  var c3 = load(base, q, 3u);
  var c4 = load(base, q, 4u);
  var c5 = load(base, q, 5u);
  var c6 = load(base, q, 6u);
  var c7 = load(base, q, 7u);
  let phi = loadSpectrum(model.spectrum + q);
  // Latents q and q + 4: value and moments.
  var logVar0 = vec3f(arena[variances], arena[variances + stride], arena[variances + 2u * stride]);
  var logVar1 = vec3f(arena[variances + 4u], arena[variances + stride + 4u], arena[variances + 2u * stride + 4u]);
  let real = vec2f(select(0.0, 1.0, q < model.latents), select(0.0, 1.0, q + 4u < model.latents));
  let learnable = model.learnable * real;
  let mine = vec4f(select(0.0, 1.0, q == 0u), select(0.0, 1.0, q == 1u), select(0.0, 1.0, q == 2u), select(0.0, 1.0, q == 3u));

  let adam = model.adam != 0u;
  // phi / a
  let pull = Eight(model.invA * phi.lo, model.invA * phi.hi);
  // Moments are kept without their gains, which leaves gains to the rate and to epsilon.
  let decay1 = select(0.0, DECAY1, adam);
  let decay2 = select(1.0, DECAY2, adam);
  let squares = select(0.0, 1.0, adam);
  let prior = model.beta * model.invE;
  let ratio = prior / model.invA;
  let lastScheduled = arrayLength(&schedule) - 1u;

  for (var s = 0u; s < step.count; s++) {
    let index = step.first + s;
    let correction = schedule[min(index, lastScheduled)];
    let r = SumRates(
      decay1,
      decay2,
      squares,
      step.rate * model.learningRate * select(1.0, correction.x * GAIN1 / GAIN2_ROOT, adam),
      select(1.0, correction.y / GAIN2_ROOT, adam),
    );

    let w = Weights(c0.w.value, c1.w.value, c2.w.value, c3.w.value, c4.w.value, c5.w.value, c6.w.value, c7.w.value);
    let u = Weights(c0.u.value, c1.u.value, c2.u.value, c3.u.value, c4.u.value, c5.u.value, c6.u.value, c7.u.value);
    let pw = scaledAll(pull, w);
    let k = grams(u, u);
    let variance = real * exp(vec2f(logVar0.x, logVar1.x));
    let variances = Row(
      vec4f(quadBroadcast(variance.x, 0u), quadBroadcast(variance.x, 1u), quadBroadcast(variance.x, 2u), quadBroadcast(variance.x, 3u)),
      vec4f(quadBroadcast(variance.y, 0u), quadBroadcast(variance.y, 1u), quadBroadcast(variance.y, 2u), quadBroadcast(variance.y, 3u)),
    );
    // H / a without and with the variances
    let spread = grams(pw, w);
    let h = plusDiagonal(spread, Row(model.invA * variances.lo, model.invA * variances.hi));
    let du = products(h, u, pw);
    let dw = products(plusDiagonal(k, Row(vec4f(ratio), vec4f(ratio))), pw, scaledAll(pull, u));
    let kDiagonal = diagonal(k);

    if (TERMS) {
      let part = dot(pull.lo + pull.hi, vec4f(1.0))
        + fitted(c0, pw.l0, dw.l0)
        + fitted(c1, pw.l1, dw.l1)
        + fitted(c2, pw.l2, dw.l2)
        + fitted(c3, pw.l3, dw.l3)
        + fitted(c4, pw.l4, dw.l4)
        + fitted(c5, pw.l5, dw.l5)
        + fitted(c6, pw.l6, dw.l6)
        + fitted(c7, pw.l7, dw.l7);
      let ones = Row(vec4f(1.0), vec4f(1.0));
      let fit = quadSum(part) - ratio * dotRow(diagonal(spread), ones) + model.invA * dotRow(kDiagonal, variances);
      let trace = dotRow(diagonal(h), ones) / model.invA;
      let logSum = quadSum(logVar0.x + logVar1.x);
      if (q == 0u) {
        let reconstruction = fma(0.5, fit, model.reconstructionConstant);
        let kl = fma(0.5, trace * model.invE - logSum, model.klConstant);
        terms[ringIndex(index, model.slot)] =
          vec4f(fma(model.beta, kl, reconstruction), reconstruction, kl, 0.0);
      }
    }

    c0.u = optimize(c0.u, du.l0, r);
    c0.w = optimize(c0.w, dw.l0, r);
    c1.u = optimize(c1.u, du.l1, r);
    c1.w = optimize(c1.w, dw.l1, r);
    c2.u = optimize(c2.u, du.l2, r);
    c2.w = optimize(c2.w, dw.l2, r);
    c3.u = optimize(c3.u, du.l3, r);
    c3.w = optimize(c3.w, dw.l3, r);
    c4.u = optimize(c4.u, du.l4, r);
    c4.w = optimize(c4.w, dw.l4, r);
    c5.u = optimize(c5.u, du.l5, r);
    c5.w = optimize(c5.w, dw.l5, r);
    c6.u = optimize(c6.u, du.l6, r);
    c6.w = optimize(c6.w, dw.l6, r);
    c7.u = optimize(c7.u, du.l7, r);
    c7.w = optimize(c7.w, dw.l7, r);
    let ownK = vec2f(dot(mine, kDiagonal.lo), dot(mine, kDiagonal.hi));
    let gradient = 0.5 * learnable * (variance * (model.invA * ownK + prior) - model.beta);
    logVar0 = moved(logVar0, gradient.x, r);
    logVar1 = moved(logVar1, gradient.y, r);
  }

  store(base, q, 0u, c0);
  store(base, q, 1u, c1);
  store(base, q, 2u, c2);
  store(base, q, 3u, c3);
  store(base, q, 4u, c4);
  store(base, q, 5u, c5);
  store(base, q, 6u, c6);
  store(base, q, 7u, c7);
  arena[variances] = logVar0.x;
  arena[variances + stride] = logVar0.y;
  arena[variances + 2u * stride] = logVar0.z;
  arena[variances + 4u] = logVar1.x;
  arena[variances + stride + 4u] = logVar1.y;
  arena[variances + 2u * stride + 4u] = logVar1.z;
}
