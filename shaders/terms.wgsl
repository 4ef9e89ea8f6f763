// terms[slot, lane, :] = (loss, reconstruction, kl, kl2), loss = sum over parts of weight * mean
//
// partials: f32 [parts, batch], unweighted nats of each row
// terms:    f32 [ring, lanes, 4]
// kinds:    two bits of shape.kinds for each part: 0 where it belongs to reconstruction, 1 to kl, 2 to kl2,
//           3 to none but the loss
// One workgroup; each thread sums every WORKGROUP-th row, then a tree adds the threads' sums.

struct Shape {
  batch: u32,
  parts: u32,
  kinds: u32,
  lane: u32,
  lanes: u32,
}

override WORKGROUP: u32 = 64; // a power of two

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> terms: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

var<workgroup> sums: array<vec4f, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) thread: u32) {
  var total = vec4f(0.0);
  for (var part = 0u; part < shape.parts; part++) {
    var sum = 0.0;
    for (var b = thread; b < shape.batch; b += WORKGROUP) {
      sum += partials[part * shape.batch + b];
    }
    let kind = (shape.kinds >> (2u * part)) & 3u;
    let belongs = select(vec3f(0.0), vec3f(1.0), vec3u(kind) == vec3u(0u, 1u, 2u));
    total += vec4f(step.scalars[part].y * sum, belongs * sum);
  }
  sums[thread] = total;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (thread < half) {
      sums[thread] += sums[thread + half];
    }
    workgroupBarrier();
  }
  if (thread == 0u) {
    terms[step.slot * shape.lanes + shape.lane] = sums[0] / f32(shape.batch);
  }
}
