/**
 * The handle on the waterline: a slider whose value is beta. Dragging it is the KL weight's
 * control; arrows move it by a twentieth, with Shift ten times as far.
 */
import { svg, type LitElement, type SVGTemplateResult } from "lit";
import { RANGES } from "../experiment/ranges.ts";
import type { LaneState, Store } from "../session/store.ts";
import { changeIn } from "./edit.ts";
import { setting } from "./format.ts";
import { modesRow, modesValue, type ModesLayout } from "./modes-view.ts";
import { text } from "./strings.ts";
import { betaAt, roundSetting, survivors, waterline } from "./waterline.ts";

const ARROW = 1.05;

export class WaterlineHandle {
  readonly #host: LitElement;
  readonly #store: () => Store;
  readonly #lane: () => number;
  #layout: ModesLayout | null = null;
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

  render(
    layout: ModesLayout,
    lane: LaneState,
    width: number,
  ): SVGTemplateResult {
    this.#layout = layout;
    const lines = waterline(lane.settings, layout.theta.length);
    // The handle stands at the right end of the line.
    const line = lines[lines.length - 1];
    const y = Math.round(modesRow(layout, line)) + 0.5;
    const right = layout.width;
    const x = right - width;
    const { beta } = lane.settings;
    return svg`<g class="handle" tabindex="0" role="slider" aria-orientation="vertical"
      aria-label=${text.lane.waterline} aria-valuemin=${RANGES.beta.min} aria-valuemax=${RANGES.beta.max} aria-valuenow=${beta}
      aria-valuetext=${text.lane.waterlineValue(setting(beta, 1), survivors(layout.theta, lines), layout.theta.length)}
      @pointerdown=${this.#down} @pointermove=${this.#move} @pointerup=${this.#up} @pointercancel=${this.#up} @keydown=${this.#key}>
      <rect x=${x} y=${y - 22} width=${width} height="44" fill="transparent" />
      <rect class="plate" x=${x} y=${y - 10} width=${width} height="20" rx="3" />
      <rect class="ring" x=${x - 3} y=${y - 13} width=${width + 6} height="26" rx="5" />
      <path d=${`M${String(x + 8)} ${String(y - 2)}l3-3 3 3M${String(x + 8)} ${String(y + 2)}l3 3 3-3`} />
      <text x=${right - 7} y=${y + 4} class="end"><tspan class="greek">β</tspan><tspan dx="3">${setting(beta, beta < 10 ? 2 : 0)}</tspan></text>
    </g>`;
  }

  #set(beta: number): void {
    const clamped = Math.min(RANGES.beta.max, Math.max(RANGES.beta.min, beta));
    const store = this.#store();
    const lane = this.#lane();
    const value = roundSetting(clamped);
    if (value === store.state.lanes[lane].settings.beta) return;
    store.change(changeIn(store.state.config, "beta", value, lane));
  }

  readonly #down = (event: PointerEvent): void => {
    if (!this.#layout || event.button !== 0) return;
    const target = event.currentTarget as SVGGElement;
    target.setPointerCapture(event.pointerId);
    const lane = this.#store().state.lanes[this.#lane()];
    this.#grip =
      event.clientY -
      this.#top(target) -
      modesRow(this.#layout, this.#line(lane, this.#layout));
    this.#heldMax = this.#layout.max;
    event.preventDefault();
    target.focus();
  };

  readonly #move = (event: PointerEvent): void => {
    if (this.#heldMax === null || !this.#layout) return;
    const target = event.currentTarget as SVGGElement;
    const theta = modesValue(
      this.#layout,
      event.clientY - this.#top(target) - this.#grip,
    );
    const lane = this.#store().state.lanes[this.#lane()];
    this.#set(
      betaAt(
        lane.settings,
        Math.max(theta, 0.01 * this.#layout.max),
        this.#layout.theta.length,
      ),
    );
  };

  readonly #up = (): void => {
    this.#heldMax = null;
    this.#host.requestUpdate();
  };

  readonly #key = (event: KeyboardEvent): void => {
    const { beta } = this.#store().state.lanes[this.#lane()].settings;
    const factor = event.shiftKey ? ARROW ** 10 : ARROW;
    const { min, max } = RANGES.beta;
    const next: Partial<Record<string, number>> = {
      ArrowUp: beta * factor,
      ArrowRight: beta * factor,
      ArrowDown: beta / factor,
      ArrowLeft: beta / factor,
      PageUp: beta * ARROW ** 10,
      PageDown: beta / ARROW ** 10,
      Home: min,
      End: max,
    };
    const value = next[event.key];
    if (value === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#set(value);
  };

  #line(lane: LaneState, layout: ModesLayout): number {
    const modes = layout.theta.length;
    return waterline(lane.settings, modes)[modes - 1];
  }

  #top(target: SVGGElement): number {
    return target.ownerSVGElement?.getBoundingClientRect().top ?? 0;
  }
}
