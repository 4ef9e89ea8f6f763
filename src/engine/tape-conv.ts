/**
 * Convolutions as dispatches: unfolded into a row per pixel of the smaller image, they are
 * products with the weight, by the same kernels as linear maps.
 *
 * Rows of pixels [B * pixels, channels] are images [B, pixels * channels] as they lie where
 * channels fill whole vec4s; others are taken apart and put together.
 */
import type { ConvShape } from "../model/ops.ts";
import { matrixBytes, rowStride } from "./arena.ts";
import type { DispatchSpec, Tensor } from "./kernel-cache.ts";
import { shift } from "./kernels/activation.ts";
import { channelSum } from "./kernels/channel-bias.ts";
import { fold, unfold } from "./kernels/conv-patches.ts";
import type { Tier } from "./kernels/launch.ts";
import type { Products, Rows } from "./tape-linear.ts";
import type { Places } from "./tape-places.ts";
import type { ConvOp } from "./tape.ts";

/** Pixels of a convolution's result. */
export function pixels({ outHeight, outWidth }: ConvShape): number {
  return outHeight * outWidth;
}

function windowOf({ kernel, channels }: ConvShape): number {
  return kernel * kernel * channels;
}

/** Bytes of the unfolded rows of an op. */
function patchBytes({ x, shape }: ConvOp): number {
  return matrixBytes(x.rows * pixels(shape), windowOf(shape));
}

export class Convolutions {
  readonly #tier: Tier;
  readonly #places: Places;
  readonly #products: Products;
  /** Patches that are needed again in the backward pass. */
  readonly #patches = new Map<ConvOp, Tensor>();
  /** Pixels' rows of the op's smaller image, where that needed packing. */
  readonly #packed = new Map<ConvOp, Tensor>();
  /** Patches that are not, of any op. */
  readonly #scratchBytes: number;
  #scratch: Tensor | undefined;

  constructor(
    tier: Tier,
    places: Places,
    products: Products,
    ops: readonly ConvOp[],
  ) {
    this.#tier = tier;
    this.#places = places;
    this.#products = products;
    this.#scratchBytes = Math.max(
      0,
      ...ops.map((op) => (op.kind === "conv" ? 0 : patchBytes(op))),
    );
  }

  forward(op: ConvOp): DispatchSpec[] {
    return op.kind === "conv" ? this.#down(op) : this.#up(op);
  }

  backward(op: ConvOp): DispatchSpec[] {
    return op.kind === "conv" ? this.#downBackward(op) : this.#upBackward(op);
  }

  #down(op: ConvOp): DispatchSpec[] {
    const { x, weight, bias, shape, out } = op;
    const batch = x.rows;
    const patches = this.#patchesOf(op);
    const image = this.#places.value(x);
    const biasTensor = bias && this.#places.value(bias);
    const add = this.#places.fill(out);
    const value = this.#places.value(out);
    const list = [unfold(this.#tier, shape, batch, { image, patches })];
    const from = this.#window(op, patches);
    if (isAligned(shape)) {
      const to = this.#pixelRows(op, value);
      list.push(...this.#products.forward(from, weight, to, add));
      if (biasTensor) {
        const stride = rowStride(shape.outChannels);
        this.#places.owe(out, { bias: biasTensor, stride });
      }
      return list;
    }
    const to = this.#pixelRows(op, this.#packedOf(op));
    list.push(...this.#products.forward(from, weight, to, false));
    if (biasTensor) {
      list.push(shift(this.#tier, to, { values: to.tensor, bias: biasTensor }));
    }
    list.push(this.#unpack(op, to.tensor, value, add));
    return list;
  }

  #downBackward(op: ConvOp): DispatchSpec[] {
    const { x, weight, shape, out } = op;
    const gradient = this.#places.gradient(out);
    const list = this.#biasGradient(op, shape.outChannels);
    let dOut = this.#pixelRows(op, gradient);
    if (!isAligned(shape)) {
      dOut = this.#pixelRows(op, this.#packedOf(op));
      list.push(this.#pack(op, gradient, dOut.tensor));
    }
    const patches = this.#patchesOf(op);
    const rows = this.#window(op, patches);
    list.push(this.#products.weightGradient(rows, weight, dOut));
    if (x.constant) return list;
    // The patches have served: their gradients take their place.
    list.push(...this.#products.backward(dOut, weight, rows, false));
    const add = this.#places.mark(x);
    const image = this.#places.gradient(x);
    list.push(fold(this.#tier, shape, x.rows, { add }, { patches, image }));
    return list;
  }

  #up(op: ConvOp): DispatchSpec[] {
    const { x, weight, bias, shape, out } = op;
    const list: DispatchSpec[] = [];
    const value = this.#places.value(x);
    let from = this.#pixelRows(op, value);
    if (!isAligned(shape)) {
      from = this.#pixelRows(op, this.#packedOf(op));
      list.push(this.#pack(op, value, from.tensor));
    }
    const patches = this.#scratchPatches();
    const to = this.#window(op, patches);
    list.push(...this.#products.forward(from, weight, to, false));
    const add = this.#places.fill(out);
    const image = this.#places.value(out);
    const tensors = {
      patches,
      image,
      ...(bias && { bias: this.#places.value(bias) }),
    };
    list.push(fold(this.#tier, shape, x.rows, { add }, tensors));
    return list;
  }

  #upBackward(op: ConvOp): DispatchSpec[] {
    const { x, weight, shape, out } = op;
    const list = this.#biasGradient(op, shape.channels);
    const image = this.#places.gradient(out);
    const patches = this.#scratchPatches();
    const dPatches = this.#window(op, patches);
    const aligned = isAligned(shape);
    const from = aligned ? this.#places.value(x) : this.#packedOf(op);
    const rows = this.#pixelRows(op, from);
    list.push(
      unfold(this.#tier, shape, x.rows, { image, patches }),
      this.#products.weightGradient(rows, weight, dPatches),
    );
    if (x.constant) return list;
    const add = this.#places.mark(x);
    const gradient = this.#places.gradient(x);
    if (aligned) {
      const dX = this.#pixelRows(op, gradient);
      list.push(...this.#products.backward(dPatches, weight, dX, add));
      return list;
    }
    list.push(...this.#products.backward(dPatches, weight, rows, false));
    list.push(this.#unpack(op, from, gradient, add));
    return list;
  }

  #biasGradient({ bias, out }: ConvOp, channels: number): DispatchSpec[] {
    if (!bias) return [];
    const add = this.#places.mark(bias);
    const tensors = {
      values: this.#places.gradient(out),
      out: this.#places.gradient(bias),
    };
    const { rows, columns } = out;
    return [channelSum(this.#tier, { rows, channels, columns }, add, tensors)];
  }

  #patchesOf(op: ConvOp): Tensor {
    const known = this.#patches.get(op);
    if (known) return known;
    const label = `patches of ${op.out.name}`;
    const patches = this.#places.tensors.create(label, patchBytes(op));
    this.#patches.set(op, patches);
    return patches;
  }

  #scratchPatches(): Tensor {
    this.#scratch ??= this.#places.tensors.create(
      "patches",
      this.#scratchBytes,
    );
    return this.#scratch;
  }

  #packedOf(op: ConvOp): Tensor {
    const known = this.#packed.get(op);
    if (known) return known;
    const { x, shape, out } = op;
    const bytes = matrixBytes(x.rows * pixels(shape), shape.outChannels);
    const packed = this.#places.tensors.create(`pixels of ${out.name}`, bytes);
    this.#packed.set(op, packed);
    return packed;
  }

  /** [B * pixels, window] */
  #window({ x, shape }: ConvOp, tensor: Tensor): Rows {
    const rows = x.rows * pixels(shape);
    return { tensor, rows, columns: windowOf(shape) };
  }

  /** [B * pixels, channels of the smaller image] */
  #pixelRows({ x, shape }: ConvOp, tensor: Tensor): Rows {
    const rows = x.rows * pixels(shape);
    return { tensor, rows, columns: shape.outChannels };
  }

  /** [B, pixels * channels] -> a row per pixel. */
  #pack({ x, shape }: ConvOp, image: Tensor, patches: Tensor): DispatchSpec {
    return unfold(this.#tier, ofPixels(shape), x.rows, { image, patches });
  }

  /** The way back. */
  #unpack(
    { x, shape }: ConvOp,
    patches: Tensor,
    image: Tensor,
    add: boolean,
  ): DispatchSpec {
    const tensors = { patches, image };
    return fold(this.#tier, ofPixels(shape), x.rows, { add }, tensors);
  }
}

/** Whether pixels' rows are the image as it lies. */
function isAligned({ outChannels }: ConvShape): boolean {
  return outChannels % 4 === 0;
}

/** The smaller image in windows of one pixel. */
function ofPixels({ outHeight, outWidth, outChannels }: ConvShape): ConvShape {
  return {
    height: outHeight,
    width: outWidth,
    channels: outChannels,
    outHeight,
    outWidth,
    outChannels,
    kernel: 1,
    stride: 1,
    padding: 0,
  };
}
