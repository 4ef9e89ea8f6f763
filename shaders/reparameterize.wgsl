// forward:  z = mean + sigma * eps,  sigma = exp(logVar / 2), eps ~ N(0, 1) drawn here
// backward: dMean (+)= dZ, dLogVar (+)= dZ * eps * sigma / 2, eps drawn again
//
// mean, z, dZ, dMean: f32 [batch, units], rows padded to vec4s; padding of z is 0
// logVar, dLogVar:    the same, or [1, units] where BROADCAST (dLogVar then sums over the batch)
// forward, backward: one thread makes four units of one row, counted along units first.
// backwardShared, where BROADCAST: one workgroup does all rows of four units, then a tree adds
// its threads' sums.

struct Shape {
  batch: u32,
  units: u32,
  stride: u32, // vec4s per row
  stream: u32,
}

override BROADCAST: bool = true;
override ADD_MEAN: bool = false;
override ADD_LOG_VAR: bool = false;
override WORKGROUP: u32 = 64; // a power of two

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> mean: array<vec4f>;
@group(0) @binding(2) var<storage, read> logVar: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> z: array<vec4f>;
@group(0) @binding(4) var<storage, read> dZ: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> dMean: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dLogVar: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

var<workgroup> sums: array<vec4f, WORKGROUP>;

fn noise(b: u32, u: u32) -> vec4f {
  let index = (step.firstRow + b) * shape.units + u * 4u;
  return normalsAt(step.seed, step.index, shape.stream, index);
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let at = id.x;
  let u = at % shape.stride;
  let b = at / shape.stride;
  if (b >= shape.batch) {
    return;
  }
  let sigma = exp(0.5 * logVar[select(at, u, BROADCAST)]);
  z[at] = (mean[at] + sigma * noise(b, u)) * unitMask(u, shape.units);
}

// dZ, which goes to dMean, times eps.
fn bend(b: u32, u: u32) -> vec4f {
  let at = b * shape.stride + u;
  let gradient = dZ[at];
  if (ADD_MEAN) {
    dMean[at] += gradient;
  } else {
    dMean[at] = gradient;
  }
  return gradient * noise(b, u);
}

fn storeLogVar(at: u32, u: u32, sum: vec4f) {
  let change = sum * (0.5 * unitMask(u, shape.units)) * exp(0.5 * logVar[at]);
  if (ADD_LOG_VAR) {
    dLogVar[at] += change;
  } else {
    dLogVar[at] = change;
  }
}

@compute @workgroup_size(WORKGROUP)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let u = id.x % shape.stride;
  let b = id.x / shape.stride;
  if (b < shape.batch) {
    storeLogVar(id.x, u, bend(b, u));
  }
}

@compute @workgroup_size(WORKGROUP)
fn backwardShared(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let u = group.x;
  var sum = vec4f(0.0);
  for (var b = thread; b < shape.batch; b += WORKGROUP) {
    sum += bend(b, u);
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
    storeLogVar(u, u, sums[0]);
  }
}
