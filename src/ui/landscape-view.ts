/** The picture of the loss along one mode: its frame, its curves, and what it shows in words. */
import type { Landscape } from "../session/landscape-protocol.ts";
import { landscapeText as words } from "./strings-landscape.ts";

/** Points of a curve; odd, so that 0 is one of them. */
const POINTS = 121;
/** Room beside what is marked, and above the collapsed state, in shares. */
const BESIDE = 1.6;
const ABOVE = 0.8;

export interface Frame {
  /** The horizontal axis is from -across to across. */
  readonly across: number;
  readonly low: number;
  readonly high: number;
}

/** What holds every minimum, mark and the bend of every curve. */
export function frameOf(all: readonly Landscape[]): Frame {
  const across =
    BESIDE *
    Math.max(
      0.3,
      ...all.map(({ omega, measured }) => Math.max(omega, measured ?? 0)),
    );
  const least = Math.min(0, ...all.map(({ loss, omega }) => loss(omega)));
  const most = Math.max(...all.map(({ loss }) => loss(across)));
  const marked = Math.max(
    0,
    ...all.map(({ loss, measured }) =>
      measured === null ? 0 : loss(measured),
    ),
  );
  const high = least < 0 ? Math.max(-ABOVE * least, 1.2 * marked) : most;
  return { across, low: least - 0.15 * (high - least), high };
}

/** The curve over the frame, as `u, loss`; it may leave the frame at the top. */
export function curve(
  { loss }: Landscape,
  { across }: Frame,
): [number, number][] {
  return Array.from({ length: POINTS }, (_, i) => {
    const u = across * ((2 * i) / (POINTS - 1) - 1);
    return [u, loss(u)];
  });
}

/** What a lane's curve shows; its name goes before. */
export function landscapeWords({ omega, loss, meeting }: Landscape): string {
  return omega > 0
    ? `${words.two(omega, -loss(omega))} ${words.meet(meeting)}`
    : `${words.one} ${words.met(meeting)}`;
}
