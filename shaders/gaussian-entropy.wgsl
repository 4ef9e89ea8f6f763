// partial[b] = -(1/2) sum_i logVar_i + ln(2 pi) + 1, the negative entropy
// dLogVar = -weight / (2 batch), summed over the batch where BROADCAST
//
// logVar, dLogVar: f32 [batch, units], rows padded to vec4s, or [1, units] where BROADCAST
// partials:        f32 [batch] at `offset`, unweighted nats of each row
// One thread does one row; where BROADCAST the thread of row 0 also writes dLogVar.

struct Shape {
  batch: u32,
  units: u32,
  stride: u32, // vec4s per row
  scalar: u32, // which of the step's scalars
  offset: u32,
}

override BROADCAST: bool = true;
override ADD: bool = false;
override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> logVar: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dLogVar: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;
@group(1) @binding(0) var<uniform> step: Step;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let b = id.x;
  if (b >= shape.batch) {
    return;
  }
  let weight = step.scalars[shape.scalar].y;
  let factor = select(weight / f32(shape.batch), weight, BROADCAST);
  var sum = vec4f(0.0);
  for (var u = 0u; u < shape.stride; u++) {
    let at = select(b * shape.stride + u, u, BROADCAST);
    let exists = vec4u(u * 4u) + vec4u(0u, 1u, 2u, 3u) < vec4u(shape.units);
    let mask = select(vec4f(0.0), vec4f(1.0), exists);
    sum += mask * (logVar[at] + 2.8378770664093453);
    if (!BROADCAST || b == 0u) {
      let change = -0.5 * factor * mask;
      if (ADD) {
        dLogVar[at] += change;
      } else {
        dLogVar[at] = change;
      }
    }
  }
  partials[shape.offset + b] = -0.5 * ((sum.x + sum.y) + (sum.z + sum.w));
}
