// sums[c] (+)= sum_b values[b, c]
//
// values: f32 [rows, columns], rows padded to vec4s
// sums:   f32 [1, columns], padded alike
// One thread sums four columns.

struct Shape {
  rows: u32,
  stride: u32, // vec4s per row
}

override ADD: bool = false;
override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> values: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= shape.stride) {
    return;
  }
  var sum = vec4f(0.0);
  for (var b = 0u; b < shape.rows; b++) {
    sum += values[b * shape.stride + c];
  }
  if (ADD) {
    sums[c] += sum;
  } else {
    sums[c] = sum;
  }
}
