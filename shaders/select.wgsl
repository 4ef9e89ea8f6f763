// y[b, j] (+)= x[b, picks[j]], or 0 where picks[j] is negative
//
// x:     f32 [rows, columns], rows padded to vec4s
// picks: i32 [outColumns]
// y:     f32 [rows, outColumns], padded; padding gets 0
// One thread makes four columns of RUN rows: picks are read once. Threads count along columns in
// x, along runs in y.

struct Shape {
  rows: u32,
  width: u32, // numbers from a row of x to the next
  outColumns: u32,
  outStride: u32, // vec4s per row of y
}

override ADD: bool = false;
override RUN: u32 = 1;
override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> picks: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

fn pick(j: u32) -> i32 {
  return select(-1i, picks[min(j, shape.outColumns - 1u)], j < shape.outColumns);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let c = id.x;
  if (c >= shape.outStride) {
    return;
  }
  let chosen = vec4i(pick(4u * c), pick(4u * c + 1u), pick(4u * c + 2u), pick(4u * c + 3u));
  let exists = chosen >= vec4i(0);
  let columns = vec4u(max(chosen, vec4i(0)));
  let first = id.y * RUN;
  let end = min(first + RUN, shape.rows);
  for (var b = first; b < end; b++) {
    let at = columns + b * shape.width;
    let value = select(vec4f(0.0), vec4f(x[at.x], x[at.y], x[at.z], x[at.w]), exists);
    let to = b * shape.outStride + c;
    if (ADD) {
      y[to] += value;
    } else {
      y[to] = value;
    }
  }
}
