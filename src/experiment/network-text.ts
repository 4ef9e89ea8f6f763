/** Networks and KL schedules as the words of a link: "lin", "mlp:256,128", "conv:16,32/128", "warm:500". */
import type { KlSchedule, Network, Settings } from "./config.ts";
import { formatNumber, numberIn } from "./numbers.ts";
import { NETWORK_KINDS, SCHEDULE_KINDS } from "./ranges.ts";

/** Whether a network has hidden layers, so that the model is no longer linear. */
export function isHidden(network: Network): boolean {
  return network.kind === "conv" || network.hidden.length > 0;
}

/** "linear" where a network has no hidden layers, else what its layers are. */
export function networkKind(network: Network): "linear" | "dense" | "conv" {
  return isHidden(network) ? network.kind : "linear";
}

const numbers = (values: readonly number[]): string =>
  values.map(formatNumber).join(",");

const read = (text: string): (number | string)[] =>
  text.split(",").map((entry) => numberIn(entry) ?? entry);

export function writeNetwork(network: Network): string {
  if (!isHidden(network)) return "lin";
  if (network.kind === "dense") return `mlp:${numbers(network.hidden)}`;
  const { channels, hidden } = network;
  return `conv:${numbers(channels)}${hidden.length > 0 ? `/${numbers(hidden)}` : ""}`;
}

/** The plain value a text stands for, unchecked; the text itself where it cannot be read. */
export function readNetwork(text: string): unknown {
  const [word, ...rest] = text.split(":");
  const kind = NETWORK_KINDS.find((option) => option.text === word)?.value;
  if (kind === "linear")
    return rest.length === 0 ? { kind: "dense", hidden: [] } : text;
  if (kind === undefined || rest.length !== 1) return text;
  if (kind === "dense") return { kind, hidden: read(rest[0]) };
  const [channels, ...layers] = rest[0].split("/");
  if (layers.length > 1) return text;
  return {
    kind,
    channels: read(channels),
    hidden: layers.length === 1 ? read(layers[0]) : [],
  };
}

export function writeSchedule(schedule: KlSchedule): string {
  switch (schedule.kind) {
    case "constant":
      return "const";
    case "warmup":
      return `warm:${formatNumber(schedule.steps)}`;
    case "cyclical":
      return `cyc:${numbers([schedule.period, schedule.ramp])}`;
    case "points":
      return `pts:${numbers(schedule.points.flat())}`;
  }
}

/** The plain value a text stands for, unchecked; the text itself where it cannot be read. */
export function readSchedule(text: string): unknown {
  const [word, ...rest] = text.split(":");
  const kind = SCHEDULE_KINDS.find((option) => option.text === word)?.value;
  if (kind === "constant") return rest.length === 0 ? { kind } : text;
  if (kind === undefined || rest.length !== 1) return text;
  const values = read(rest[0]);
  if (kind === "warmup")
    return values.length === 1 ? { kind, steps: values[0] } : text;
  if (kind === "cyclical") {
    if (values.length !== 2) return text;
    return { kind, period: values[0], ramp: values[1] };
  }
  if (values.length % 2 !== 0) return text;
  const points = Array.from({ length: values.length / 2 }, (_, i) =>
    values.slice(2 * i, 2 * i + 2),
  );
  return { kind, points };
}

const listed = (values: readonly number[]): string =>
  values.map(formatNumber).join(", ");

/** "linear", "MLP 256, 128", "conv 16, 32, then 128". */
export function describeNetwork(network: Network): string {
  if (!isHidden(network)) return "linear";
  if (network.kind === "dense") return `MLP ${listed(network.hidden)}`;
  const { channels, hidden } = network;
  return `conv ${listed(channels)}${hidden.length > 0 ? `, then ${listed(hidden)}` : ""}`;
}

/** "constant", "warm-up over 500 steps", "cycles of 400 steps, half of each a ramp", ... */
export function describeSchedule(schedule: KlSchedule): string {
  switch (schedule.kind) {
    case "constant":
      return "constant KL weight";
    case "warmup":
      return `KL warm-up over ${formatNumber(schedule.steps)} steps`;
    case "cyclical":
      return `KL cycles of ${formatNumber(schedule.period)} steps, ramp ${formatNumber(schedule.ramp)}`;
    case "points": {
      const points = schedule.points.map(
        ([step, factor]) => `${formatNumber(factor)} at ${formatNumber(step)}`,
      );
      return `KL weight times ${points.join(", ")}`;
    }
  }
}

/** Whether a lane is a linear model; without `network` it is. */
export function isLinear(
  settings: Partial<Pick<Settings, "network">>,
): boolean {
  return settings.network === undefined || !isHidden(settings.network);
}
