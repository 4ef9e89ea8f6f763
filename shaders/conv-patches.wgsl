// unfold: patches[(b, oy, ox), (ky, kx, c)] = image[b, (oy s - p + ky, ox s - p + kx, c)], 0 outside
// fold:   image[b, (y, x, c)] (+)= bias[c] + sum of all entries of patches that unfold takes from there
//
// image:   f32 [batch, height * width * channels], rows padded to vec4s
// patches: f32 [batch * outHeight * outWidth, kernel * kernel * channels], padded; padding gets 0
// bias:    f32 [1, channels], padded
//
// A line of a patch (one ky) is a run of numbers of one line of the image. MODE says what a vec4 is:
// 2: four channels of a pixel; 1: four numbers of a line of a patch; 0: any.
// Threads count within an image in x (unfold: runs of RUN vec4s of its patches; fold: its vec4s),
// images in y.

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
override RUN: u32 = 1;
override ADD: bool = false;
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

// floor(n / by), n below 2^21. Integer division is the slowest thing a software adapter does.
fn divide(n: u32, by: u32) -> u32 {
  return u32((f32(n) + 0.5) / f32(by));
}

fn divide4(n: vec4u, by: u32) -> vec4u {
  return vec4u((vec4f(n) + 0.5) / f32(by));
}

// Numbers x, x + 1, x + 2, x + 3 of line y of the image whose first number is `first`.
fn lineQuad(first: u32, y: u32, x: u32) -> vec4f {
  let length = shape.width * shape.channels;
  let at = first + y * length + x;
  if (MODE == 2u) {
    // Below 0 is far above as a u32.
    let inside = y < shape.height && x < length;
    return select(vec4f(0.0), imageVectors[select(0u, at, inside) / 4u], inside);
  }
  let inside = vec4<bool>(y < shape.height) & (vec4u(x) + vec4u(0u, 1u, 2u, 3u) < vec4u(length));
  let places = select(vec4u(0u), vec4u(at) + vec4u(0u, 1u, 2u, 3u), inside);
  return select(
    vec4f(0.0),
    vec4f(imageScalars[places.x], imageScalars[places.y], imageScalars[places.z], imageScalars[places.w]),
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
  let places = select(vec4u(0u), vec4u(first) + y * length + x, inside);
  return select(
    vec4f(0.0),
    vec4f(imageScalars[places.x], imageScalars[places.y], imageScalars[places.z], imageScalars[places.w]),
    inside);
}

@compute @workgroup_size(WORKGROUP)
fn unfold(@builtin(global_invocation_id) id: vec3u) {
  let runs = (shape.patchStride + RUN - 1u) / RUN;
  let window = divide(id.x, runs);
  if (window >= shape.outHeight * shape.outWidth) {
    return;
  }
  let oy = divide(window, shape.outWidth);
  let ox = window - oy * shape.outWidth;
  let top = oy * shape.stride - shape.padding;
  let left = (ox * shape.stride - shape.padding) * shape.channels;
  let first = 4u * id.y * shape.imageStride;
  let row = (id.y * shape.outHeight * shape.outWidth + window) * shape.patchStride;
  let start = (id.x - window * runs) * RUN;
  let end = min(start + RUN, shape.patchStride);
  if (MODE == 0u) {
    for (var q = start; q < end; q++) {
      patches[row + q] = anyQuad(first, top, left, q);
    }
    return;
  }
  let run = shape.kernel * shape.channels;
  var ky = divide(4u * start, run);
  var x = 4u * start - ky * run;
  for (var q = start; q < end; q++) {
    patches[row + q] = lineQuad(first, top + ky, left + x);
    x += 4u;
    if (x == run) {
      x = 0u;
      ky++;
    }
  }
}

// Sum of the patches' entries of four channels of a pixel.
fn foldPixel(b: u32, y: u32, x: u32, c: u32) -> vec4f {
  let oy = divide(y + shape.padding, shape.stride);
  let ox = divide(x + shape.padding, shape.stride);
  let ky = y + shape.padding - oy * shape.stride;
  let kx = x + shape.padding - ox * shape.stride;
  let most = (shape.kernel + shape.stride - 1u) / shape.stride;
  var sum = vec4f(0.0);
  for (var j = 0u; j < most; j++) {
    for (var i = 0u; i < most; i++) {
      let inside = ky + j * shape.stride < shape.kernel && kx + i * shape.stride < shape.kernel
        && oy - j < shape.outHeight && ox - i < shape.outWidth;
      let row = ((b * shape.outHeight + oy - j) * shape.outWidth + ox - i) * shape.patchStride;
      let column = ((ky + j * shape.stride) * shape.kernel + kx + i * shape.stride) * shape.channels + c;
      sum += select(vec4f(0.0), patchVectors[select(0u, row + column / 4u, inside)], inside);
    }
  }
  return sum;
}

// The same of any four numbers of an image.
fn foldAny(b: u32, y: vec4u, x: vec4u, c: vec4u, exists: vec4<bool>) -> vec4f {
  let oy = divide4(y + shape.padding, shape.stride);
  let ox = divide4(x + shape.padding, shape.stride);
  let ky = y + shape.padding - oy * shape.stride;
  let kx = x + shape.padding - ox * shape.stride;
  let most = (shape.kernel + shape.stride - 1u) / shape.stride;
  var sum = vec4f(0.0);
  for (var j = 0u; j < most; j++) {
    let line = vec4u(b * shape.outHeight - j) + oy;
    let lineInside = exists & (ky + j * shape.stride < vec4u(shape.kernel)) & (oy - j < vec4u(shape.outHeight));
    for (var i = 0u; i < most; i++) {
      let inside = lineInside & (kx + i * shape.stride < vec4u(shape.kernel)) & (ox - i < vec4u(shape.outWidth));
      let row = 4u * shape.patchStride * (line * shape.outWidth + ox - i);
      let column = ((ky + j * shape.stride) * shape.kernel + kx + i * shape.stride) * shape.channels + c;
      let at = select(vec4u(0u), row + column, inside);
      sum += select(
        vec4f(0.0),
        vec4f(patchScalars[at.x], patchScalars[at.y], patchScalars[at.z], patchScalars[at.w]),
        inside);
    }
  }
  return sum;
}

// Channel of each number of vec4 q of an image, and whether there is one.
struct Place {
  y: vec4u,
  x: vec4u,
  c: vec4u,
  exists: vec4<bool>,
}

fn placeOf(q: u32) -> Place {
  let number = vec4u(4u * q) + vec4u(0u, 1u, 2u, 3u);
  let pixel = divide4(number, shape.channels);
  let y = divide4(pixel, shape.width);
  return Place(
    y,
    pixel - y * shape.width,
    number - pixel * shape.channels,
    y < vec4u(shape.height));
}

fn foldQuad(b: u32, q: u32, place: Place) -> vec4f {
  if (MODE == 2u) {
    return foldPixel(b, place.y.x, place.x.x, place.c.x);
  }
  return foldAny(b, place.y, place.x, place.c, place.exists);
}

fn save(at: u32, value: vec4f) {
  if (ADD) {
    image[at] += value;
  } else {
    image[at] = value;
  }
}

@compute @workgroup_size(WORKGROUP)
fn fold(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < shape.imageStride) {
    let place = placeOf(id.x);
    save(id.y * shape.imageStride + id.x, foldQuad(id.y, id.x, place));
  }
}

@compute @workgroup_size(WORKGROUP)
fn foldBias(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < shape.imageStride) {
    let place = placeOf(id.x);
    let c = place.c;
    let offset = select(vec4f(0.0), vec4f(bias[c.x], bias[c.y], bias[c.z], bias[c.w]), place.exists);
    save(id.y * shape.imageStride + id.x, offset + foldQuad(id.y, id.x, place));
  }
}
