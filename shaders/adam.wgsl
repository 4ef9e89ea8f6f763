// m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
// p = p - learningRate * (m * correction1) / (sqrt(v * correction2) + eps)
//
// params, m, v, gradients: f32 [count], as vec4s, equal offsets
// A thread does every so many-th vec4. Kingma and Ba, "Adam" (2015), algorithm 1; the bias
// corrections come from the CPU in float64.

struct Shape {
  count: u32, // vec4s
}

override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> params: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> v: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradients: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  for (var i = id.x; i < shape.count; i += grid.x * WORKGROUP) {
    let g = gradients[i];
    let first = fma(vec4f(0.1), g, 0.9 * m[i]);
    let second = fma(vec4f(0.001) * g, g, 0.999 * v[i]);
    m[i] = first;
    v[i] = second;
    params[i] -= step.learningRate * (first * step.correction1) /
      (sqrt(second * step.correction2) + 1e-8);
  }
}
