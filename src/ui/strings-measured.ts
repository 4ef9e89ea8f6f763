/** Words of what is measured below the lanes: weights and metrics. Part of `strings.ts`. */
export const measured = {
  strip: {
    label: "Measurements",
    series: "Series",
    landscape: "Loss shape",
    weights: "Weights",
    metrics: "Metrics",
    pictures: "Pictures",
    sweep: "Sweep",
    map: "Map",
  },
  weights: {
    title: "Weights",
    waiting: "The weights appear when training has begun.",
    names: {
      vae: { encW: "encoder W", V: "W A½", decU: "decoder U" },
      cvae: {
        encWx: "W₁, from x",
        encWy: "W₂, from y",
        V: "W₂ E½",
        decUz: "U₁, from z",
        decUx: "U₂, from x",
      },
      mhvae: { encW1: "W₁", V: "W₁ A½", encW2: "W₂", decU1: "U₁", decU2: "U₂" },
    } as Readonly<
      Record<
        "vae" | "cvae" | "mhvae",
        Readonly<Partial<Record<string, string>>>
      >
    >,
    logVariance: (index: string) => `log-variance head${index && ` ${index}`}`,
    firstLayer: (level: string) =>
      `decoder${level && ` ${level}`}, first layer`,
    shape: (rows: number, columns: number) =>
      `${String(rows)} × ${String(columns)}`,
    zero: (units: string, one: boolean, axis: "rows" | "columns") =>
      `zero ${axis === "rows" ? "row" : "column"}${one ? "" : "s"} ${units}`,
    noZero: (axis: "rows" | "columns") => `no zero ${axis}`,
    picture: (
      name: string,
      shape: string,
      most: string,
      zero: string,
      lane: string,
    ) =>
      `${name} of lane ${lane}, ${shape}, entries from −${most} to ${most}; ${zero}`,
    rotate: (lane: string) => `Rotate ${lane} to axes`,
    unrotate: (lane: string) => `${lane} back to units`,
    rotateTitle:
      "Shows this lane’s latents along their principal axes; training is not changed",
  },
  metrics: {
    title: "Metrics over the whole data set",
    table: "Metrics by lane and level",
    measure: "Measure",
    again: "Measure again",
    before: "Measured over all examples, when you ask and now and then.",
    at: (step: number, where: string) => `at step ${String(step)}, on ${where}`,
    where: { webgpu: "the GPU", cpu: "the CPU" },
    kl: "KL, nats",
    information: "information, at most",
    informationTitle: "Upper bound on I(x; z), nats",
    burda: "active units, Burda",
    burdaTitle: "Units whose mean varies by more than 0.01 over the examples",
    pairs: "active pairs, KL rule",
    pairsTitle:
      "The authors’ rule: pairs of an example and a unit with a KL of 0.01 nats or more",
    logLikelihood: "log-likelihood",
    logLikelihoodTitle: "Exact, of the linear model, nats per example",
    perUnit: "KL of each unit",
    collapse: "Collapsed units",
    collapseTitle: (delta: string) => `(ε, δ)-collapse, δ = ${delta}`,
    epsilon: "ε, nats",
    curve: (name: string, points: string) =>
      `${name}: share of collapsed units by ε: ${points}`,
    quantity: "quantity",
    failed: "The measurement did not come back.",
  },
} as const;
