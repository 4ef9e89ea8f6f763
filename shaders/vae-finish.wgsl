// Sums over the batch that end a linear VAE's step.
//
// workgroup 0:     terms[slot, lane] = (loss, reconstruction, kl, 0), means of the rows' nats
// workgroup 1 + u: dLogVar[u] = (1/2) sum_b spread[b, u] + (beta / 2) (sigma^2 / prior - 1)
//
// nats:   f32 [2, batch], reconstruction and KL of each row
// spread: f32 [batch, units], padded to vec4s: dL/dz * sigma eps
// logVar, dLogVar: f32 [1, units], padded
// terms:  f32 [ring, lanes, 4]
// A thread sums every WORKGROUP-th row, then a tree adds the threads' sums.

struct Shape {
  batch: u32,
  units: u32,
  stride: u32, // vec4s of units
  lane: u32,
  lanes: u32,
}

override WORKGROUP: u32 = 64; // a power of two

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> nats: array<f32>;
@group(0) @binding(2) var<storage, read> spread: array<vec4f>;
@group(0) @binding(3) var<storage, read> logVar: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dLogVar: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> terms: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

var<workgroup> sums: array<vec4f, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u
) {
  var sum = vec4f(0.0);
  if (group.x == 0u) {
    for (var b = thread; b < shape.batch; b += WORKGROUP) {
      sum += vec4f(0.0, nats[b], nats[shape.batch + b], 0.0);
    }
  } else {
    for (var b = thread; b < shape.batch; b += WORKGROUP) {
      sum += spread[b * shape.stride + group.x - 1u];
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (thread < half) {
      sums[thread] += sums[thread + half];
    }
    workgroupBarrier();
  }
  if (thread != 0u) {
    return;
  }
  let total = sums[0];
  if (group.x == 0u) {
    let means = total / f32(shape.batch);
    let loss = step.scalars[0].y * means.y + step.scalars[1].y * means.z;
    terms[step.slot * shape.lanes + shape.lane] = vec4f(loss, means.y, means.z, 0.0);
  } else {
    let u = group.x - 1u;
    let beta = step.scalars[1].y;
    let bend = exp(logVar[u]) / step.scalars[1].x - 1.0;
    dLogVar[u] = 0.5 * unitMask(u, shape.units) * (total + beta * bend);
  }
}
