/**
 * Encoders and decoders of every network kind, put together from layers.
 *
 * Names: the map to the latents is encW (encW1, encW2 of two levels; suffixes x and y of two inputs), that
 * of a predicted log-variance encV, the map to the output decU; hidden layers before them are
 * enc.1.W, enc.2.W, ..., dec.1.W, ..., kernels enc.1.K, ...; biases end in B.
 */
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import {
  chain,
  convLayers,
  convShapes,
  convTransposeLayers,
  convWidth,
  denseLayers,
  linearLayer,
  type HiddenStyle,
  type Layer,
  type Sides,
  type Source,
} from "./layers.ts";
import type { Ops } from "./ops.ts";
import { logVarParam, type Init, type ModelParam } from "./param.ts";

export type NetworkSettings = Pick<
  Settings,
  "network" | "activation" | "biases" | "maps"
>;

/** A source that is an image or a part of one: which of its columns each pixel is, -1 for none. */
export interface ImageSource extends Source {
  readonly from?: Int32Array;
}

/** Features of the sources, as what comes after reads them. */
interface Trunk {
  readonly params: readonly ModelParam[];
  readonly features: readonly Source[];
  readonly apply: <T>(ops: Ops<T>, sources: readonly T[]) => T[];
}

type Hidden = (name: string, sources: readonly Source[]) => Layer | null;

/** Hidden layers of all sources together, or of each by itself. */
function trunk(
  name: string,
  sources: readonly Source[],
  hidden: Hidden,
  separate: boolean,
): Trunk {
  const groups = separate
    ? sources.map((source) => ({
        suffix: source.suffix,
        layer: hidden(name + source.suffix, [source]),
      }))
    : [{ suffix: "", layer: hidden(name, sources) }];
  const layers = groups.flatMap(({ suffix, layer }) =>
    layer ? [{ suffix, layer }] : [],
  );
  if (layers.length === 0) {
    return { params: [], features: sources, apply: (_, values) => [...values] };
  }
  return {
    params: layers.flatMap(({ layer }) => layer.params),
    features: layers.map(({ suffix, layer }) => ({
      suffix,
      width: layer.width,
    })),
    apply: (ops, values) =>
      layers.map(({ layer }, at) =>
        layer.apply(ops, separate ? [values[at]] : values),
      ),
  };
}

/** Hidden dense layers; null if there are none. */
function dense(widths: readonly number[], style: HiddenStyle): Hidden {
  return (name, sources) =>
    widths.length === 0 ? null : denseLayers(name, sources, widths, style);
}

/** Convolutions of the whole image, then dense layers. */
function convolutions(
  sides: Sides,
  channels: readonly number[],
  widths: readonly number[],
  style: HiddenStyle,
): Hidden {
  return (name, sources) => {
    const shapes = convShapes(sides, channels);
    const image = convLayers(name, sources, shapes, style);
    const placed: Layer = {
      ...image,
      apply: (ops, values) =>
        image.apply(
          ops,
          values.map((value, at) => {
            const { from } = sources[at] as ImageSource;
            return from ? ops.select(value, from) : value;
          }),
        ),
    };
    const flat: Source = {
      suffix: "",
      width: convWidth(shapes[shapes.length - 1]),
    };
    const rest = dense(widths, style)(`${name}.flat`, [flat]);
    return rest ? chain([placed, rest], sources) : placed;
  };
}

/** What an encoder is called and gives. */
export interface EncoderOptions {
  /** "" of one level, "1" or "2" of two. */
  readonly level: "" | "1" | "2";
  readonly sources: readonly ImageSource[];
  readonly latents: number;
  readonly variance: EncoderVariance;
  /** Sides of the image, for a convolutional network; without them its dense part is used. */
  readonly image?: Sides;
}

export interface Posterior<T> {
  readonly mean: T;
  readonly logVar: T;
}

export interface Encoder {
  readonly params: readonly ModelParam[];
  readonly apply: <T>(ops: Ops<T>, sources: readonly T[]) => Posterior<T>;
}

/** Mean and log-variance of q(z given the sources). */
export function encoder(
  settings: NetworkSettings,
  { level, sources, latents, variance, image }: EncoderOptions,
): Encoder {
  const { network, biases, maps } = settings;
  const hidden =
    network.kind === "conv" && image
      ? convolutions(image, network.channels, network.hidden, settings)
      : dense(network.hidden, settings);
  const before = trunk(
    `enc${level}`,
    sources,
    hidden,
    maps === "separate" && sources.length > 1,
  );
  const init: Init = {
    kind: "normal",
    units: "rows",
    ...(level === "2" && { between: true }),
  };
  const mean = linearLayer(before.features, {
    weight: `encW${level}`,
    ...(biases && { bias: `encB${level}` }),
    width: latents,
    init: () => init,
  });
  const logVar = logVarOf(before.features, { level, latents, variance });
  return {
    params: [...before.params, ...mean.params, ...logVar.params],
    apply: (ops, values) => {
      const features = before.apply(ops, values);
      return {
        mean: mean.apply(ops, features),
        logVar: logVar.apply(ops, features),
      };
    },
  };
}

/** A head of the network, or a tensor of its own. */
function logVarOf(
  features: readonly Source[],
  {
    level,
    latents,
    variance,
  }: Pick<EncoderOptions, "level" | "latents" | "variance">,
): Pick<Layer, "params" | "apply"> {
  const index = level === "2" ? 2 : 1;
  if (variance.kind !== "predicted") {
    const param = logVarParam(`logVar${level}`, latents, variance, index);
    return { params: [param], apply: (ops) => ops.param(param.name) };
  }
  // Weights of zero: it starts where a learnable variance starts.
  const head = linearLayer(features, {
    weight: `encV${level}`,
    bias: `encVB${level}`,
    width: latents,
    init: () => ({ kind: "zero" }),
  });
  return {
    ...head,
    params: head.params.map((param) =>
      param.name === `encVB${level}`
        ? { ...param, init: { kind: "logVar", level: index } }
        : param,
    ),
  };
}

export interface DecoderOptions {
  readonly level: "" | "1" | "2";
  readonly sources: readonly Source[];
  readonly width: number;
  readonly image?: Sides;
  /** Pixels of the image that are the output, in order; all without. */
  readonly pixels?: Int32Array;
}

/** The mean (or logits) of what is decoded from the sources. */
export function decoder(
  settings: NetworkSettings,
  { level, sources, width, image, pixels }: DecoderOptions,
): Layer {
  const { network, biases, maps } = settings;
  const separate = maps === "separate" && sources.length > 1;
  const weight = `decU${level}`;
  const bias = biases ? { bias: `decB${level}` } : {};
  const name = `dec${level}`;
  const widths = network.hidden.toReversed();
  if (network.kind === "conv" && image) {
    const shapes = convShapes(image, network.channels);
    const whole = convDecoder(
      { name, weight, ...bias },
      sources,
      widths,
      shapes,
      settings,
      separate,
    );
    if (!pixels) return whole;
    return {
      ...whole,
      width,
      apply: (ops, values) => ops.select(whole.apply(ops, values), pixels),
    };
  }
  const before = trunk(name, sources, dense(widths, settings), separate);
  const out = linearLayer(before.features, {
    weight,
    ...bias,
    width,
    init: () => ({
      kind: "normal",
      units: "columns",
      ...(level === "2" && { between: true }),
    }),
  });
  return {
    params: [...before.params, ...out.params],
    width,
    apply: (ops, values) => out.apply(ops, before.apply(ops, values)),
  };
}

/** Dense layers up to the smallest image, then transposed convolutions; separate ones are added. */
function convDecoder(
  names: { name: string; weight: string; bias?: string },
  sources: readonly Source[],
  widths: readonly number[],
  shapes: ReturnType<typeof convShapes>,
  style: HiddenStyle,
  separate: boolean,
): Layer {
  const smallest = convWidth(shapes[shapes.length - 1]);
  const groups = separate
    ? sources.map((source) => ({ suffix: source.suffix, sources: [source] }))
    : [{ suffix: "", sources }];
  const layers = groups.map(({ suffix, sources: own }, at) => {
    const name = names.name + suffix;
    return chain(
      [
        denseLayers(`${name}.flat`, own, [...widths, smallest], style),
        convTransposeLayers(name, shapes, style, {
          weight: names.weight + suffix,
          // One bias is enough for a sum.
          ...(at === 0 && names.bias !== undefined && { bias: names.bias }),
        }),
      ],
      own,
    );
  });
  return {
    params: layers.flatMap(({ params }) => params),
    width: layers[0].width,
    apply: (ops, values) =>
      layers
        .map((layer, at) => layer.apply(ops, separate ? [values[at]] : values))
        .reduce((sum, image) => ops.add(sum, image)),
  };
}

/** Where each of `count` pixels of the whole row lies in a part of it, -1 where it does not. */
export function placesOf(part: readonly number[], count: number): Int32Array {
  const from = new Int32Array(count).fill(-1);
  part.forEach((pixel, at) => (from[pixel] = at));
  return from;
}
