// partial[b] = ||target - mean||^2 / (2 variance) + (width / 2) ln(2 pi variance)
// dMean[b, :] = (weight / batch) * (mean - target) / variance
//
// target, mean, dMean: f32 [batch, width], rows padded to vec4s (padding 0 in both)
// partial:             f32 [batch], unweighted nats of each row, at `offset` of the terms' buffer
// One thread does one row. Variance and weight are read from the step.

struct Shape {
  batch: u32,
  width: u32,
  stride: u32, // vec4s per row
  scalar: u32, // which of the step's scalars
  offset: u32,
}

override ADD: bool = false;
override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
// `target` is a reserved word in WGSL.
@group(0) @binding(1) var<storage, read> observed: array<vec4f>;
@group(0) @binding(2) var<storage, read> mean: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dMean: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partials: array<f32>;
@group(1) @binding(0) var<uniform> step: Step;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let b = id.x;
  if (b >= shape.batch) {
    return;
  }
  let variance = step.scalars[shape.scalar].x;
  let weight = step.scalars[shape.scalar].y;
  let factor = weight / (f32(shape.batch) * variance);
  var sum = vec4f(0.0);
  for (var i = 0u; i < shape.stride; i++) {
    let at = b * shape.stride + i;
    let residual = mean[at] - observed[at];
    sum = fma(residual, residual, sum);
    if (ADD) {
      dMean[at] += factor * residual;
    } else {
      dMean[at] = factor * residual;
    }
  }
  let square = (sum.x + sum.y) + (sum.z + sum.w);
  partials[shape.offset + b] =
    0.5 * (square / variance + f32(shape.width) * log(6.283185307179586 * variance));
}
