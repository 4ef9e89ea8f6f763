/** A figure: story, one picture, transport; 640 by 420 or whatever it is given. */
import { css } from "lit";

export const figureStyles = css`
  :host {
    container-type: inline-size;
    height: 420px;
    background: var(--bg);
    color: var(--ink);
    font: 400 13px/20px var(--sans);
    font-variant-numeric: tabular-nums;
  }
  :host([fill]) {
    height: 100dvh;
  }
  section {
    height: 100%;
    display: flex;
    flex-direction: column;
    padding: 12px 16px 8px;
    min-height: 0;
  }
  .story {
    font-size: 15px;
    line-height: 22px;
    min-height: 44px;
    text-wrap: pretty;
  }
  .legend-row {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
    align-items: center;
    margin-top: 8px;
    font-size: 12px;
    line-height: 16px;
  }
  .lens {
    display: flex;
  }
  .lens button {
    height: 28px;
    padding: 0 12px;
    border: 1px solid var(--edge);
    color: var(--ink-2);
  }
  .lens button:first-child {
    border-radius: var(--control-radius) 0 0 var(--control-radius);
  }
  .lens button + button {
    border-left: 0;
    border-radius: 0 var(--control-radius) var(--control-radius) 0;
  }
  .lens [aria-checked="true"] {
    color: var(--ink);
    font-weight: 600;
    box-shadow: inset 0 -2px var(--ink);
  }
  .who {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .foot .button {
    flex: none;
  }
  .box {
    flex: 1 1 0;
    min-height: 80px;
    margin-top: 8px;
    overflow: hidden;
  }
  .empty {
    padding-top: 24px;
    text-align: center;
  }
  .foot {
    height: calc(var(--target) + 12px);
    margin-top: 4px;
    border-top: 1px solid var(--rule);
    flex: none;
  }
  .handle {
    cursor: ns-resize;
    touch-action: none;
  }
  @container (max-width: 520px) {
    .story {
      font-size: 13px;
      line-height: 20px;
    }
    .wide {
      display: none;
    }
    .lens button {
      height: 44px;
    }
  }
`;
