// What a dispatch of an exact-moment kernel does, and how far each step of a model goes.
//
// `Model` and `schedule` are declared by the other library of a kernel, with what it needs beside.

struct Step {
  first: u32,
  count: u32,
  // The model of the first workgroup.
  model: u32,
  // Times each model's own learning rate.
  rate: f32,
}

@group(1) @binding(0) var<uniform> step: Step;

const DECAY1 = 0.9;
const DECAY2 = 0.999;

// Of Adam; of gradient descent decays 0 and 1, gains 1 and 0.
struct Rates {
  decay1: f32,
  gain1: f32,
  decay2: f32,
  gain2: f32,
  rate: f32,
  epsilon: f32,
}

fn stepRates(model: Model, index: u32) -> Rates {
  let correction = schedule[min(index, arrayLength(&schedule) - 1u)];
  let adam = model.adam != 0u;
  return Rates(
    select(0.0, DECAY1, adam),
    select(1.0, 1.0 - DECAY1, adam),
    select(1.0, DECAY2, adam),
    select(0.0, 1.0 - DECAY2, adam),
    step.rate * model.learningRate * select(1.0, correction.x, adam),
    select(1.0, correction.y, adam),
  );
}
