/** Colors of the canvas charts, resolved from the tokens of the current theme. */

const ROLES = {
  background: "--bg",
  ink: "--ink",
  inkSoft: "--ink-2",
  inkMute: "--ink-3",
  edge: "--edge",
  rule: "--rule",
} as const;

export type ChartColors = Record<keyof typeof ROLES, string> & {
  readonly font: string;
  readonly fontSize: number;
  readonly lanes: readonly string[];
};

/** Reads them at `host`; a color token is resolved by letting an element wear it. */
export function readColors(host: HTMLElement): ChartColors {
  const probe = document.createElement("span");
  (host.shadowRoot ?? host).append(probe);
  const color = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const roles = Object.fromEntries(
    Object.entries(ROLES).map(([role, token]) => [role, color(token)]),
  ) as Record<keyof typeof ROLES, string>;
  const lanes = ["a", "b", "c", "d", "e", "f"].map((letter) =>
    color(`--lane-${letter}`),
  );
  const style = getComputedStyle(host);
  const font = style.getPropertyValue("--sans").trim();
  const fontSize = parseFloat(style.getPropertyValue("--axis-size")) || 11;
  probe.remove();
  return { ...roles, lanes, font, fontSize };
}
