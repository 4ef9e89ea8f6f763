/**
 * Convolutions and their adjoints as they are defined: one loop over the pairs of pixels that a kernel
 * joins, no patches and no products of matrices.
 */
import type { ConvShape } from "../model/ops.ts";
import { expectShape } from "./checks.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";

/** A result and what its gradient adds to those of what it was made from. */
export interface Recorded {
  readonly output: Tensor;
  readonly backward: (grad: Float64Array) => void;
}

/** [B, in] -> [B, out]; weight [outChannels, kernel * kernel * channels], bias [1, outChannels]. */
export function convolve(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  shape: ConvShape,
): Recorded {
  const { channels, outChannels } = shape;
  const { inSize, outSize, window } = sizesOf(shape);
  expectShape("conv input", x, x.rows, inSize);
  expectShape("conv weight", weight, outChannels, window);
  if (bias) expectShape("conv bias", bias, 1, outChannels);
  const output = tensor(x.rows, outSize);
  if (bias) addBias(output, bias);
  const { value } = output;
  for (let b = 0; b < x.rows; b++) {
    eachPair(shape, (low, high, tap) => {
      const from = b * inSize + low * channels;
      const to = b * outSize + high * outChannels;
      for (let o = 0; o < outChannels; o++) {
        const at = o * window + tap * channels;
        let sum = 0;
        for (let c = 0; c < channels; c++) {
          sum += weight.value[at + c] * x.value[from + c];
        }
        value[to + o] += sum;
      }
    });
  }
  const backward = (dy: Float64Array): void => {
    if (bias?.grad) addBiasGradient(bias.grad, dy);
    for (let b = 0; b < x.rows; b++) {
      eachPair(shape, (low, high, tap) => {
        const from = b * inSize + low * channels;
        const to = b * outSize + high * outChannels;
        for (let o = 0; o < outChannels; o++) {
          const at = o * window + tap * channels;
          const slope = dy[to + o];
          for (let c = 0; c < channels; c++) {
            if (weight.grad) weight.grad[at + c] += slope * x.value[from + c];
            if (x.grad) x.grad[from + c] += slope * weight.value[at + c];
          }
        }
      });
    }
  };
  return { output, backward };
}

/** [B, out] -> [B, in]; weight [kernel * kernel * channels, outChannels], bias [1, channels]. */
export function convolveTransposed(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  shape: ConvShape,
): Recorded {
  const { channels, outChannels } = shape;
  const { inSize, outSize, window } = sizesOf(shape);
  expectShape("convTranspose input", x, x.rows, outSize);
  expectShape("convTranspose weight", weight, window, outChannels);
  if (bias) expectShape("convTranspose bias", bias, 1, channels);
  const output = tensor(x.rows, inSize);
  if (bias) addBias(output, bias);
  const { value } = output;
  for (let b = 0; b < x.rows; b++) {
    eachPair(shape, (low, high, tap) => {
      const from = b * outSize + high * outChannels;
      const to = b * inSize + low * channels;
      for (let c = 0; c < channels; c++) {
        const at = (tap * channels + c) * outChannels;
        let sum = 0;
        for (let o = 0; o < outChannels; o++) {
          sum += weight.value[at + o] * x.value[from + o];
        }
        value[to + c] += sum;
      }
    });
  }
  const backward = (dy: Float64Array): void => {
    if (bias?.grad) addBiasGradient(bias.grad, dy);
    for (let b = 0; b < x.rows; b++) {
      eachPair(shape, (low, high, tap) => {
        const from = b * outSize + high * outChannels;
        const to = b * inSize + low * channels;
        for (let c = 0; c < channels; c++) {
          const at = (tap * channels + c) * outChannels;
          const slope = dy[to + c];
          for (let o = 0; o < outChannels; o++) {
            if (weight.grad) weight.grad[at + o] += slope * x.value[from + o];
            if (x.grad) x.grad[from + o] += slope * weight.value[at + o];
          }
        }
      });
    }
  };
  return { output, backward };
}

function sizesOf(shape: ConvShape) {
  const { height, width, channels } = shape;
  const { outHeight, outWidth, outChannels, kernel } = shape;
  return {
    inSize: height * width * channels,
    outSize: outHeight * outWidth * outChannels,
    window: kernel * kernel * channels,
  };
}

/** Visits every pixel of the larger image, pixel of the smaller one and entry of the kernel that go together. */
function eachPair(
  { height, width, outHeight, outWidth, kernel, stride, padding }: ConvShape,
  visit: (low: number, high: number, tap: number) => void,
): void {
  for (let oy = 0; oy < outHeight; oy++) {
    for (let ox = 0; ox < outWidth; ox++) {
      for (let ky = 0; ky < kernel; ky++) {
        const y = oy * stride + ky - padding;
        if (y < 0 || y >= height) continue;
        for (let kx = 0; kx < kernel; kx++) {
          const x = ox * stride + kx - padding;
          if (x < 0 || x >= width) continue;
          visit(y * width + x, oy * outWidth + ox, ky * kernel + kx);
        }
      }
    }
  }
}

/** The bias of a channel at each of its pixels. */
function addBias({ value }: Tensor, bias: Tensor): void {
  for (let i = 0; i < value.length; i++) {
    value[i] += bias.value[i % bias.columns];
  }
}

function addBiasGradient(grad: Float64Array, dy: Float64Array): void {
  for (let i = 0; i < dy.length; i++) grad[i % grad.length] += dy[i];
}
