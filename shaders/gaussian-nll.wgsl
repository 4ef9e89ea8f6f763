// partial[b] = ||target - mean||^2 / (2 variance) + (width / 2) ln(2 pi variance)
// dMean[b, :] = (weight / batch) * (mean - target) / variance; dTarget is its negative
//
// target, mean, dMean, dTarget: f32 [batch, width], rows padded to vec4s (padding 0 in all)
// partial: f32 [batch], unweighted nats of each row, at `offset` of the terms' buffer
// main: the target is data; withTarget: it has a gradient, too.
// One workgroup does one row, then a tree adds its threads' squares. Variance and weight are
// read from the step.

struct Shape {
  batch: u32,
  width: u32,
  stride: u32, // vec4s per row
  scalar: u32, // which of the step's scalars
  offset: u32,
}

override ADD: bool = false;
override ADD_TARGET: bool = false;
override WORKGROUP: u32 = 64; // a power of two

@group(0) @binding(0) var<uniform> shape: Shape;
// `target` is a reserved word in WGSL.
@group(0) @binding(1) var<storage, read> observed: array<vec4f>;
@group(0) @binding(2) var<storage, read> mean: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dMean: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partials: array<f32>;
@group(0) @binding(5) var<storage, read_write> dTarget: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

var<workgroup> sums: array<f32, WORKGROUP>;

// (weight / (batch variance)) * residual, which goes to dMean as well.
fn pull(at: u32, residual: vec4f) -> vec4f {
  let factor = step.scalars[shape.scalar].y / (f32(shape.batch) * step.scalars[shape.scalar].x);
  let change = factor * residual;
  if (ADD) {
    dMean[at] += change;
  } else {
    dMean[at] = change;
  }
  return change;
}

fn finish(b: u32, thread: u32, sum: vec4f) {
  sums[thread] = (sum.x + sum.y) + (sum.z + sum.w);
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (thread < half) {
      sums[thread] += sums[thread + half];
    }
    workgroupBarrier();
  }
  if (thread == 0u) {
    let variance = step.scalars[shape.scalar].x;
    partials[shape.offset + b] =
      0.5 * (sums[0] / variance + f32(shape.width) * log(6.283185307179586 * variance));
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let b = group.x;
  var sum = vec4f(0.0);
  for (var i = thread; i < shape.stride; i += WORKGROUP) {
    let at = b * shape.stride + i;
    let residual = mean[at] - observed[at];
    sum = fma(residual, residual, sum);
    pull(at, residual);
  }
  finish(b, thread, sum);
}

@compute @workgroup_size(WORKGROUP)
fn withTarget(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let b = group.x;
  var sum = vec4f(0.0);
  for (var i = thread; i < shape.stride; i += WORKGROUP) {
    let at = b * shape.stride + i;
    let residual = mean[at] - observed[at];
    sum = fma(residual, residual, sum);
    let change = pull(at, residual);
    if (ADD_TARGET) {
      dTarget[at] -= change;
    } else {
      dTarget[at] = -change;
    }
  }
  finish(b, thread, sum);
}
