import { expect, test } from "../harness/fixture.ts";

test("the browser offers the adapter the tests ask for", async ({
  gpuPage,
}) => {
  const adapter = await gpuPage.evaluate(() =>
    globalThis.harness.adapterInfo(),
  );
  expect(adapter).not.toBeNull();
  const hardware = process.env.LAB_ADAPTER === "hardware";
  expect(adapter?.software).toBe(!hardware);
  if (!hardware) expect(adapter?.architecture).toBe("swiftshader");
});

test("a compute shader runs and its result comes back", async ({ gpuPage }) => {
  const squares = await gpuPage.evaluate(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    if (adapter === null) throw new Error("no adapter");
    const device = await adapter.requestDevice();
    const size = 7 * 4;
    const buffer = device.createBuffer({
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
    });
    const copy = device.createBuffer({
      size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const module = device.createShaderModule({
      code: `
        @group(0) @binding(0) var<storage, read_write> out: array<f32>;
        @compute @workgroup_size(4)
        fn main(@builtin(global_invocation_id) id: vec3u) {
          if (id.x < arrayLength(&out)) { out[id.x] = f32(id.x * id.x); }
        }`,
    });
    const pipeline = await device.createComputePipelineAsync({
      layout: "auto",
      compute: { module },
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [{ binding: 0, resource: { buffer } }],
      }),
    );
    pass.dispatchWorkgroups(2);
    pass.end();
    encoder.copyBufferToBuffer(buffer, 0, copy, 0, size);
    device.queue.submit([encoder.finish()]);
    await copy.mapAsync(GPUMapMode.READ);
    const values = [...new Float32Array(copy.getMappedRange())];
    device.destroy();
    return values;
  });
  expect(squares).toEqual([0, 1, 4, 9, 16, 25, 36]);
});
