// partial[b] = sum_i ln(1 + exp(logits_i)) - target_i logits_i
// dLogits[b, :] = (weight / batch) * (1 / (1 + exp(-logits)) - target)
//
// target, logits, dLogits: f32 [batch, width], rows padded to vec4s (padding 0 in all)
// partial: f32 [batch], unweighted nats of each row, at `offset` of the terms' buffer
// One workgroup does one row, then a tree adds its threads' sums. The weight is read from the step.

struct Shape {
  batch: u32,
  width: u32,
  stride: u32, // vec4s per row
  scalar: u32, // which of the step's scalars
  offset: u32,
}

override ADD: bool = false;
override WORKGROUP: u32 = 64; // a power of two

@group(0) @binding(0) var<uniform> shape: Shape;
// `target` is a reserved word in WGSL.
@group(0) @binding(1) var<storage, read> observed: array<vec4f>;
@group(0) @binding(2) var<storage, read> logits: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dLogits: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> partials: array<f32>;
@group(1) @binding(0) var<uniform> step: Step;

var<workgroup> sums: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let b = group.x;
  let factor = step.scalars[shape.scalar].y / f32(shape.batch);
  var sum = vec4f(0.0);
  for (var i = thread; i < shape.stride; i += WORKGROUP) {
    let at = b * shape.stride + i;
    let exists = vec4u(i * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(shape.width);
    let l = logits[at];
    let x = observed[at];
    // exp of a negative number only: nothing overflows.
    let small = exp(-abs(l));
    let nats = max(l, vec4f(0.0)) + log(1.0 + small) - x * l;
    sum += select(vec4f(0.0), nats, exists);
    let mean = select(small, vec4f(1.0), l >= vec4f(0.0)) / (1.0 + small);
    let change = select(vec4f(0.0), factor * (mean - x), exists);
    if (ADD) {
      dLogits[at] += change;
    } else {
      dLogits[at] = change;
    }
  }
  sums[thread] = (sum.x + sum.y) + (sum.z + sum.w);
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (thread < half) {
      sums[thread] += sums[thread + half];
    }
    workgroupBarrier();
  }
  if (thread == 0u) {
    partials[shape.offset + b] = sums[0];
  }
}
