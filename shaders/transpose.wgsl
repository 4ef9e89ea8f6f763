// turned[c, r] = a[r, c]
//
// a:      f32 [rows, columns], rows padded to vec4s
// turned: f32 [columns, rows], padded alike; padding 0
// One thread turns a 4 x 4 square, counted along the columns of a first.

struct Shape {
  rows: u32,
  columns: u32,
  fromStride: u32, // vec4s per row
  toStride: u32,
}

override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> turned: array<vec4f>;

fn rowOf(row: u32, at: u32) -> vec4f {
  return select(vec4f(0.0), a[min(row, shape.rows - 1u) * shape.fromStride + at], row < shape.rows);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x % shape.fromStride;
  let row = id.x / shape.fromStride;
  if (row >= shape.toStride) {
    return;
  }
  let r = 4u * row;
  let square = transpose(mat4x4f(
    rowOf(r, column), rowOf(r + 1u, column), rowOf(r + 2u, column), rowOf(r + 3u, column)));
  for (var i = 0u; i < 4u; i++) {
    let line = 4u * column + i;
    if (line < shape.columns) {
      let at = line * shape.toStride + row;
      turned[at] = square[i];
    }
  }
}
