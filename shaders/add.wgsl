// sum:    c = a + b
// passOn: c (+)= a, the backward of a sum
//
// a, b, c: f32 [count], as vec4s of equally padded matrices
// One thread does one vec4.

struct Shape {
  count: u32, // vec4s
}

override ADD: bool = false;
override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn sum(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i < shape.count) {
    c[i] = a[i] + b[i];
  }
}

@compute @workgroup_size(WORKGROUP)
fn passOn(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= shape.count) {
    return;
  }
  if (ADD) {
    c[i] += a[i];
  } else {
    c[i] = a[i];
  }
}
