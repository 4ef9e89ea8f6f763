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

// Nested, so that a sum stays in a register over four terms.
fn rank4(t: ptr<function, Column>, x: Panel, y0: vec4f, y1: vec4f, y2: vec4f, y3: vec4f) {
  (*t).r0 = fma(vec4f(x.low3.x), y3, fma(vec4f(x.low2.x), y2, fma(vec4f(x.low1.x), y1, fma(vec4f(x.low0.x), y0, (*t).r0))));
  (*t).r1 = fma(vec4f(x.low3.y), y3, fma(vec4f(x.low2.y), y2, fma(vec4f(x.low1.y), y1, fma(vec4f(x.low0.y), y0, (*t).r1))));
  (*t).r2 = fma(vec4f(x.low3.z), y3, fma(vec4f(x.low2.z), y2, fma(vec4f(x.low1.z), y1, fma(vec4f(x.low0.z), y0, (*t).r2))));
  (*t).r3 = fma(vec4f(x.low3.w), y3, fma(vec4f(x.low2.w), y2, fma(vec4f(x.low1.w), y1, fma(vec4f(x.low0.w), y0, (*t).r3))));
  (*t).r4 = fma(vec4f(x.high3.x), y3, fma(vec4f(x.high2.x), y2, fma(vec4f(x.high1.x), y1, fma(vec4f(x.high0.x), y0, (*t).r4))));
  (*t).r5 = fma(vec4f(x.high3.y), y3, fma(vec4f(x.high2.y), y2, fma(vec4f(x.high1.y), y1, fma(vec4f(x.high0.y), y0, (*t).r5))));
  (*t).r6 = fma(vec4f(x.high3.z), y3, fma(vec4f(x.high2.z), y2, fma(vec4f(x.high1.z), y1, fma(vec4f(x.high0.z), y0, (*t).r6))));
  (*t).r7 = fma(vec4f(x.high3.w), y3, fma(vec4f(x.high2.w), y2, fma(vec4f(x.high1.w), y1, fma(vec4f(x.high0.w), y0, (*t).r7))));
}

// The panel of eight rows given by four consecutive entries each.
fn panel(x0: vec4f, x1: vec4f, x2: vec4f, x3: vec4f, x4: vec4f, x5: vec4f, x6: vec4f, x7: vec4f) -> Panel {
  return Panel(
    vec4f(x0.x, x1.x, x2.x, x3.x), vec4f(x4.x, x5.x, x6.x, x7.x),
    vec4f(x0.y, x1.y, x2.y, x3.y), vec4f(x4.y, x5.y, x6.y, x7.y),
    vec4f(x0.z, x1.z, x2.z, x3.z), vec4f(x4.z, x5.z, x6.z, x7.z),
    vec4f(x0.w, x1.w, x2.w, x3.w), vec4f(x4.w, x5.w, x6.w, x7.w));
}
