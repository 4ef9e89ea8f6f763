/**
 * The handle on the waterline: a slider whose value is the KL weight that decides where the line
 * lies (beta, or beta2 in a hierarchical model). Dragging it is that weight's control; arrows move
 * it by a twentieth, with Shift ten times as far.
 */
import { svg, type LitElement, nothing, type SVGTemplateResult } from "lit";
import { RANGES } from "../experiment/ranges.ts";
import type { Store } from "../session/store.ts";
import { changeIn } from "./edit.ts";
import { setting } from "./format.ts";
import type { LevelView } from "./levels.ts";
import { modesRow, modesValue, type ModesLayout } from "./modes-view.ts";
import { text } from "./strings.ts";
import {
  bindingWeight,
  roundSetting,
  survivors,
  type Weight,
  weightAt,
} from "./waterline.ts";

const ARROW = 1.05;

export class WaterlineHandle {
  readonly #host: LitElement;
  readonly #store: () => Store;
  readonly #lane: () => number;
  #layout: ModesLayout | null = null;
  #view: LevelView | null = null;
  /** The weight set while a drag lasts: another may come to bind on the way. */
  #heldWeight: Weight | null = null;
  /** Axis end held still while a drag lasts. */
  #heldMax: number | null = null;
  #grip = 0;

  constructor(host: LitElement, store: () => Store, lane: () => number) {
    this.#host = host;
    this.#store = store;
    this.#lane = lane;
  }

  /** The axis end to draw with: `max`, or what it was when the drag began. */
  axisMax(max: number): number {
    return this.#heldMax ?? max;
  }

  /** Nothing where the level has no waterline. */
  render(
    layout: ModesLayout,
    view: LevelView,
    width: number,
  ): SVGTemplateResult | typeof nothing {
    this.#layout = layout;
    this.#view = view;
    const line = this.#line();
    if (!view.lines || line === null) return nothing;
    // The handle stands at the right end of the line.
    const y = Math.round(modesRow(layout, line)) + 0.5;
    const right = layout.width;
    const x = right - width;
    const weight = this.#weight(view);
    const value = view.lane.settings[weight];
    const { min, max } = RANGES[weight];
    return svg`<g class="handle" tabindex="0" role="slider" aria-orientation="vertical"
      aria-label=${text.lane.waterline[weight]} aria-valuemin=${min} aria-valuemax=${max} aria-valuenow=${value}
      aria-valuetext=${text.lane.waterlineValue(setting(value, 1), survivors(layout.theta, view.lines), layout.theta.length)}
      @pointerdown=${this.#down} @pointermove=${this.#move} @pointerup=${this.#up} @pointercancel=${this.#up} @keydown=${this.#key}>
      <rect x=${x} y=${y - 22} width=${width} height="44" fill="transparent" />
      <rect class="plate" x=${x} y=${y - 10} width=${width} height="20" rx="3" />
      <rect class="ring" x=${x - 3} y=${y - 13} width=${width + 6} height="26" rx="5" />
      <path d=${`M${String(x + 8)} ${String(y - 2)}l3-3 3 3M${String(x + 8)} ${String(y + 2)}l3 3 3-3`} />
      <text x=${right - 7} y=${y + 4} class="end"><tspan class="greek">β</tspan>${
        view.lane.settings.model === "mhvae"
          ? svg`<tspan dy="3" font-size="9">${weight === "beta" ? 1 : 2}</tspan><tspan dy="-3" dx="3">${setting(value, value < 10 ? 2 : 0)}</tspan>`
          : svg`<tspan dx="3">${setting(value, value < 10 ? 2 : 0)}</tspan>`
      }</text>
    </g>`;
  }

  #weight({ lane, level }: LevelView): Weight {
    return (
      this.#heldWeight ??
      bindingWeight(lane.settings, this.#layout?.theta.length ?? 1, level)
    );
  }

  #set(value: number): void {
    const view = this.#view;
    if (!view) return;
    const weight = this.#weight(view);
    const { min, max } = RANGES[weight];
    const rounded = roundSetting(Math.min(max, Math.max(min, value)));
    const store = this.#store();
    const lane = this.#lane();
    if (rounded === store.state.lanes[lane].settings[weight]) return;
    store.change(changeIn(store.state.config, weight, rounded, lane));
  }

  /** Height of the last mode that has a line, in units of theta. */
  #line(): number | null {
    return this.#view?.lines?.findLast((line) => Number.isFinite(line)) ?? null;
  }

  readonly #down = (event: PointerEvent): void => {
    if (!this.#layout || event.button !== 0) return;
    const target = event.currentTarget as SVGGElement;
    target.setPointerCapture(event.pointerId);
    const line = this.#line();
    if (line === null || !this.#view) return;
    this.#grip =
      event.clientY - this.#top(target) - modesRow(this.#layout, line);
    this.#heldMax = this.#layout.max;
    this.#heldWeight = this.#weight(this.#view);
    event.preventDefault();
    target.focus();
  };

  readonly #move = (event: PointerEvent): void => {
    const view = this.#view;
    if (this.#heldMax === null || !this.#layout || !view?.lines) return;
    const target = event.currentTarget as SVGGElement;
    const theta = modesValue(
      this.#layout,
      event.clientY - this.#top(target) - this.#grip,
    );
    const lined = view.lines.filter((line) => Number.isFinite(line)).length;
    this.#set(
      weightAt(
        view.lane.settings,
        this.#weight(view),
        Math.max(theta, 0.01 * this.#layout.max),
        lined,
        view.level,
      ),
    );
  };

  readonly #up = (): void => {
    this.#heldMax = null;
    this.#heldWeight = null;
    this.#host.requestUpdate();
  };

  readonly #key = (event: KeyboardEvent): void => {
    const view = this.#view;
    if (!view) return;
    const weight = this.#weight(view);
    const now = this.#store().state.lanes[this.#lane()].settings[weight];
    const factor = event.shiftKey ? ARROW ** 10 : ARROW;
    const { min, max } = RANGES[weight];
    const next: Partial<Record<string, number>> = {
      ArrowUp: now * factor,
      ArrowRight: now * factor,
      ArrowDown: now / factor,
      ArrowLeft: now / factor,
      PageUp: now * ARROW ** 10,
      PageDown: now / ARROW ** 10,
      Home: min,
      End: max,
    };
    const value = next[event.key];
    if (value === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#set(value);
  };

  #top(target: SVGGElement): number {
    return target.ownerSVGElement?.getBoundingClientRect().top ?? 0;
  }
}
