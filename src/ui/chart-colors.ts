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

const LANES = ["a", "b", "c", "d", "e", "f"].map(
  (letter) => `--lane-${letter}`,
);

/** Colors of tokens at `host`: each is worn by an element, all together, so that style is computed once. */
function resolved(host: HTMLElement, tokens: readonly string[]): string[] {
  const probes = tokens.map((token) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${token})`;
    return probe;
  });
  (host.shadowRoot ?? host).append(...probes);
  const colors = probes.map((probe) => getComputedStyle(probe).color);
  for (const probe of probes) probe.remove();
  return colors;
}

/** Reads them at `host`. */
export function readColors(host: HTMLElement): ChartColors {
  const names = Object.keys(ROLES) as (keyof typeof ROLES)[];
  const colors = resolved(host, [...Object.values(ROLES), ...LANES]);
  const roles = Object.fromEntries(
    names.map((role, i) => [role, colors[i]]),
  ) as Record<keyof typeof ROLES, string>;
  const lanes = colors.slice(names.length);
  const style = getComputedStyle(host);
  const font = style.getPropertyValue("--sans").trim();
  const fontSize = parseFloat(style.getPropertyValue("--axis-size")) || 11;
  return { ...roles, lanes, font, fontSize };
}
