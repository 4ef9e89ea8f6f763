// KL_bi = (1/2) ((mean_i^2 + sigma_i^2) / prior - ln(sigma_i^2 / prior) - 1)
// partial[b] = sum_i KL_bi
// dMean = (weight / batch) mean / prior
// dLogVar = (weight / batch) (sigma^2 / prior - 1) / 2, summed over the batch where BROADCAST
//
// mean, dMean:     f32 [batch, units], rows padded to vec4s
// logVar, dLogVar: the same, or [1, units] where BROADCAST
// partials:        f32 [batch] at `offset`, unweighted nats of each row
// main: one thread does one row; where BROADCAST the thread of row 0 also writes dLogVar.
//
// Free bits: the loss has weight * sum_i max(free, unitMeans_i) instead, unitMeans_i = mean over b of
// KL_bi, so that units at or below `free` have no gradient.
// unitMeans: f32 [1, units], padded
// means: one workgroup does four units, then a tree adds its threads' sums.
// mainFree: as main, and partial[b] at `excess` = sum_i max(free - unitMeans_i, 0), what the loss has
// beyond the KL, the same for each row.

struct Shape {
  batch: u32,
  units: u32,
  stride: u32, // vec4s per row
  scalar: u32, // of the step: (prior, weight, free)
  offset: u32,
  excess: u32,
}

override BROADCAST: bool = true;
override ADD_MEAN: bool = false;
override ADD_LOG_VAR: bool = false;
override WORKGROUP: u32 = 64; // a power of two for `means`

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> mean: array<vec4f>;
@group(0) @binding(2) var<storage, read> logVar: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dMean: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dLogVar: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;
@group(0) @binding(6) var<storage, read> floors: array<vec4f>; // unitMeans
@group(0) @binding(7) var<storage, read_write> unitMeans: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

var<workgroup> sums: array<vec4f, WORKGROUP>;

fn unitMask(u: u32) -> vec4f {
  let exists = vec4u(u * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(shape.units);
  return select(vec4f(0.0), vec4f(1.0), exists);
}

// Twice the KL of four units; ratio = sigma^2 / prior.
fn twice(m: vec4f, rho: vec4f, ratio: vec4f, prior: f32) -> vec4f {
  return m * m / prior + ratio - (rho - log(prior)) - 1.0;
}

// Gradients of vec4 u of row b times `mask`, and twice its KL.
fn pull(b: u32, u: u32, mask: vec4f) -> vec4f {
  let prior = step.scalars[shape.scalar].x;
  let weight = step.scalars[shape.scalar].y;
  let factor = weight / f32(shape.batch);
  let at = b * shape.stride + u;
  let m = mean[at];
  let to = select(at, u, BROADCAST);
  let rho = logVar[to];
  let ratio = exp(rho) / prior;
  let change = mask * (factor * m / prior);
  if (ADD_MEAN) {
    dMean[at] += change;
  } else {
    dMean[at] = change;
  }
  if (!BROADCAST || b == 0u) {
    let scale = select(factor, weight, BROADCAST);
    let bend = mask * (0.5 * scale * (ratio - 1.0));
    if (ADD_LOG_VAR) {
      dLogVar[to] += bend;
    } else {
      dLogVar[to] = bend;
    }
  }
  return twice(m, rho, ratio, prior);
}

fn total(x: vec4f) -> f32 {
  return (x.x + x.y) + (x.z + x.w);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let b = id.x;
  if (b >= shape.batch) {
    return;
  }
  var sum = vec4f(0.0);
  for (var u = 0u; u < shape.stride; u++) {
    let exists = unitMask(u);
    sum += exists * pull(b, u, exists);
  }
  partials[shape.offset + b] = 0.5 * total(sum);
}

@compute @workgroup_size(WORKGROUP)
fn means(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let u = group.x;
  let prior = step.scalars[shape.scalar].x;
  var sum = vec4f(0.0);
  for (var b = thread; b < shape.batch; b += WORKGROUP) {
    let at = b * shape.stride + u;
    let rho = logVar[select(at, u, BROADCAST)];
    sum += twice(mean[at], rho, exp(rho) / prior, prior);
  }
  sums[thread] = sum;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (thread < half) {
      sums[thread] += sums[thread + half];
    }
    workgroupBarrier();
  }
  if (thread == 0u) {
    unitMeans[u] = unitMask(u) * (0.5 * sums[0] / f32(shape.batch));
  }
}

@compute @workgroup_size(WORKGROUP)
fn mainFree(@builtin(global_invocation_id) id: vec3u) {
  let b = id.x;
  if (b >= shape.batch) {
    return;
  }
  let free = vec4f(step.scalars[shape.scalar].z);
  var sum = vec4f(0.0);
  var excess = vec4f(0.0);
  for (var u = 0u; u < shape.stride; u++) {
    let exists = unitMask(u);
    let own = floors[u];
    sum += exists * pull(b, u, select(vec4f(0.0), exists, own > free));
    excess += exists * max(free - own, vec4f(0.0));
  }
  partials[shape.offset + b] = 0.5 * total(sum);
  partials[shape.excess + b] = total(excess);
}
