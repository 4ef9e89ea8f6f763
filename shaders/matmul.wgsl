// c = activation(A B + bias) or c += A B;  A is a [m, k] or its transpose, B is b [k, n] or its transpose
//
// a:    f32 [m, k], or [k, m] where TRANSPOSE_A; rows padded to vec4s
// b:    f32 [k, n], or [n, k] where TRANSPOSE_B; rows padded to vec4s
// bias: f32 [1, n], padded (entry point withBias only)
// c:    f32 [m, n], padded; padding stays 0
// One thread makes a 4 x 4 block of c in registers, no workgroup memory: right for few, wide
// cores. Along k the padding of a or b is 0, so whole vec4s can be multiplied.

struct Shape {
  m: u32,
  n: u32,
  k: u32,
  aStride: u32, // vec4s per row
  bStride: u32,
  cStride: u32,
}

override TRANSPOSE_A: bool = false;
override TRANSPOSE_B: bool = false;
override ADD: bool = false;
override ACTIVATION: u32 = 0; // 0 none, 1 relu, 2 tanh, 3 gelu
override WORKGROUP: u32 = 4;

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<vec4f>;
@group(0) @binding(4) var<storage, read> bias: array<vec4f>;

// Column p is A[row .. row + 3, 4 k4 + p].
fn blockA(row: u32, k4: u32) -> mat4x4f {
  if (TRANSPOSE_A) {
    let last = shape.k - 1u;
    let p = k4 * 4u;
    let at = row / 4u;
    // Rows past the end repeat the last one; the matching block of b is then masked.
    return mat4x4f(
      a[p * shape.aStride + at],
      a[min(p + 1u, last) * shape.aStride + at],
      a[min(p + 2u, last) * shape.aStride + at],
      a[min(p + 3u, last) * shape.aStride + at]);
  }
  let last = shape.m - 1u;
  return transpose(mat4x4f(
    a[row * shape.aStride + k4],
    a[min(row + 1u, last) * shape.aStride + k4],
    a[min(row + 2u, last) * shape.aStride + k4],
    a[min(row + 3u, last) * shape.aStride + k4]));
}

// Column p is B[4 k4 + p, column .. column + 3]; 0 past the ends.
fn blockB(column: u32, k4: u32) -> mat4x4f {
  if (TRANSPOSE_B) {
    let last = shape.n - 1u;
    let more = vec4u(column) + vec4u(0u, 1u, 2u, 3u) <= vec4u(last);
    return transpose(mat4x4f(
      b[column * shape.bStride + k4],
      b[min(column + 1u, last) * shape.bStride + k4] * f32(more.y),
      b[min(column + 2u, last) * shape.bStride + k4] * f32(more.z),
      b[min(column + 3u, last) * shape.bStride + k4] * f32(more.w)));
  }
  let last = shape.k - 1u;
  let p = k4 * 4u;
  let more = vec4u(p) + vec4u(0u, 1u, 2u, 3u) <= vec4u(last);
  let at = column / 4u;
  return mat4x4f(
    b[p * shape.bStride + at],
    b[min(p + 1u, last) * shape.bStride + at] * f32(more.y),
    b[min(p + 2u, last) * shape.bStride + at] * f32(more.z),
    b[min(p + 3u, last) * shape.bStride + at] * f32(more.w));
}

// Row i of the result is the sum over p of A[row + i, p] B[p, :]; column i of the matrix here.
fn product(row: u32, column: u32) -> mat4x4f {
  var r0 = vec4f(0.0);
  var r1 = vec4f(0.0);
  var r2 = vec4f(0.0);
  var r3 = vec4f(0.0);
  let blocks = (shape.k + 3u) / 4u;
  for (var k4 = 0u; k4 < blocks; k4++) {
    let x = blockA(row, k4);
    let y = blockB(column, k4);
    r0 = fma(vec4f(x[0].x), y[0], fma(vec4f(x[1].x), y[1], fma(vec4f(x[2].x), y[2], fma(vec4f(x[3].x), y[3], r0))));
    r1 = fma(vec4f(x[0].y), y[0], fma(vec4f(x[1].y), y[1], fma(vec4f(x[2].y), y[2], fma(vec4f(x[3].y), y[3], r1))));
    r2 = fma(vec4f(x[0].z), y[0], fma(vec4f(x[1].z), y[1], fma(vec4f(x[2].z), y[2], fma(vec4f(x[3].z), y[3], r2))));
    r3 = fma(vec4f(x[0].w), y[0], fma(vec4f(x[1].w), y[1], fma(vec4f(x[2].w), y[2], fma(vec4f(x[3].w), y[3], r3))));
  }
  return mat4x4f(r0, r1, r2, r3);
}

fn store(row: u32, column: u32, values: mat4x4f) {
  let exists = vec4u(column) + vec4u(0u, 1u, 2u, 3u) < vec4u(shape.n);
  let mask = select(vec4f(0.0), vec4f(1.0), exists);
  for (var i = 0u; i < 4u; i++) {
    if (row + i < shape.m) {
      let at = (row + i) * shape.cStride + column / 4u;
      let value = activate(values[i], ACTIVATION) * mask;
      if (ADD) {
        c[at] += value;
      } else {
        c[at] = value;
      }
    }
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x * 4u;
  let row = id.y * 4u;
  if (column >= shape.n || row >= shape.m) {
    return;
  }
  store(row, column, product(row, column));
}

@compute @workgroup_size(WORKGROUP)
fn withBias(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x * 4u;
  let row = id.y * 4u;
  if (column >= shape.n || row >= shape.m) {
    return;
  }
  let add = bias[column / 4u];
  store(row, column, product(row, column) + mat4x4f(add, add, add, add));
}
