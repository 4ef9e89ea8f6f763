/** Words of networks and pictures: guide, layers, schedules, traversals, log-likelihood. Part of `strings.ts`. */

/** "1 of 3", "4 of 20": counts are strings so that they can be strong. */
export const networks = {
  guide: {
    label: "linear model’s prediction",
    short: "linear",
    verdict: "No theorem",
    verdictRest: " for this network",
    byKl: "units by KL",
    rank: "rank",
    modesLabel: (name: string) =>
      `Units of lane ${name} by KL, largest first, against the linear model’s KL of each mode`,
    modesTable: (name: string) =>
      `Lane ${name}, KL of units, largest first, in nats`,
    whyTitle: "Against the linear model",
    latex: "of the linear model: a guide to this lane, no theorem about it",
    scope: "The theory shown is for the linear model.",
    scopePart: (lanes: string) =>
      `The theory shown of ${lanes} is for the linear model.`,
    measured: (active: number, units: number) =>
      `Measured: ${String(active)} of ${String(units)} units active`,
    unmeasured: "Nothing is measured yet",
    keep: (n: string) => `the linear model would keep ${n}`,
    silent: "nothing is known of the linear model",
    itself: (n: string) => `theory keeps ${n}`,
    activeUnits: "active units",
    linearKeeps: "linear model keeps",
  },
  network: {
    kind: "Kind of network",
    hidden: "Hidden widths",
    channels: "Channels",
    hiddenHelp:
      "Widths from the input on; the decoder mirrors them. Changing them restarts the run.",
    channelsHelp:
      "Channels of 4 × 4 convolutions, each halving the sides; dense layers follow.",
    linearHelp: "No hidden layers: the model that the theorems are about.",
    add: (what: string) => `Add a layer: ${what}`,
    remove: (what: string) => `Remove the last layer: ${what}`,
    layers: (list: string) => `Layers: ${list}`,
    none: "none",
  },
  schedule: {
    kind: "Kind of schedule",
    steps: "Steps",
    period: "Period",
    ramp: "Rising part",
    points: "Step and factor pairs",
    help: {
      constant: "The KL weights stay as they are set.",
      warmup: "From 0 to the KL weights set, in a straight line.",
      cyclical: "From 0 up in the rising part of each period, then level.",
      points:
        "Straight lines between points, as 0 0, 500 1: a step and its factor.",
    },
    source: {
      warmup:
        "Bowman et al. 2016, “Generating sentences from a continuous space”",
      cyclical: "Fu et al. 2019, “Cyclical annealing schedule”",
    },
    curve: (words: string) => `KL factor over the run: ${words}`,
    through: (points: string) => `through ${points}`,
    at: (step: string, factor: string) => `${factor} at step ${step}`,
    refused:
      "Points are pairs of a step and a factor, steps rising, as 0 0, 500 1.",
  },
  model: {
    title: "Model",
    linear: "linear",
    conv: "conv",
    predicted: "predicted",
    predictedTitle:
      "A log-variance head of the encoder: each input has its own",
    variances: {
      learnable: "learnable",
      fixed: "fixed",
      predicted: "predicted",
    },
  },
  pictures: {
    title: "Pictures",
    views: {
      examples: "Examples",
      traversals: "Traversals",
      scatter: "Scatter",
    },
    view: "Which pictures",
    waiting: "The pictures appear with the next measurement.",
    noImages:
      "These data are not images, so there is nothing to reconstruct or walk along; the scatter shows their latents.",
    step: (step: number) => `step ${String(step)}`,
    mean: "mean",
    meanTitle: "Decoded from the posterior mean",
    draw: "draw",
    drawTitle: "Decoded from a draw of the posterior",
    prior: "prior",
    priorTitle: "Decoded from a draw of the prior",
    completion: "completion",
    completionTitle: "z drawn from the prior, given x",
    again: (n: number) => `again, ${String(n)}`,
    input: "input",
    given: "given",
    grid: (n: number, rows: string) =>
      `${String(n)} examples in columns; rows: ${rows}`,
    lane: "Lane",
    level: "Level",
    example: "Example",
    previous: "Previous example",
    next: "Next example",
    exampleOf: (i: number) => `example ${String(i)}`,
    unit: (i: number) => `unit ${String(i)}`,
    stops: (low: string, high: string) => `${low} to ${high} prior std`,
    change: "change",
    changeTitle: "Largest change of a pixel along the row",
    dead: "dead: nothing changes",
    changes: (much: string) => `changes ${much}`,
    silent: (much: string) => `no KL, changes ${much}`,
    traversal: (unit: string, changes: string) => `${unit}: ${changes}`,
    traversals: (name: string) =>
      `What lane ${name} draws as one unit at a time goes from low to high`,
    scatterOf: (name: string, a: string, b: string) =>
      `Posterior means of lane ${name}: unit ${a} across, unit ${b} up`,
    axisX: "Unit across",
    axisY: "Unit up",
    table: "Show table",
    plot: "Show plot",
    label: "label",
    all: "all",
    examples: "examples",
    meanOf: (unit: string) => `mean of unit ${unit}`,
    stdOf: (unit: string) => `std of unit ${unit}`,
    tableTitle: (name: string) => `Lane ${name}: means of two units by label`,
    legend: "Labels",
    onlyLabel: (label: number) =>
      `Bring out the examples of label ${String(label)}`,
    noUnits: "This lane has no such units.",
    rings: (reach: string) => `±${reach}; rings: 1 and 2 prior std`,
  },
  likelihood: {
    title: "Log-likelihood",
    button: "Estimate log-likelihood",
    cancel: "Cancel",
    samples: "Importance samples",
    samplesOf: (n: number) => `${String(n)} samples`,
    before: (on: "test" | "training") =>
      on === "test"
        ? "By importance sampling, on the examples held out of training."
        : "By importance sampling, on the training data: none are held out.",
    on: { test: "on held-out data", training: "on training data" },
    said: (examples: number, samples: number, on: string, step: number) =>
      `${String(examples)} examples ${on}, ${String(samples)} samples each, at step ${String(step)}.`,
    progress: (percent: number) => `${String(percent)}% done`,
    cancelled: "Cancelled.",
    failed: "The estimate did not come back.",
    lane: "lane",
    picture: "estimate as a mark with its error",
    estimate: "nats ± std error",
    exact: "exact",
    monteCarlo: (error: string) => `${error} of the error is from sampling z`,
    exactTitle: "Closed form, of the linear model with Gaussian noise",
    table: "Log-likelihood by lane, nats per example",
    nats: "nats per example",
  },
} as const;
