// unfold: patches[(b, oy, ox), (ky, kx, c)] = image[b, (oy s - p + ky, ox s - p + kx, c)], 0 outside
// fold:   image[b, (y, x, c)] (+)= bias[c] + sum of all entries of patches that unfold takes from there
//
// image:   f32 [batch, height * width * channels], rows padded to vec4s
// patches: f32 [batch * outHeight * outWidth, kernel * kernel * channels], padded; padding gets 0
// bias:    f32 [1, channels], padded
//
// A line of a patch (one ky) is a run of numbers of one line of the image. MODE says what a vec4 is:
// 2: four channels of a pixel; 1: four numbers of a line, of the patch (unfold) or the image (fold); 0: any.
// unfold: one thread makes a vec4 of a patch, or all patches of one oy where LINES. fold: one thread makes
// RUN vec4s of a pixel, line or image, after MODE. Threads count within an image in x, images in y.
// Indices of what is outside are past the end, or somewhere else: what is read there is not used.

struct Shape {
  height: u32,
  width: u32,
  channels: u32,
  outHeight: u32,
  outWidth: u32,
  kernel: u32,
  stride: u32,
  padding: u32,
  imageStride: u32, // vec4s per row of image
  patchStride: u32, // vec4s per row of patches
}

override MODE: u32 = 0;
override LINES: bool = false;
override RUN: u32 = 1;
override ADD: bool = false;
override BIAS: bool = false;
override WINDOWS: u32 = 1; // windows over a pixel along an axis: kernel / stride, rounded up
override WORKGROUP: u32 = 64;

@group(0) @binding(0) var<uniform> shape: Shape;
// Each tensor that is read is bound twice, to be read by vec4s or one by one.
@group(0) @binding(1) var<storage, read> imageVectors: array<vec4f>;
@group(0) @binding(2) var<storage, read> imageScalars: array<f32>;
@group(0) @binding(3) var<storage, read_write> patches: array<vec4f>;
@group(0) @binding(4) var<storage, read> patchVectors: array<vec4f>;
@group(0) @binding(5) var<storage, read> patchScalars: array<f32>;
@group(0) @binding(6) var<storage, read_write> image: array<vec4f>;
@group(0) @binding(7) var<storage, read> bias: array<f32>;

const NONE = 0xffffffffu;

// floor(n / by), n below 2^21. Integer division is the slowest thing a software adapter does.
fn divide(n: u32, by: u32) -> u32 {
  return u32((f32(n) + 0.5) / f32(by));
}

fn divide4(n: vec4u, by: u32) -> vec4u {
  return vec4u((vec4f(n) + 0.5) / f32(by));
}

// Numbers at, at + 1, at + 2, at + 3 of the images, those that are inside.
fn numbers(at: u32, inside: vec4<bool>) -> vec4f {
  return select(
    vec4f(0.0),
    vec4f(imageScalars[at], imageScalars[at + 1u], imageScalars[at + 2u], imageScalars[at + 3u]),
    inside);
}

// Columns 4 q to 4 q + 3 of the patch with its corner at (top, left) of the image, left in numbers.
fn anyQuad(first: u32, top: u32, left: u32, q: u32) -> vec4f {
  let length = shape.width * shape.channels;
  let run = shape.kernel * shape.channels;
  let column = vec4u(4u * q) + vec4u(0u, 1u, 2u, 3u);
  let ky = divide4(column, run);
  let y = vec4u(top) + ky;
  let x = vec4u(left) + column - ky * run;
  let inside = (ky < vec4u(shape.kernel)) & (y < vec4u(shape.height)) & (x < vec4u(length));
  let places = vec4u(first) + y * length + x;
  return select(
    vec4f(0.0),
    vec4f(imageScalars[places.x], imageScalars[places.y], imageScalars[places.z], imageScalars[places.w]),
    inside);
}

// Lines firstLine to lines - 1 of four columns of a patch, x to x + 3 of each line.
fn unfoldLines(first: u32, row: u32, top: u32, left: u32, x: u32, firstLine: u32, lines: u32) {
  let length = shape.width * shape.channels;
  let run = shape.kernel * shape.channels / 4u;
  let column = left + x;
  let columnsInside = vec4u(column) + vec4u(0u, 1u, 2u, 3u) < vec4u(length);
  var at = first + (top + firstLine) * length + column;
  var to = row + firstLine * run + x / 4u;
  for (var ky = firstLine; ky < lines; ky++) {
    let inside = top + ky < shape.height;
    patches[to] = numbers(at, columnsInside & vec4<bool>(inside));
    at += length;
    to += run;
  }
}

// vec4s start to end - 1 of a line of a patch.
fn unfoldRun(first: u32, row: u32, y: u32, left: u32, ky: u32, start: u32, end: u32) {
  let length = shape.width * shape.channels / 4u;
  let inside = y < shape.height;
  let origin = first / 4u + y * length;
  let to = row + ky * (shape.kernel * shape.channels / 4u);
  // As an i32: it may be below 0.
  let corner = u32(i32(left) / 4);
  for (var i = start; i < end; i++) {
    let column = corner + i;
    patches[to + i] = select(vec4f(0.0), imageVectors[origin + column], inside && column < length);
  }
}

// A whole patch of image b.
fn unfoldWindow(b: u32, oy: u32, ox: u32) {
  let top = oy * shape.stride - shape.padding;
  let left = (ox * shape.stride - shape.padding) * shape.channels;
  let first = 4u * b * shape.imageStride;
  let row = ((b * shape.outHeight + oy) * shape.outWidth + ox) * shape.patchStride;
  let run = shape.kernel * shape.channels;
  if (MODE == 2u) {
    for (var ky = 0u; ky < shape.kernel; ky++) {
      unfoldRun(first, row, top + ky, left, ky, 0u, run / 4u);
    }
  } else if (MODE == 1u) {
    for (var x = 0u; x < run; x += 4u) {
      unfoldLines(first, row, top, left, x, 0u, shape.kernel);
    }
  } else {
    for (var q = 0u; q < shape.patchStride; q++) {
      patches[row + q] = anyQuad(first, top, left, q);
    }
  }
}

// vec4 q of a patch.
fn unfoldVector(b: u32, oy: u32, ox: u32, q: u32) {
  let top = oy * shape.stride - shape.padding;
  let left = (ox * shape.stride - shape.padding) * shape.channels;
  let first = 4u * b * shape.imageStride;
  let row = ((b * shape.outHeight + oy) * shape.outWidth + ox) * shape.patchStride;
  if (MODE == 0u) {
    patches[row + q] = anyQuad(first, top, left, q);
    return;
  }
  let run = shape.kernel * shape.channels / 4u;
  let ky = divide(q, run);
  let x = q - ky * run;
  if (MODE == 2u) {
    unfoldRun(first, row, top + ky, left, ky, x, x + 1u);
  } else {
    unfoldLines(first, row, top, left, 4u * x, ky, ky + 1u);
  }
}

@compute @workgroup_size(WORKGROUP)
fn unfold(@builtin(global_invocation_id) id: vec3u) {
  if (LINES) {
    if (id.x < shape.outHeight) {
      for (var ox = 0u; ox < shape.outWidth; ox++) {
        unfoldWindow(id.y, id.x, ox);
      }
    }
    return;
  }
  let window = divide(id.x, shape.patchStride);
  if (window < shape.outHeight * shape.outWidth) {
    let oy = divide(window, shape.outWidth);
    unfoldVector(id.y, oy, window - oy * shape.outWidth, id.x - window * shape.patchStride);
  }
}

// Of one axis: the last window over a pixel, and the pixel's place in it. In the window before, its place
// is a stride further on.
fn lastWindow(at: u32) -> vec2u {
  let window = divide(at + shape.padding, shape.stride);
  return vec2u(window, at + shape.padding - window * shape.stride);
}

// First vec4 of pixel (y, x) in the window j lines and i columns of windows before its last; NONE without.
fn windowAt(b: u32, down: vec2u, right: vec2u, j: u32, i: u32) -> u32 {
  let oy = down.x - j;
  let ox = right.x - i;
  let ky = down.y + j * shape.stride;
  let kx = right.y + i * shape.stride;
  let inside = ky < shape.kernel && kx < shape.kernel && oy < shape.outHeight && ox < shape.outWidth;
  let row = ((b * shape.outHeight + oy) * shape.outWidth + ox) * shape.patchStride;
  return select(NONE, row + (ky * shape.kernel + kx) * (shape.channels / 4u), inside);
}

fn windowVector(at: u32, c: u32) -> vec4f {
  let inside = at != NONE;
  return select(vec4f(0.0), patchVectors[at + c], inside);
}

fn biasOf(c: vec4u) -> vec4f {
  return vec4f(bias[c.x], bias[c.y], bias[c.z], bias[c.w]);
}

fn save(at: u32, value: vec4f) {
  if (ADD) {
    image[at] += value;
  } else {
    image[at] = value;
  }
}

fn saveChannels(at: u32, c: u32, value: vec4f) {
  if (BIAS) {
    save(at + c, value + biasOf(vec4u(4u * c) + vec4u(0u, 1u, 2u, 3u)));
  } else {
    save(at + c, value);
  }
}

// Channels 4 start to 4 end - 1 of a pixel.
fn foldPixel(b: u32, pixel: u32, start: u32, end: u32) {
  let y = divide(pixel, shape.width);
  let down = lastWindow(y);
  let right = lastWindow(pixel - y * shape.width);
  let to = b * shape.imageStride + pixel * (shape.channels / 4u);
  if (WINDOWS == 1u) {
    let at = windowAt(b, down, right, 0u, 0u);
    for (var c = start; c < end; c++) {
      saveChannels(to, c, windowVector(at, c));
    }
  } else if (WINDOWS == 2u) {
    let a00 = windowAt(b, down, right, 0u, 0u);
    let a01 = windowAt(b, down, right, 0u, 1u);
    let a10 = windowAt(b, down, right, 1u, 0u);
    let a11 = windowAt(b, down, right, 1u, 1u);
    for (var c = start; c < end; c++) {
      saveChannels(to, c, (windowVector(a00, c) + windowVector(a01, c)) + (windowVector(a10, c) + windowVector(a11, c)));
    }
  } else {
    for (var c = start; c < end; c++) {
      var sum = vec4f(0.0);
      for (var j = 0u; j < WINDOWS; j++) {
        for (var i = 0u; i < WINDOWS; i++) {
          sum += windowVector(windowAt(b, down, right, j, i), c);
        }
      }
      saveChannels(to, c, sum);
    }
  }
}

fn entries(at: vec4u, inside: vec4<bool>) -> vec4f {
  return select(
    vec4f(0.0),
    vec4f(patchScalars[at.x], patchScalars[at.y], patchScalars[at.z], patchScalars[at.w]),
    inside);
}

// Four numbers of a line of an image at columns x, channels c; `down` its last window.
fn foldColumns(b: u32, down: vec2u, x: vec4u, c: vec4u) -> vec4f {
  let width = 4u * shape.patchStride;
  let right = divide4(x + shape.padding, shape.stride);
  let left = x + shape.padding - right * shape.stride;
  var sum = vec4f(0.0);
  for (var i = 0u; i < WINDOWS; i++) {
    let ox = right - i;
    let kx = left + i * shape.stride;
    let columnsInside = (kx < vec4u(shape.kernel)) & (ox < vec4u(shape.outWidth));
    let entry = ox * width + kx * shape.channels + c;
    for (var j = 0u; j < WINDOWS; j++) {
      let oy = down.x - j;
      let ky = down.y + j * shape.stride;
      let inside = ky < shape.kernel && oy < shape.outHeight;
      let first = (b * shape.outHeight + oy) * shape.outWidth * width + ky * shape.kernel * shape.channels;
      sum += entries(entry + first, columnsInside & vec4<bool>(inside));
    }
  }
  return sum;
}

// Four numbers of an image at lines y, columns x, channels c; `exists`: which of them there are.
fn foldNumbers(b: u32, y: vec4u, x: vec4u, c: vec4u, exists: vec4<bool>) -> vec4f {
  let bottom = divide4(y + shape.padding, shape.stride);
  let right = divide4(x + shape.padding, shape.stride);
  let top = y + shape.padding - bottom * shape.stride;
  let left = x + shape.padding - right * shape.stride;
  var sum = vec4f(0.0);
  for (var j = 0u; j < WINDOWS; j++) {
    let oy = bottom - j;
    let ky = top + j * shape.stride;
    let lineInside = exists & (ky < vec4u(shape.kernel)) & (oy < vec4u(shape.outHeight));
    let line = (oy + b * shape.outHeight) * shape.outWidth;
    for (var i = 0u; i < WINDOWS; i++) {
      let ox = right - i;
      let kx = left + i * shape.stride;
      let inside = lineInside & (kx < vec4u(shape.kernel)) & (ox < vec4u(shape.outWidth));
      let entry = (line + ox) * (4u * shape.patchStride) + (ky * shape.kernel + kx) * shape.channels + c;
      sum += entries(entry, inside);
    }
  }
  return sum;
}

// vec4s start to end - 1 of a line, or of the whole image where MODE is 0.
fn foldLine(b: u32, line: u32, start: u32, end: u32) {
  let down = lastWindow(line);
  let to = b * shape.imageStride + line * (shape.width * shape.channels / 4u);
  for (var q = start; q < end; q++) {
    let number = vec4u(4u * q) + vec4u(0u, 1u, 2u, 3u);
    let pixel = divide4(number, shape.channels);
    let c = number - pixel * shape.channels;
    var exists = vec4<bool>(true);
    var sum = vec4f(0.0);
    if (MODE == 1u) {
      sum = foldColumns(b, down, pixel, c);
    } else {
      let y = divide4(pixel, shape.width);
      exists = y < vec4u(shape.height);
      sum = foldNumbers(b, y, pixel - y * shape.width, c, exists);
    }
    if (BIAS) {
      sum += select(vec4f(0.0), biasOf(c), exists);
    }
    save(to + q, sum);
  }
}

@compute @workgroup_size(WORKGROUP)
fn fold(@builtin(global_invocation_id) id: vec3u) {
  var length = shape.imageStride;
  var count = 1u;
  if (MODE == 1u) {
    length = shape.width * shape.channels / 4u;
    count = shape.height;
  }
  if (MODE == 2u) {
    length = shape.channels / 4u;
    count = shape.height * shape.width;
  }
  let runs = (length + RUN - 1u) / RUN;
  let part = divide(id.x, runs);
  let start = (id.x - part * runs) * RUN;
  let end = min(start + RUN, length);
  if (part >= count) {
    return;
  }
  if (MODE == 2u) {
    foldPixel(id.y, part, start, end);
  } else {
    foldLine(id.y, part, start, end);
  }
}
