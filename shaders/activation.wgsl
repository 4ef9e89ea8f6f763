// shift:    values[r, :] += bias
// forward:  y = activation(before)
// backward: d *= slope of the activation at `before`
//
// values, before, y, d: f32 [rows, columns], rows padded to vec4s; activations keep 0, so padding stays 0
// bias: f32 [1, columns], padded
// One thread does one vec4.

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

@compute @workgroup_size(WORKGROUP)
fn shift(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < shape.count) {
    values[id.x] += bias[id.x % shape.stride];
  }
}

@compute @workgroup_size(WORKGROUP)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < shape.count) {
    y[id.x] = activate(before[id.x], ACTIVATION);
  }
}

@compute @workgroup_size(WORKGROUP)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < shape.count) {
    d[id.x] *= activationSlope(before[id.x], ACTIVATION);
  }
}
