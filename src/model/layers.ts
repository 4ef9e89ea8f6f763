/**
 * Maps with hidden layers as descriptions: each knows its tensors and how to apply itself, so that
 * neither can be without the other. A map without hidden layers is one linear map.
 */
import type { HiddenActivation } from "../experiment/config.ts";
import type { ConvShape, Ops } from "./ops.ts";
import type { Init, ModelParam } from "./param.ts";

/** Variance of He's start per fan-in: what keeps the size of features through a layer. */
const GAIN: Readonly<Record<HiddenActivation, number>> = {
  relu: 2,
  gelu: 2,
  tanh: 1,
};

/** Side of every convolution's kernel; with stride 2 and padding 1 it halves even sides. */
const KERNEL = 4;

/** Something of `width` columns that a layer reads; `suffix` tells its weight from others'. */
export interface Source {
  readonly suffix: string;
  readonly width: number;
}

/** A part of a model: tensors, and what they do to sources in order. */
export interface Layer {
  readonly params: readonly ModelParam[];
  /** Columns of the result. */
  readonly width: number;
  readonly apply: <T>(ops: Ops<T>, sources: readonly T[]) => T;
}

export interface LinearOptions {
  readonly weight: string;
  /** Name of the bias; none without. */
  readonly bias?: string;
  readonly width: number;
  readonly init: (source: Source) => Init;
  readonly activation?: HiddenActivation;
}

/** A sum of linear maps of all sources, then the activation. */
export function linearLayer(
  sources: readonly Source[],
  { weight, bias, width, init, activation }: LinearOptions,
): Layer {
  const names = sources.map(({ suffix }) => weight + suffix);
  const params = sources.map((source, at): ModelParam => ({
    name: names[at],
    shape: [width, source.width],
    trained: true,
    init: init(source),
  }));
  if (bias !== undefined) params.push(biasParam(bias, width));
  return {
    params,
    width,
    apply: (ops, values) => {
      const [first, ...others] = values.map(
        (value, at) => () =>
          ops.linear(
            value,
            ops.param(names[at]),
            at === 0 && bias !== undefined ? ops.param(bias) : undefined,
            others.length === 0 ? activation : undefined,
          ),
      );
      if (others.length === 0) return first();
      const sum = others.reduce(
        (left, right) => ops.add(left, right()),
        first(),
      );
      return activation ? ops.activate(sum, activation) : sum;
    },
  };
}

export function biasParam(name: string, width: number): ModelParam {
  return { name, shape: [1, width], trained: true, init: { kind: "zero" } };
}

/** What all hidden layers of a model share. */
export interface HiddenStyle {
  readonly activation: HiddenActivation;
  readonly biases: boolean;
}

function hiddenLayer(
  name: string,
  sources: readonly Source[],
  width: number,
  { activation, biases }: HiddenStyle,
): Layer {
  const fanIn = sources.reduce((sum, source) => sum + source.width, 0);
  return linearLayer(sources, {
    weight: `${name}.W`,
    ...(biases && { bias: `${name}.B` }),
    width,
    init: () => ({ kind: "fan-in", fanIn, gain: GAIN[activation] }),
    activation,
  });
}

/** Layers one after another; the first takes all sources. */
export function chain(
  layers: readonly Layer[],
  sources: readonly Source[],
): Layer {
  return {
    params: layers.flatMap(({ params }) => params),
    width: layers.at(-1)?.width ?? sources[0].width,
    apply: (ops, values) => {
      const [first, ...others] = layers;
      return others.reduce(
        (value, layer) => layer.apply(ops, [value]),
        first.apply(ops, values),
      );
    },
  };
}

/**
 * Dense hidden layers `name`.1, `name`.2, ... of these widths, at least one; sources enter the
 * first together.
 */
export function denseLayers(
  name: string,
  sources: readonly Source[],
  widths: readonly number[],
  style: HiddenStyle,
): Layer {
  const layers = widths.map((width, at) =>
    hiddenLayer(
      `${name}.${at + 1}`,
      at === 0 ? sources : [{ suffix: "", width: widths[at - 1] }],
      width,
      style,
    ),
  );
  return chain(layers, sources);
}

/** Sides of an image. */
export interface Sides {
  readonly width: number;
  readonly height: number;
}

/** The convolutions to these channels, one after another; the image has one channel. */
export function convShapes(
  { width, height }: Sides,
  channels: readonly number[],
): ConvShape[] {
  const half = (side: number): number => Math.floor((side - 2) / 2) + 1;
  let [inHeight, inWidth, inChannels] = [height, width, 1];
  return channels.map((outChannels): ConvShape => {
    const shape: ConvShape = {
      height: inHeight,
      width: inWidth,
      channels: inChannels,
      outHeight: half(inHeight),
      outWidth: half(inWidth),
      outChannels,
      kernel: KERNEL,
      stride: 2,
      padding: 1,
    };
    [inHeight, inWidth, inChannels] = [
      shape.outHeight,
      shape.outWidth,
      outChannels,
    ];
    return shape;
  });
}

/** Columns of a convolution's result. */
export function convWidth({
  outHeight,
  outWidth,
  outChannels,
}: ConvShape): number {
  return outHeight * outWidth * outChannels;
}

/** Strided convolutions `name`.1, ... of whole images; those of several sources enter the first together. */
export function convLayers(
  name: string,
  sources: readonly Source[],
  shapes: readonly ConvShape[],
  { activation, biases }: HiddenStyle,
): Layer {
  const layers = shapes.map((shape, at): Layer => {
    const inputs = at === 0 ? sources : [{ suffix: "" }];
    const names = inputs.map(({ suffix }) => `${name}.${at + 1}.K${suffix}`);
    const bias = `${name}.${at + 1}.B`;
    const window = shape.kernel * shape.kernel * shape.channels;
    const weights = names.map((weight): ModelParam => ({
      name: weight,
      shape: [shape.outChannels, window],
      trained: true,
      init: {
        kind: "fan-in",
        fanIn: window * names.length,
        gain: GAIN[activation],
      },
    }));
    return {
      params: biases
        ? [...weights, biasParam(bias, shape.outChannels)]
        : weights,
      width: convWidth(shape),
      apply: (ops, values) => {
        const [first, ...others] = values.map((value, input) =>
          ops.conv(
            value,
            ops.param(names[input]),
            biases && input === 0 ? ops.param(bias) : undefined,
            shape,
          ),
        );
        return ops.activate(
          others.reduce((left, right) => ops.add(left, right), first),
          activation,
        );
      },
    };
  });
  return chain(layers, sources);
}

/**
 * The mirror of `convLayers`: `name`.1, ... up to the last, whose result is the image itself and
 * whose tensors have names of their own.
 */
export function convTransposeLayers(
  name: string,
  shapes: readonly ConvShape[],
  { activation, biases }: HiddenStyle,
  last: { readonly weight: string; readonly bias?: string },
): Layer {
  const upward = shapes.toReversed();
  const layers = upward.map((shape, at): Layer => {
    const isLast = at === upward.length - 1;
    const weight = isLast ? last.weight : `${name}.${at + 1}.K`;
    const bias = isLast
      ? last.bias
      : biases
        ? `${name}.${at + 1}.B`
        : undefined;
    const window = shape.kernel * shape.kernel * shape.channels;
    // Each pixel of the result is reached by a stride-th of the kernel's rows and columns.
    const fanIn = (shape.outChannels * shape.kernel ** 2) / shape.stride ** 2;
    const params: ModelParam[] = [
      {
        name: weight,
        shape: [window, shape.outChannels],
        trained: true,
        init: isLast
          ? { kind: "normal", units: "columns" }
          : { kind: "fan-in", fanIn, gain: GAIN[activation] },
      },
    ];
    if (bias !== undefined) params.push(biasParam(bias, shape.channels));
    return {
      params,
      width: shape.height * shape.width * shape.channels,
      apply: (ops, [value]) => {
        const image = ops.convTranspose(
          value,
          ops.param(weight),
          bias === undefined ? undefined : ops.param(bias),
          shape,
        );
        return isLast ? image : ops.activate(image, activation);
      },
    };
  });
  return chain(layers, [
    { suffix: "", width: convWidth(shapes[shapes.length - 1]) },
  ]);
}
