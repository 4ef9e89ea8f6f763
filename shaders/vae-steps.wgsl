// Many whole training steps of a small linear VAE (at most 8 units) in one dispatch.
//
// With v = [W^T | U], [P | Q] = X v, z = P + sigma eps, G = U^T U, t = z G - Q, S = z^T z and
// f = weight / (batch variance), per step:
//   dU = f (U S - X^T z),  dW^T = X^T (f t + (beta / (batch prior)) P),
//   dLogVar = sum_b f t sigma eps / 2 + (beta / 2) (sigma^2 / prior - 1)
//   loss from ||x||^2 + z.(t - Q) and the KL of each row; then Adam or gradient descent.
//
// data:  f32 [rows, width], rows padded to xStride vec4s      norms: f32 [rows], ||x||^2
// arena: of each lane parameters, then m, then v, each `copy` vec4s: v [width, 4 vec4s],
//        logVar [2 vec4s]
// y:     scratch of each lane, [batch rounded up to 32, 4 vec4s]: P, Q, then (dL/dmean, -f z)
// g:     scratch of each lane, [width rounded up to 32, 4 vec4s]: X^T y
// terms: f32 [ring, lanes, 4]                                 steps: the ring of step uniforms
// One workgroup of four threads, a quad, makes all steps of one lane; lanes of one dispatch follow
// each other from `shape.lane` on. A thread owns 8 rows of 32, of the batch first, of v then;
// quadBroadcast hands round what all four need.

enable subgroups;

struct Shape {
  batch: u32,
  units: u32,
  width: u32,
  xStride: u32,
  rows: u32,
  lane: u32, // that of the first workgroup
  lanes: u32,
  copy: u32,
  logVar: u32, // vec4s from the start of a copy to logVar
}

// One step's uniform, with the padding of the ring.
struct Slot {
  values: Step,
  padding: array<vec4f, 5>,
}

override ADAM: bool = true; // else gradient descent
override LEARN_VARIANCE: bool = true;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> data: array<vec4f>;
@group(0) @binding(2) var<storage, read> norms: array<f32>;
@group(0) @binding(3) var<storage, read> steps: array<Slot>;
@group(0) @binding(4) var<storage, read_write> arena: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> g: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> terms: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step; // the first lane's

// Where the lane's own part of arena, y and g begins.
var<private> home: u32;
var<private> yHome: u32;
var<private> gHome: u32;

// A symmetric matrix [8, 8]: row j of the left half and of the right half.
struct Gram {
  left: Column,
  right: Column,
}

struct Tile {
  c0: Column,
  c1: Column,
  c2: Column,
  c3: Column,
}

fn quadSum(x: vec4f) -> vec4f {
  let pair = x + quadSwapX(x);
  return pair + quadSwapY(pair);
}

fn quadSumColumn(t: Column) -> Column {
  return Column(
    quadSum(t.r0),
    quadSum(t.r1),
    quadSum(t.r2),
    quadSum(t.r3),
    quadSum(t.r4),
    quadSum(t.r5),
    quadSum(t.r6),
    quadSum(t.r7),
  );
}

fn scaleColumn(t: Column, by: f32) -> Column {
  return Column(
    t.r0 * by,
    t.r1 * by,
    t.r2 * by,
    t.r3 * by,
    t.r4 * by,
    t.r5 * by,
    t.r6 * by,
    t.r7 * by,
  );
}

fn rank1(t: Column, low: vec4f, high: vec4f, right: vec4f) -> Column {
  return Column(
    fma(vec4f(low.x), right, t.r0),
    fma(vec4f(low.y), right, t.r1),
    fma(vec4f(low.z), right, t.r2),
    fma(vec4f(low.w), right, t.r3),
    fma(vec4f(high.x), right, t.r4),
    fma(vec4f(high.y), right, t.r5),
    fma(vec4f(high.z), right, t.r6),
    fma(vec4f(high.w), right, t.r7),
  );
}

// (low, high) times the matrix.
fn times(low: vec4f, high: vec4f, t: Column) -> vec4f {
  return fma(vec4f(high.w), t.r7,
    fma(vec4f(high.z), t.r6,
    fma(vec4f(high.y), t.r5,
    fma(vec4f(high.x), t.r4,
    fma(vec4f(low.w), t.r3,
    fma(vec4f(low.z), t.r2,
    fma(vec4f(low.y), t.r1,
    vec4f(low.x) * t.r0)))))));
}

fn rank4Tile(tile: ptr<function, Tile>, x: Panel, y0: vec4f, y1: vec4f, y2: vec4f, y3: vec4f) {
  (*tile).c0 = rank4((*tile).c0, x,
    quadBroadcast(y0, 0u), quadBroadcast(y1, 0u), quadBroadcast(y2, 0u), quadBroadcast(y3, 0u));
  (*tile).c1 = rank4((*tile).c1, x,
    quadBroadcast(y0, 1u), quadBroadcast(y1, 1u), quadBroadcast(y2, 1u), quadBroadcast(y3, 1u));
  (*tile).c2 = rank4((*tile).c2, x,
    quadBroadcast(y0, 2u), quadBroadcast(y1, 2u), quadBroadcast(y2, 2u), quadBroadcast(y3, 2u));
  (*tile).c3 = rank4((*tile).c3, x,
    quadBroadcast(y0, 3u), quadBroadcast(y1, 3u), quadBroadcast(y2, 3u), quadBroadcast(y3, 3u));
}

// G = U^T U; each thread sums every fourth row of U.
fn gramOfDecoder(gram: ptr<function, Gram>, lane: u32) {
  for (var first = 0u; first < shape.width; first += 4u) {
    let row = min(first + lane, shape.width - 1u);
    let keep = f32(first + lane < shape.width);
    let at = home + row * 4u;
    let low = keep * arena[at + 2u];
    let high = keep * arena[at + 3u];
    (*gram).left = rank1((*gram).left, low, high, low);
    (*gram).right = rank1((*gram).right, low, high, high);
  }
  (*gram).left = quadSumColumn((*gram).left);
  (*gram).right = quadSumColumn((*gram).right);
}

// Eight rows of [P | Q] from row `at` / 4 on.
fn storeProjected(tile: ptr<function, Tile>, at: u32) {
  y[at + 0u] = (*tile).c0.r0;
  y[at + 1u] = (*tile).c1.r0;
  y[at + 2u] = (*tile).c2.r0;
  y[at + 3u] = (*tile).c3.r0;
  y[at + 4u] = (*tile).c0.r1;
  y[at + 5u] = (*tile).c1.r1;
  y[at + 6u] = (*tile).c2.r1;
  y[at + 7u] = (*tile).c3.r1;
  y[at + 8u] = (*tile).c0.r2;
  y[at + 9u] = (*tile).c1.r2;
  y[at + 10u] = (*tile).c2.r2;
  y[at + 11u] = (*tile).c3.r2;
  y[at + 12u] = (*tile).c0.r3;
  y[at + 13u] = (*tile).c1.r3;
  y[at + 14u] = (*tile).c2.r3;
  y[at + 15u] = (*tile).c3.r3;
  y[at + 16u] = (*tile).c0.r4;
  y[at + 17u] = (*tile).c1.r4;
  y[at + 18u] = (*tile).c2.r4;
  y[at + 19u] = (*tile).c3.r4;
  y[at + 20u] = (*tile).c0.r5;
  y[at + 21u] = (*tile).c1.r5;
  y[at + 22u] = (*tile).c2.r5;
  y[at + 23u] = (*tile).c3.r5;
  y[at + 24u] = (*tile).c0.r6;
  y[at + 25u] = (*tile).c1.r6;
  y[at + 26u] = (*tile).c2.r6;
  y[at + 27u] = (*tile).c3.r6;
  y[at + 28u] = (*tile).c0.r7;
  y[at + 29u] = (*tile).c1.r7;
  y[at + 30u] = (*tile).c2.r7;
  y[at + 31u] = (*tile).c3.r7;
}

// Eight rows of X^T y.
fn storeProduct(tile: ptr<function, Tile>, at: u32) {
  g[at + 0u] = (*tile).c0.r0;
  g[at + 1u] = (*tile).c1.r0;
  g[at + 2u] = (*tile).c2.r0;
  g[at + 3u] = (*tile).c3.r0;
  g[at + 4u] = (*tile).c0.r1;
  g[at + 5u] = (*tile).c1.r1;
  g[at + 6u] = (*tile).c2.r1;
  g[at + 7u] = (*tile).c3.r1;
  g[at + 8u] = (*tile).c0.r2;
  g[at + 9u] = (*tile).c1.r2;
  g[at + 10u] = (*tile).c2.r2;
  g[at + 11u] = (*tile).c3.r2;
  g[at + 12u] = (*tile).c0.r3;
  g[at + 13u] = (*tile).c1.r3;
  g[at + 14u] = (*tile).c2.r3;
  g[at + 15u] = (*tile).c3.r3;
  g[at + 16u] = (*tile).c0.r4;
  g[at + 17u] = (*tile).c1.r4;
  g[at + 18u] = (*tile).c2.r4;
  g[at + 19u] = (*tile).c3.r4;
  g[at + 20u] = (*tile).c0.r5;
  g[at + 21u] = (*tile).c1.r5;
  g[at + 22u] = (*tile).c2.r5;
  g[at + 23u] = (*tile).c3.r5;
  g[at + 24u] = (*tile).c0.r6;
  g[at + 25u] = (*tile).c1.r6;
  g[at + 26u] = (*tile).c2.r6;
  g[at + 27u] = (*tile).c3.r6;
  g[at + 28u] = (*tile).c0.r7;
  g[at + 29u] = (*tile).c1.r7;
  g[at + 30u] = (*tile).c2.r7;
  g[at + 31u] = (*tile).c3.r7;
}

// [P | Q] of the thread's eight rows, from row `first` on.
fn project(first: u32, now: Step, lane: u32) {
  let low = batchRows(now.seed, now.index, first / 4u, shape.rows) * shape.xStride;
  let high = batchRows(now.seed, now.index, first / 4u + 1u, shape.rows) * shape.xStride;
  let last = vec4u(shape.width - 1u);
  var tile: Tile;
  for (var k = 0u; k < shape.xStride; k++) {
    let x = panel(
      data[low.x + k], data[low.y + k], data[low.z + k], data[low.w + k],
      data[high.x + k], data[high.y + k], data[high.z + k], data[high.w + k]);
    // Past the end x is 0 and any row of v will do.
    let at = min(vec4u(4u * k) + vec4u(0u, 1u, 2u, 3u), last) * 4u + (home + lane);
    rank4Tile(&tile, x, arena[at.x], arena[at.y], arena[at.z], arena[at.w]);
  }
  storeProjected(&tile, yHome + first * 4u);
}

// X^T y for the thread's eight columns of X, from vec4 `block` of a row on.
fn correlate(column: u32, now: Step, lane: u32) {
  var tile: Tile;
  let a = min(column, shape.xStride - 1u);
  let b = min(column + 1u, shape.xStride - 1u);
  for (var p = 0u; p < shape.batch; p += 4u) {
    // Rows of y past the batch are 0.
    let rows = batchRows(now.seed, now.index, p / 4u, shape.rows) * shape.xStride;
    let x = Panel(
      data[rows.x + a], data[rows.x + b], data[rows.y + a], data[rows.y + b],
      data[rows.z + a], data[rows.z + b], data[rows.w + a], data[rows.w + b]);
    let at = yHome + p * 4u + lane;
    rank4Tile(&tile, x, y[at], y[at + 4u], y[at + 8u], y[at + 12u]);
  }
  storeProduct(&tile, gHome + column * 16u);
}

fn optimize(at: u32, gradient: vec4f, now: Step) {
  if (ADAM) {
    let first = fma(vec4f(0.1), gradient, 0.9 * arena[at + shape.copy]);
    let second = fma(vec4f(0.001) * gradient, gradient, 0.999 * arena[at + 2u * shape.copy]);
    arena[at + shape.copy] = first;
    arena[at + 2u * shape.copy] = second;
    arena[at] -= now.learningRate * (first * now.correction1) /
      (sqrt(second * now.correction2) + 1e-8);
  } else {
    arena[at] -= now.learningRate * gradient;
  }
}

fn sumOf(x: vec4f) -> f32 {
  return (x.x + x.y) + (x.z + x.w);
}

fn trainStep(now: Step, lane: u32, slot: u32) {
  let variance = now.scalars[0].x;
  let prior = now.scalars[1].x;
  let beta = now.scalars[1].y;
  let count = f32(shape.batch);
  let f = now.scalars[0].y / (count * variance);
  let pull = beta / (count * prior);
  let maskLow = unitMask(0u, shape.units);
  let maskHigh = unitMask(1u, shape.units);
  let logVar = home + shape.logVar;
  let rhoLow = arena[logVar];
  let rhoHigh = arena[logVar + 1u];
  let sigmaLow = exp(0.5 * rhoLow);
  let sigmaHigh = exp(0.5 * rhoHigh);
  let logPrior = log(prior);
  let spreadKl = sumOf(maskLow * (exp(rhoLow) / prior - (rhoLow - logPrior) - 1.0)) +
    sumOf(maskHigh * (exp(rhoHigh) / prior - (rhoHigh - logPrior) - 1.0));

  var gram: Gram;
  gramOfDecoder(&gram, lane);
  var scatter: Gram;
  var bendLow = vec4f(0.0);
  var bendHigh = vec4f(0.0);
  var sums = vec4f(0.0); // residual squares, mean squares
  for (var block32 = 0u; block32 < shape.batch; block32 += 32u) {
    let first = block32 + lane * 8u;
    project(first, now, lane);
    for (var b = first; b < block32 + lane * 8u + 8u; b++) {
      let keep = f32(b < shape.batch);
      let at = yHome + b * 4u;
      let pLow = y[at];
      let pHigh = y[at + 1u];
      let qLow = y[at + 2u];
      let qHigh = y[at + 3u];
      let eLow = sigmaLow * latentNoise(now.seed, now.index, b, 0u, shape.units);
      let eHigh = sigmaHigh * latentNoise(now.seed, now.index, b, 1u, shape.units);
      let zLow = keep * (pLow + eLow);
      let zHigh = keep * (pHigh + eHigh);
      let tLow = times(zLow, zHigh, gram.left) - keep * qLow;
      let tHigh = times(zLow, zHigh, gram.right) - keep * qHigh;
      y[at] = fma(vec4f(f), tLow, keep * pull * pLow);
      y[at + 1u] = fma(vec4f(f), tHigh, keep * pull * pHigh);
      y[at + 2u] = -f * zLow;
      y[at + 3u] = -f * zHigh;
      scatter.left = rank1(scatter.left, zLow, zHigh, zLow);
      scatter.right = rank1(scatter.right, zLow, zHigh, zHigh);
      bendLow = fma(tLow, eLow, bendLow);
      bendHigh = fma(tHigh, eHigh, bendHigh);
      let norm = norms[batchRow(now.seed, now.index, b, shape.rows)];
      let residual = keep * norm + sumOf(zLow * (tLow - qLow)) + sumOf(zHigh * (tHigh - qHigh));
      let square = sumOf(pLow * pLow) + sumOf(pHigh * pHigh);
      sums += vec4f(residual, keep * square, 0.0, 0.0);
    }
  }
  scatter.left = quadSumColumn(scatter.left);
  scatter.right = quadSumColumn(scatter.right);
  scatter.left = scaleColumn(scatter.left, f);
  scatter.right = scaleColumn(scatter.right, f);
  bendLow = quadSum(bendLow);
  bendHigh = quadSum(bendHigh);
  sums = quadSum(sums);
  storageBarrier();

  for (var block32 = 0u; block32 < shape.width; block32 += 32u) {
    let first = block32 + lane * 8u;
    correlate(first / 4u, now, lane);
    for (var row = first; row < min(first + 8u, shape.width); row++) {
      let at = home + row * 4u;
      let product = gHome + row * 4u;
      let low = arena[at + 2u];
      let high = arena[at + 3u];
      optimize(at, g[product], now);
      optimize(at + 1u, g[product + 1u], now);
      optimize(at + 2u, g[product + 2u] + times(low, high, scatter.left), now);
      optimize(at + 3u, g[product + 3u] + times(low, high, scatter.right), now);
    }
  }
  if (lane == 0u) {
    if (LEARN_VARIANCE) {
      let pushLow = maskLow * (exp(rhoLow) / prior - 1.0);
      let pushHigh = maskHigh * (exp(rhoHigh) / prior - 1.0);
      optimize(logVar, 0.5 * (f * bendLow + beta * pushLow), now);
      optimize(logVar + 1u, 0.5 * (f * bendHigh + beta * pushHigh), now);
    }
    let reconstruction =
      0.5 * (sums.x / (count * variance) + f32(shape.width) * log(6.283185307179586 * variance));
    let kl = 0.5 * (sums.y / (count * prior) + spreadKl);
    terms[now.slot * shape.lanes + slot] =
      vec4f(now.scalars[0].y * reconstruction + beta * kl, reconstruction, kl, 0.0);
  }
  storageBarrier();
}

@compute @workgroup_size(4)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) group: vec3u
) {
  home = group.x * 3u * shape.copy;
  yHome = group.x * ((shape.batch + 31u) / 32u) * 128u;
  gHome = group.x * ((shape.width + 31u) / 32u) * 128u;
  let first = step.position + group.x;
  let count = steps[first].values.count;
  for (var i = 0u; i < count; i++) {
    trainStep(steps[first + i * shape.lanes].values, lane, shape.lane + group.x);
  }
}
