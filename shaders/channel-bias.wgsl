// sums[c] (+)= sum over b and all j with j mod channels = c of values[b, j]
//
// vectors: f32 [rows, columns], rows padded to vec4s with 0
// sums:    f32 [1, channels], padded
//
// One workgroup does four channels (with VECTORS, channels a multiple of four) or one, then a tree
// adds its threads' sums.

struct Shape {
  rows: u32,
  channels: u32,
  columns: u32,
  stride: u32, // vec4s per row
}

override ADD: bool = false;
override VECTORS: bool = false;
override WORKGROUP: u32 = 64; // a power of two

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> vectors: array<vec4f>;
// The same numbers one by one.
@group(0) @binding(2) var<storage, read> scalars: array<f32>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;

var<workgroup> parts: array<vec4f, WORKGROUP>;

fn save(c: u32, value: f32) {
  if (ADD) {
    sums[c] += value;
  } else {
    sums[c] = value;
  }
}

@compute @workgroup_size(WORKGROUP)
fn sum(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let c = group.x;
  var total = vec4f(0.0);
  if (VECTORS) {
    // Without padding the rows are one row of pixels.
    let pixel = shape.channels / 4u;
    let end = shape.rows * shape.stride;
    for (var i = c + thread * pixel; i < end; i += WORKGROUP * pixel) {
      total += vectors[i];
    }
  } else if (shape.channels == 1u) {
    for (var i = thread; i < shape.rows * shape.stride; i += WORKGROUP) {
      total += vectors[i];
    }
  } else {
    for (var b = 0u; b < shape.rows; b++) {
      for (var j = c + thread * shape.channels; j < shape.columns; j += WORKGROUP * shape.channels) {
        total.x += scalars[4u * b * shape.stride + j];
      }
    }
  }
  parts[thread] = total;
  workgroupBarrier();
  for (var half = WORKGROUP / 2u; half > 0u; half /= 2u) {
    if (thread < half) {
      parts[thread] += parts[thread + half];
    }
    workgroupBarrier();
  }
  if (thread == 0u) {
    let all = parts[0];
    if (VECTORS) {
      save(4u * c, all.x);
      save(4u * c + 1u, all.y);
      save(4u * c + 2u, all.z);
      save(4u * c + 3u, all.w);
    } else {
      save(c, (all.x + all.y) + (all.z + all.w));
    }
  }
}
