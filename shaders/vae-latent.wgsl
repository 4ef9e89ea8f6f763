// The latent side of a linear VAE whose residual is eliminated, one thread a row and no more.
//
// With v = [W^T | U] and projected = X v = [P | Q]:
// sample:   z = P + sigma eps, y right half = -f z, spread = sigma eps
// gradient: t = z U^T U - Q;  y left half = f t + (beta / (batch prior)) P = dL/dmean
//           nats[b] = (||x||^2 + z.(t - Q)) / (2 variance) + (width / 2) ln(2 pi variance),
//           nats[batch + b] = KL of row b;  spread <- f t * spread
// f = weight / (batch variance). ||x - U z||^2 = ||x||^2 - 2 z.Q + z.(U^T U) z: sound while
// ||x||^2 / (2 variance) is far below 2^24 nats.
//
// projected: f32 [batch, 2 units], each half padded to vec4s     norms: f32 [rows], ||x||^2
// y:         f32 [batch, 2 units], halves padded                 logVar: f32 [1, units], padded
// z, spread, t: f32 [batch, units], padded                       nats: f32 [2, batch]
// sample: one thread makes four units of a row; gradient: one thread does one row.

struct Shape {
  batch: u32,
  units: u32,
  stride: u32, // vec4s of units
  width: u32, // columns of the data
  rows: u32, // examples
}

override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> projected: array<vec4f>;
@group(0) @binding(2) var<storage, read> logVar: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> z: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> spread: array<vec4f>;
@group(0) @binding(6) var<storage, read> t: array<vec4f>;
@group(0) @binding(7) var<storage, read> norms: array<f32>;
@group(0) @binding(8) var<storage, read_write> nats: array<f32>;
@group(1) @binding(0) var<uniform> step: Step;

@compute @workgroup_size(WORKGROUP)
fn sample(@builtin(global_invocation_id) id: vec3u) {
  let u = id.x % shape.stride;
  let b = id.x / shape.stride;
  if (b >= shape.batch) {
    return;
  }
  let f = step.scalars[0].y / (f32(shape.batch) * step.scalars[0].x);
  let noise = exp(0.5 * logVar[u]) * latentNoise(step.seed, step.index, b, u, shape.units);
  let value = projected[b * 2u * shape.stride + u] + noise;
  z[id.x] = value;
  spread[id.x] = noise;
  y[(b * 2u + 1u) * shape.stride + u] = -f * value;
}

@compute @workgroup_size(WORKGROUP)
fn gradient(@builtin(global_invocation_id) id: vec3u) {
  let b = id.x;
  if (b >= shape.batch) {
    return;
  }
  let variance = step.scalars[0].x;
  let prior = step.scalars[1].x;
  let f = step.scalars[0].y / (f32(shape.batch) * variance);
  let pull = step.scalars[1].y / (f32(shape.batch) * prior);
  let logPrior = log(prior);
  var square = vec4f(0.0);
  var divergence = vec4f(0.0);
  for (var u = 0u; u < shape.stride; u++) {
    let at = b * shape.stride + u;
    let wide = b * 2u * shape.stride + u;
    let p = projected[wide];
    let q = projected[wide + shape.stride];
    let rest = t[at] - q;
    let rho = logVar[u];
    square += z[at] * (rest - q);
    divergence += unitMask(u, shape.units) * (p * p / prior + exp(rho) / prior - (rho - logPrior) - 1.0);
    y[wide] = f * rest + pull * p;
    spread[at] *= f * rest;
  }
  let norm = norms[batchRow(step.seed, step.index, b, shape.rows)];
  let residual = norm + ((square.x + square.y) + (square.z + square.w));
  nats[b] = 0.5 * (residual / variance + f32(shape.width) * log(6.283185307179586 * variance));
  nats[shape.batch + b] = 0.5 * ((divergence.x + divergence.y) + (divergence.z + divergence.w));
}
