// Numbers of one training step, one 256-byte slot per step and lane.
struct Step {
  index: u32, // 0-based step
  seed: u32,
  slot: u32, // index % ring: where the step's terms are written
  position: u32, // of this slot in the ring
  learningRate: f32,
  correction1: f32, // 1 / (1 - beta1^t), t = index + 1
  correction2: f32, // 1 / (1 - beta2^t)
  count: u32, // steps a kernel that makes several starts here
  firstRow: u32, // rows are counted from here in draws of latent noise
  scalars: array<vec4f, 8>, // per part of the loss: (variance, weight, free bits, 0)
}
