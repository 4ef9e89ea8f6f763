// shift:           values[r, :] += bias
// shiftForward:    values[r, :] = activation(values[r, :] + bias)
// inPlace:         values = activation(values)
// forward:         y = activation(before)
// backward:        d *= slope of the activation at `before`
// inPlaceBackward: d *= slope of the activation where it gave `result`; not of gelu
//
// values, before, y, d, result: f32 [rows, columns], rows padded to vec4s; activations keep 0, so padding stays 0
// bias: f32 [1, columns], padded
// A thread does every so many-th vec4.

struct Shape {
  count: u32, // vec4s of x
  stride: u32, // vec4s per row
}

override ACTIVATION: u32 = 0; // 0 none, 1 relu, 2 tanh, 3 gelu
override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> values: array<vec4f>;
@group(0) @binding(2) var<storage, read> bias: array<vec4f>;
@group(0) @binding(3) var<storage, read> before: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> d: array<vec4f>;
@group(0) @binding(6) var<storage, read> result: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn shift(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  for (var i = id.x; i < shape.count; i += grid.x * WORKGROUP) {
    values[i] += bias[i % shape.stride];
  }
}

@compute @workgroup_size(WORKGROUP)
fn shiftForward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  for (var i = id.x; i < shape.count; i += grid.x * WORKGROUP) {
    values[i] = activate(values[i] + bias[i % shape.stride], ACTIVATION);
  }
}

@compute @workgroup_size(WORKGROUP)
fn inPlace(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  for (var i = id.x; i < shape.count; i += grid.x * WORKGROUP) {
    values[i] = activate(values[i], ACTIVATION);
  }
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  for (var i = id.x; i < shape.count; i += grid.x * WORKGROUP) {
    y[i] = activate(before[i], ACTIVATION);
  }
}

@compute @workgroup_size(WORKGROUP)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  for (var i = id.x; i < shape.count; i += grid.x * WORKGROUP) {
    d[i] *= activationSlope(before[i], ACTIVATION);
  }
}

@compute @workgroup_size(WORKGROUP)
fn inPlaceBackward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  for (var i = id.x; i < shape.count; i += grid.x * WORKGROUP) {
    d[i] *= activationSlopeOfResult(result[i], ACTIVATION);
  }
}
