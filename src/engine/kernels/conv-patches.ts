/**
 * Windows of images as rows of a matrix, and the adjoint (`shaders/conv-patches.wgsl`): what makes
 * a convolution a product.
 *
 * With a kernel of side 1, stride 1 and no padding `unfold` takes [B, pixels * channels] apart into
 * [B * pixels, channels], and `fold` puts it together again.
 */
import code from "../../../shaders/conv-patches.wgsl";
import type { ConvShape } from "../../model/ops.ts";
import { rowStride } from "../arena.ts";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { flatWorkgroup, type Tier } from "./launch.ts";

const common = {
  name: "conv-patches",
  code,
  uniforms: {
    shape: [
      "height",
      "width",
      "channels",
      "outHeight",
      "outWidth",
      "kernel",
      "stride",
      "padding",
      "imageStride",
      "patchStride",
    ],
  },
};

export const unfoldKernel = defineKernel({
  ...common,
  entryPoint: "unfold",
  bindings: {
    imageVectors: "read",
    imageScalars: "read",
    patches: "read_write",
  },
  overrides: ["MODE", "LINES", "WORKGROUP"],
});

export const foldKernel = defineKernel({
  ...common,
  entryPoint: "fold",
  bindings: {
    patchVectors: "read",
    patchScalars: "read",
    image: "read_write",
    bias: "read",
  },
  overrides: ["MODE", "RUN", "ADD", "BIAS", "WINDOWS", "WORKGROUP"],
});

/** Numbers of an image, or vec4s of its patches, that the kernels can count. */
const MOST = 2 ** 21;

function layoutOf(shape: ConvShape) {
  const { height, width, channels, outHeight, outWidth, kernel } = shape;
  const { stride, padding } = shape;
  const numbers = height * width * channels;
  const imageStride = rowStride(numbers);
  const patchStride = rowStride(kernel * kernel * channels);
  const patchVectors = outHeight * outWidth * patchStride;
  if (Math.max(numbers, patchVectors) >= MOST) {
    throw new Error(
      `A convolution of ${height} x ${width} x ${channels} images is too large: ` +
        `fewer than ${MOST} numbers and ${4 * MOST} numbers in windows are possible.`,
    );
  }
  return {
    patchVectors,
    imageStride,
    patchStride,
    uniform: {
      height,
      width,
      channels,
      outHeight,
      outWidth,
      kernel,
      stride,
      padding,
      imageStride,
      patchStride,
    },
  };
}

/** MODE of the WGSL for lines of so many numbers. */
function modeOf({ channels }: ConvShape, line: number): 0 | 1 | 2 {
  if (channels % 4 === 0) return 2;
  return line % 4 === 0 ? 1 : 0;
}

/** image [B, height * width * channels] -> patches [B * outHeight * outWidth, kernel * kernel * channels]. */
export function unfold(
  tier: Tier,
  shape: ConvShape,
  batch: number,
  { image, patches }: { image: Tensor; patches: Tensor },
): DispatchSpec {
  // Lines are few and long.
  const workgroup = tier === "software" ? 4 : 64;
  const { patchStride, uniform } = layoutOf(shape);
  const line = shape.kernel * shape.channels;
  const lines = tier === "software";
  const threads = shape.outHeight * (lines ? 1 : shape.outWidth * patchStride);
  return {
    kernel: unfoldKernel,
    constants: {
      MODE: modeOf(shape, line),
      LINES: Number(lines),
      WORKGROUP: workgroup,
    },
    tensors: { imageVectors: image, imageScalars: image, patches },
    shape: uniform,
    workgroups: [Math.ceil(threads / workgroup), batch, 1],
    label: "unfold",
  };
}

/** The adjoint: patches -> image, plus bias [1, channels] where there is one; added to `image` if `add`. */
export function fold(
  tier: Tier,
  shape: ConvShape,
  batch: number,
  { add }: { add: boolean },
  { patches, image, bias }: { patches: Tensor; image: Tensor; bias?: Tensor },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  const { imageStride, uniform } = layoutOf(shape);
  const { height, width, channels, kernel, stride } = shape;
  const mode = modeOf(shape, width * channels);
  const [parts, length] = (
    [
      [1, imageStride],
      [height, (width * channels) / 4],
      [height * width, channels / 4],
    ] as const
  )[mode];
  const run = tier === "software" ? Math.min(length, 16) : 1;
  return {
    kernel: foldKernel,
    constants: {
      MODE: mode,
      RUN: run,
      ADD: Number(add),
      BIAS: Number(bias !== undefined),
      WINDOWS: Math.ceil(kernel / stride),
      WORKGROUP: workgroup,
    },
    // Something must be bound as bias.
    tensors: {
      patchVectors: patches,
      patchScalars: patches,
      image,
      bias: bias ?? patches,
    },
    shape: uniform,
    workgroups: [
      Math.ceil((parts * Math.ceil(length / run)) / workgroup),
      batch,
      1,
    ],
    label: "fold",
  };
}
