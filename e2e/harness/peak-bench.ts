/** What the adapter computes at best: multiply-adds that never leave registers. */
import { openGpu } from "../../src/engine/gpu.ts";
import { defineKernel } from "../../src/engine/kernel.ts";
import { KernelCache } from "../../src/engine/kernel-cache.ts";
import type { BenchCase, BenchSession } from "./bench.ts";
import { repeated } from "./sampled-bench.ts";

const INVOCATIONS = 64;
const WORKGROUPS = 1024;
const TURNS = 64;
const UNROLLED = 16;
/** Sums an invocation has under way, so that none waits for itself. */
const SUMS = 6;
const STEP_FLOPS = INVOCATIONS * WORKGROUPS * TURNS * UNROLLED * SUMS * 2;

const code = `
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let by = values[0];
  let plus = values[1];
  var x = array<f32, ${SUMS}>();
  for (var k = 0u; k < ${SUMS}u; k++) { // unroll
    x[k] = values[id.x + k];
  }
  for (var turn = 0u; turn < ${TURNS}u; turn++) {
    for (var n = 0u; n < ${UNROLLED}u; n++) { // unroll
      for (var k = 0u; k < ${SUMS}u; k++) { // unroll
        x[k] = x[k] * by + plus;
      }
    }
  }
  var sum = 0.0;
  for (var k = 0u; k < ${SUMS}u; k++) { // unroll
    sum += x[k];
  }
  sums[id.x] = sum;
}
`;

async function prepare(): Promise<BenchSession> {
  const { device } = await openGpu(navigator.gpu);
  const values = device.createBuffer({
    label: "values",
    size: 4 * (INVOCATIONS * WORKGROUPS + SUMS),
    usage: GPUBufferUsage.STORAGE,
    mappedAtCreation: true,
  });
  new Float32Array(values.getMappedRange()).fill(0.5);
  values.unmap();
  const sums = device.createBuffer({
    label: "sums",
    size: 4 * INVOCATIONS * WORKGROUPS,
    usage: GPUBufferUsage.STORAGE,
  });
  const kernel = defineKernel({
    name: "peak",
    code,
    bindings: { values: "read", sums: "read_write" },
    uniforms: {},
    overrides: [],
    unrolled: true,
  });
  const dispatch = await new KernelCache(device).prepare({
    kernel,
    tensors: { values, sums },
    workgroups: [WORKGROUPS, 1, 1],
  });
  return repeated(device, dispatch, STEP_FLOPS);
}

export const PEAK_BENCH_CASES: Readonly<Record<string, BenchCase>> = {
  peak: {
    label: "multiply-adds in registers",
    engines: ["webgpu"],
    prepare,
  },
};
