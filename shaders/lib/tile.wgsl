// Register tiles of matrix products: eight rows of one vec4 column, and their rank-4 update.

struct Column {
  r0: vec4f,
  r1: vec4f,
  r2: vec4f,
  r3: vec4f,
  r4: vec4f,
  r5: vec4f,
  r6: vec4f,
  r7: vec4f,
}

// Eight rows of four columns of a factor: component i of lowP is [i, P], of highP [4 + i, P].
struct Panel {
  low0: vec4f,
  high0: vec4f,
  low1: vec4f,
  high1: vec4f,
  low2: vec4f,
  high2: vec4f,
  low3: vec4f,
  high3: vec4f,
}

// start + the products of four entries of a row with their rows y. A component at a time: the
// compilers of software adapters keep a sum in a register while nothing else is summed.
fn row4(start: vec4f, a0: f32, a1: f32, a2: f32, a3: f32, y0: vec4f, y1: vec4f, y2: vec4f, y3: vec4f) -> vec4f {
  return vec4f(
    start.x + a0 * y0.x + a1 * y1.x + a2 * y2.x + a3 * y3.x,
    start.y + a0 * y0.y + a1 * y1.y + a2 * y2.y + a3 * y3.y,
    start.z + a0 * y0.z + a1 * y1.z + a2 * y2.z + a3 * y3.z,
    start.w + a0 * y0.w + a1 * y1.w + a2 * y2.w + a3 * y3.w);
}

fn rank4(t: Column, x: Panel, y0: vec4f, y1: vec4f, y2: vec4f, y3: vec4f) -> Column {
  return Column(
    row4(t.r0, x.low0.x, x.low1.x, x.low2.x, x.low3.x, y0, y1, y2, y3),
    row4(t.r1, x.low0.y, x.low1.y, x.low2.y, x.low3.y, y0, y1, y2, y3),
    row4(t.r2, x.low0.z, x.low1.z, x.low2.z, x.low3.z, y0, y1, y2, y3),
    row4(t.r3, x.low0.w, x.low1.w, x.low2.w, x.low3.w, y0, y1, y2, y3),
    row4(t.r4, x.high0.x, x.high1.x, x.high2.x, x.high3.x, y0, y1, y2, y3),
    row4(t.r5, x.high0.y, x.high1.y, x.high2.y, x.high3.y, y0, y1, y2, y3),
    row4(t.r6, x.high0.z, x.high1.z, x.high2.z, x.high3.z, y0, y1, y2, y3),
    row4(t.r7, x.high0.w, x.high1.w, x.high2.w, x.high3.w, y0, y1, y2, y3),
  );
}

// The panel of eight rows given by four consecutive entries each.
fn panel(x0: vec4f, x1: vec4f, x2: vec4f, x3: vec4f, x4: vec4f, x5: vec4f, x6: vec4f, x7: vec4f) -> Panel {
  return Panel(
    vec4f(x0.x, x1.x, x2.x, x3.x), vec4f(x4.x, x5.x, x6.x, x7.x),
    vec4f(x0.y, x1.y, x2.y, x3.y), vec4f(x4.y, x5.y, x6.y, x7.y),
    vec4f(x0.z, x1.z, x2.z, x3.z), vec4f(x4.z, x5.z, x6.z, x7.z),
    vec4f(x0.w, x1.w, x2.w, x3.w), vec4f(x4.w, x5.w, x6.w, x7.w));
}
