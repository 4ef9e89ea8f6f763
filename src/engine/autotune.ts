/**
 * Which kernel shape multiplies matrices on a device.
 *
 * The adapter's kind decides which shapes come into question: software adapters take register
 * tiles (quads share loads where there are subgroups), GPUs tiles in workgroup memory. Among
 * those a large product is timed once per shape class. A variant can be forced.
 */
import type { Gpu } from "./gpu.ts";
import {
  encodeDispatch,
  type DispatchSpec,
  type KernelCache,
} from "./kernel-cache.ts";
import { matmulBlock } from "./kernels/matmul-block.ts";
import { matmulQuad } from "./kernels/matmul-quad.ts";
import { matmulTile } from "./kernels/matmul-tile.ts";
import { registerWidth, type Matrix, type Product } from "./kernels/product.ts";
import { STEP_BYTES, StepRing } from "./step-ring.ts";

export type ProductVariant = "quad" | "block" | "tile";
export type Multiply = (product: Product) => DispatchSpec;

/** Sizes of a product, without its tensors. */
export interface ProductSizes extends Pick<Product, "kind" | "m" | "n" | "k"> {
  readonly gathered: boolean;
}

interface Choice {
  readonly variant: ProductVariant;
  /** Width of a register tile, in vec4s. */
  readonly columns: number;
}

/** Multiply-adds from which a choice is worth timing. */
const WORTH_TIMING = 2 ** 21;
const REPEATS = 3;

/** Choices by adapter and shape class, for as long as the page or worker lives. */
const remembered = new Map<string, Promise<Choice>>();

/** The variant for an adapter of this kind. */
export function productVariant(
  gpu: Pick<Gpu, "tier" | "subgroups">,
): ProductVariant {
  if (gpu.tier === "hardware") return "tile";
  return gpu.subgroups ? "quad" : "block";
}

function launch(choice: Choice, product: Product): DispatchSpec {
  switch (choice.variant) {
    case "quad":
      return matmulQuad(product, choice.columns);
    case "block":
      return matmulBlock(product, choice.columns);
    case "tile":
      return matmulTile(product);
  }
}

/**
 * What is timed against each other. Software adapters take up to a second to build one more
 * pipeline, more than it could ever win back: theirs were timed beforehand.
 */
function candidates(
  gpu: Pick<Gpu, "tier">,
  variant: ProductVariant,
  n: number,
): Choice[] {
  const columns = registerWidth(n);
  if (gpu.tier === "software") return [{ variant, columns }];
  return [
    { variant: "tile", columns },
    { variant: "block", columns: registerWidth(n, 4) },
  ];
}

/** Sizes that behave alike: equal n, m and k within a factor of two. */
function shapeClass({
  kind,
  m,
  n,
  k,
}: Pick<Product, "kind" | "m" | "n" | "k">): string {
  const order = (size: number): number => Math.round(Math.log2(size));
  return `${kind} ${order(m)} ${n} ${order(k)}`;
}

/** Milliseconds of one product, the best of a few. */
async function time(
  cache: KernelCache,
  choice: Choice,
  product: Product,
): Promise<number> {
  const { device } = cache;
  const dispatch = await cache.prepare(launch(choice, product));
  const ring = new StepRing(device, 1, 1);
  const group = device.createBindGroup({
    label: "autotune",
    layout: cache.stepLayout(STEP_BYTES),
    entries: [
      { binding: 0, resource: { buffer: ring.buffer, size: STEP_BYTES } },
    ],
  });
  let best = Infinity;
  // The first run warms up.
  for (let run = 0; run <= REPEATS; run++) {
    const encoder = device.createCommandEncoder({ label: "autotune" });
    const pass = encoder.beginComputePass();
    pass.setBindGroup(1, group, [0]);
    encodeDispatch(pass, dispatch);
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    if (run > 0) best = Math.min(best, performance.now() - start);
  }
  dispatch.shape?.destroy();
  ring.buffer.destroy();
  return best;
}

async function fastest(
  cache: KernelCache,
  choices: readonly Choice[],
  { kind, m, n, k, gathered }: ProductSizes,
): Promise<Choice> {
  const scratch: GPUBuffer[] = [];
  const matrix = (rows: number, columns: number): Matrix => {
    const stride = Math.ceil(columns / 4);
    const tensor = cache.device.createBuffer({
      label: "autotune",
      size: 16 * rows * stride,
      usage: GPUBufferUsage.STORAGE,
    });
    scratch.push(tensor);
    return { tensor, stride };
  };
  const a = kind === "nn" ? matrix(m, k) : matrix(k, m);
  const product: Product = {
    kind,
    m,
    n,
    k,
    a,
    b: matrix(k, n),
    c: matrix(m, n),
    ...(gathered ? { gatheredFrom: kind === "nn" ? m : k } : {}),
  };
  let best = choices[0];
  let bestTime = Infinity;
  for (const choice of choices) {
    const taken = await time(cache, choice, product);
    if (taken < bestTime) [best, bestTime] = [choice, taken];
  }
  for (const buffer of scratch) buffer.destroy();
  return best;
}

function key(
  gpu: Pick<Gpu, "adapter">,
  variant: ProductVariant,
  sizes: ProductSizes,
): string {
  return `${gpu.adapter} ${variant} ${shapeClass(sizes)}`;
}

/** The launcher of products on this device before anything is timed: for plans that never run. */
export function untimedLauncher(
  gpu: Pick<Gpu, "tier" | "subgroups">,
): Multiply {
  const variant = productVariant(gpu);
  return (product) =>
    launch({ variant, columns: registerWidth(product.n) }, product);
}

/**
 * The launcher of products on this device; times those of `large` that it has not met before.
 *
 * @param forced variant to use, whatever the adapter
 */
export async function productLauncher(
  gpu: Gpu,
  cache: KernelCache,
  large: readonly ProductSizes[],
  forced?: ProductVariant,
): Promise<Multiply> {
  const variant = forced ?? productVariant(gpu);
  const tuned = new Map<string, Choice>();
  // One at a time: two products side by side would time each other.
  for (const sizes of large) {
    if (sizes.m * sizes.n * sizes.k < WORTH_TIMING) continue;
    if (forced) break;
    const choices = candidates(gpu, variant, sizes.n);
    if (choices.length < 2) break;
    const name = key(gpu, variant, sizes);
    let choice = remembered.get(name);
    if (!choice) {
      choice = fastest(cache, choices, sizes);
      remembered.set(name, choice);
      choice.catch(() => remembered.delete(name));
    }
    tuned.set(shapeClass(sizes), await choice);
  }
  return (product) =>
    launch(
      tuned.get(shapeClass(product)) ?? {
        variant,
        columns: registerWidth(product.n),
      },
      product,
    );
}
