// forward:  z = mean + sigma * eps,  sigma = exp(logVar / 2), eps ~ N(0, 1) drawn here
// backward: dMean (+)= dZ, dLogVar (+)= dZ * eps * sigma / 2, eps drawn again
//
// mean, z, dZ, dMean: f32 [batch, units], rows padded to vec4s; padding of z is 0
// logVar, dLogVar:    the same, or [1, units] where BROADCAST (dLogVar then sums over the batch)
// forward: one thread makes four units of one row, counted along units first.
// backward: the same; where BROADCAST one thread walks all rows of four units.

struct Shape {
  batch: u32,
  units: u32,
  stride: u32, // vec4s per row
  stream: u32,
}

override BROADCAST: bool = true;
override ADD_MEAN: bool = false;
override ADD_LOG_VAR: bool = false;
override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> mean: array<vec4f>;
@group(0) @binding(2) var<storage, read> logVar: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> z: array<vec4f>;
@group(0) @binding(4) var<storage, read> dZ: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dMean: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dLogVar: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let at = id.x;
  let u = at % shape.stride;
  let b = at / shape.stride;
  if (b >= shape.batch) {
    return;
  }
  let sigma = exp(0.5 * logVar[select(at, u, BROADCAST)]);
  z[at] = (mean[at] + sigma * normalsAt(step.seed, step.index, shape.stream, b * shape.units + u * 4u)) * unitMask(u, shape.units);
}

@compute @workgroup_size(WORKGROUP)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let u = id.x % shape.stride;
  let first = id.x / shape.stride;
  if (first >= select(shape.batch, 1u, BROADCAST)) {
    return;
  }
  let end = select(first + 1u, shape.batch, BROADCAST);
  let factor = 0.5 * unitMask(u, shape.units);
  var sum = vec4f(0.0);
  for (var b = first; b < end; b++) {
    let at = b * shape.stride + u;
    let gradient = dZ[at];
    sum += gradient * normalsAt(step.seed, step.index, shape.stream, b * shape.units + u * 4u);
    if (ADD_MEAN) {
      dMean[at] += gradient;
    } else {
      dMean[at] = gradient;
    }
  }
  let at = first * shape.stride + u;
  let change = sum * factor * exp(0.5 * logVar[at]);
  if (ADD_LOG_VAR) {
    dLogVar[at] += change;
  } else {
    dLogVar[at] = change;
  }
}
