// partial[b] = (1/2) sum_i (mean_i^2 + sigma_i^2) / prior - ln(sigma_i^2 / prior) - 1
// dMean = (weight / batch) mean / prior
// dLogVar = (weight / batch) (sigma^2 / prior - 1) / 2, summed over the batch where BROADCAST
//
// mean, dMean:     f32 [batch, units], rows padded to vec4s
// logVar, dLogVar: the same, or [1, units] where BROADCAST
// partials:        f32 [batch] at `offset`, unweighted nats of each row
// One thread does one row; where BROADCAST the thread of row 0 also writes dLogVar.

struct Shape {
  batch: u32,
  units: u32,
  stride: u32, // vec4s per row
  scalar: u32,
  offset: u32,
}

override BROADCAST: bool = true;
override ADD_MEAN: bool = false;
override ADD_LOG_VAR: bool = false;
override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> mean: array<vec4f>;
@group(0) @binding(2) var<storage, read> logVar: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dMean: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dLogVar: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> partials: array<f32>;
@group(1) @binding(0) var<uniform> step: Step;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let b = id.x;
  if (b >= shape.batch) {
    return;
  }
  let prior = step.scalars[shape.scalar].x;
  let weight = step.scalars[shape.scalar].y;
  let logPrior = log(prior);
  let factor = weight / f32(shape.batch);
  var sum = vec4f(0.0);
  for (var u = 0u; u < shape.stride; u++) {
    let at = b * shape.stride + u;
    let exists = vec4u(u * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(shape.units);
    let mask = select(vec4f(0.0), vec4f(1.0), exists);
    let m = mean[at];
    let rho = logVar[select(at, u, BROADCAST)];
    let ratio = exp(rho) / prior;
    sum += mask * (m * m / prior + ratio - (rho - logPrior) - 1.0);
    let change = factor * m / prior;
    if (ADD_MEAN) {
      dMean[at] += change;
    } else {
      dMean[at] = change;
    }
    if (!BROADCAST || b == 0u) {
      let scale = select(factor, weight, BROADCAST);
      let bend = mask * (0.5 * scale * (ratio - 1.0));
      let to = select(at, u, BROADCAST);
      if (ADD_LOG_VAR) {
        dLogVar[to] += bend;
      } else {
        dLogVar[to] = bend;
      }
    }
  }
  partials[shape.offset + b] = 0.5 * ((sum.x + sum.y) + (sum.z + sum.w));
}
