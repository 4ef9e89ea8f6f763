// x[b, :] = data[row(b), :], row(b) a uniform draw of (seed, step, "batch", b).
//
// data: f32 [rows, columns], rows padded to vec4s
// x:    f32 [batch, columns], padded alike
// One thread copies RUN vec4s of a row; threads count along columns first, then along the batch.

struct Shape {
  rows: u32,
  batch: u32,
  stride: u32, // vec4s per row
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> data: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> x: array<vec4f>;
@group(1) @binding(0) var<uniform> step: Step;

override RUN: u32 = 1;
override WORKGROUP: u32 = 64;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let runs = (shape.stride + RUN - 1u) / RUN;
  let b = id.x / runs;
  let first = (id.x % runs) * RUN;
  if (b >= shape.batch) {
    return;
  }
  let row = batchRow(step.seed, step.index, b, shape.rows);
  let end = min(first + RUN, shape.stride);
  for (var i = first; i < end; i++) {
    x[b * shape.stride + i] = data[row * shape.stride + i];
  }
}
