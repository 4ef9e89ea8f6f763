// p = p - learningRate * g
//
// params, gradients: f32 [count], as vec4s, equal offsets
// A thread does every so many-th vec4.

struct Shape {
  count: u32, // vec4s
}

override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> params: array<vec4f>;
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  for (var i = id.x; i < shape.count; i += grid.x * WORKGROUP) {
    params[i] -= step.learningRate * gradients[i];
  }
}
